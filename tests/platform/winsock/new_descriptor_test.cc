#include "mortise/platform/winsock/new_descriptor.h"

#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sock_addr_codec.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

bool IsInherited(NativeHandle handle) {
  DWORD flags = HANDLE_FLAG_INHERIT;
  GetHandleInformation(reinterpret_cast<HANDLE>(handle.value()), &flags);
  return (flags & HANDLE_FLAG_INHERIT) != 0;
}

void MakeInherited(NativeHandle handle) {
  SetHandleInformation(reinterpret_cast<HANDLE>(handle.value()),
                       HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
}

TEST(NewDescriptorTest, ASocketIsNotInherited) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    const SysResult<NativeHandle> made = NewSocket(AF_INET, type, 0);
    ASSERT_TRUE(made.ok());
    EXPECT_FALSE(IsInherited(made.value));
    closesocket(AsSocket(made.value));
  }
}

TEST(NewDescriptorTest, WhatCannotBeMadeIsWinsocksError) {
  EXPECT_EQ(NewSocket(AF_INET, 12345, 0).error, WSAESOCKTNOSUPPORT);
  EXPECT_NE(NewSocket(12345, SOCK_STREAM, 0).error, 0);
}

TEST(NewDescriptorTest, AnAcceptedSocketIsNewbornWhateverTheListenerIs) {
  const SysResult<NativeHandle> listener = NewSocket(AF_INET, SOCK_STREAM, 0);
  ASSERT_TRUE(listener.ok());
  NativeAddress address;
  address.in = {};
  address.in.sin_family = AF_INET;
  address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const SOCKET socket = AsSocket(listener.value);
  ASSERT_EQ(bind(socket, address.get(), sizeof(address.in)), 0);
  ASSERT_EQ(listen(socket, 1), 0);
  address.length = sizeof(address.storage);
  ASSERT_EQ(getsockname(socket, address.get(), &address.length), 0);
  const SysResult<NativeHandle> client = NewSocket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(connect(AsSocket(client.value), address.get(), address.length), 0);

  MakeInherited(listener.value);
  u_long non_blocking = 1;
  ASSERT_EQ(ioctlsocket(socket, FIONBIO, &non_blocking), 0);
  NativeAddress peer;
  SysResult<NativeHandle> accepted = NewAccepted(socket, &peer);
  while (accepted.error == WSAEWOULDBLOCK) {
    accepted = NewAccepted(socket, &peer);
  }
  ASSERT_TRUE(accepted.ok());
  EXPECT_FALSE(IsInherited(accepted.value));
  EXPECT_EQ(peer.family(), AF_INET);
  // The socket is blocking: a receive waits until there is data.
  std::thread sender([&client] { send(AsSocket(client.value), "x", 1, 0); });
  char byte = 0;
  EXPECT_EQ(recv(AsSocket(accepted.value), &byte, 1, 0), 1);
  EXPECT_EQ(byte, 'x');
  sender.join();

  EXPECT_EQ(NewAccepted(socket, &peer).error, WSAEWOULDBLOCK);
  for (const NativeHandle handle :
       {listener.value, client.value, accepted.value}) {
    closesocket(AsSocket(handle));
  }
}

TEST(NewDescriptorTest, ADuplicateIsTheSameSocketAndNotInherited) {
  const SysResult<HandlePair> pair = NewSocketPair(AF_INET, SOCK_STREAM, 0);
  ASSERT_TRUE(pair.ok());
  MakeInherited(pair.value.first);
  const SysResult<NativeHandle> copy = NewDuplicate(AsSocket(pair.value.first));
  ASSERT_TRUE(copy.ok());
  EXPECT_FALSE(IsInherited(copy.value));
  closesocket(AsSocket(pair.value.first));
  EXPECT_EQ(send(AsSocket(copy.value), "x", 1, 0), 1);
  char byte;
  EXPECT_EQ(recv(AsSocket(pair.value.second), &byte, 1, 0), 1);
  closesocket(AsSocket(copy.value));
  closesocket(AsSocket(pair.value.second));
  EXPECT_EQ(NewDuplicate(AsSocket(copy.value)).error, WSAENOTSOCK);
}

TEST(NewDescriptorTest, PairsAreConnectedOnlyToEachOther) {
  for (const int family : {AF_INET, AF_INET6}) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
      const SysResult<HandlePair> pair = NewSocketPair(family, type, 0);
      if (family == AF_INET6 && pair.error == WSAEADDRNOTAVAIL) {
        continue;  // this machine has no IPv6
      }
      ASSERT_TRUE(pair.ok()) << pair.error;
      const SOCKET one = AsSocket(pair.value.first);
      const SOCKET other = AsSocket(pair.value.second);
      EXPECT_FALSE(IsInherited(pair.value.first));
      EXPECT_FALSE(IsInherited(pair.value.second));
      NativeAddress own;
      NativeAddress peer;
      ASSERT_EQ(getsockname(one, own.get(), &own.length), 0);
      ASSERT_EQ(getpeername(other, peer.get(), &peer.length), 0);
      ASSERT_EQ(own.length, peer.length);
      EXPECT_EQ(std::string(reinterpret_cast<const char*>(own.get()),
                            static_cast<std::size_t>(own.length)),
                std::string(reinterpret_cast<const char*>(peer.get()),
                            static_cast<std::size_t>(peer.length)));
      char byte;
      EXPECT_EQ(send(one, "1", 1, 0), 1);
      EXPECT_EQ(recv(other, &byte, 1, 0), 1);
      EXPECT_EQ(byte, '1');
      EXPECT_EQ(send(other, "2", 1, 0), 1);
      EXPECT_EQ(recv(one, &byte, 1, 0), 1);
      EXPECT_EQ(byte, '2');
      closesocket(one);
      closesocket(other);
    }
  }
}

TEST(NewDescriptorTest, AStrangersDatagramIsNotReceivedByAPair) {
  const SysResult<HandlePair> pair = NewSocketPair(AF_INET, SOCK_DGRAM, 0);
  ASSERT_TRUE(pair.ok());
  NativeAddress address;
  ASSERT_EQ(
      getsockname(AsSocket(pair.value.first), address.get(), &address.length),
      0);
  const SysResult<NativeHandle> stranger = NewSocket(AF_INET, SOCK_DGRAM, 0);
  ASSERT_TRUE(stranger.ok());
  sendto(AsSocket(stranger.value), "stranger", 8, 0, address.get(),
         address.length);
  ASSERT_EQ(send(AsSocket(pair.value.second), "friend", 6, 0), 6);
  char buffer[16] = {};
  EXPECT_EQ(recv(AsSocket(pair.value.first), buffer, sizeof(buffer), 0), 6);
  EXPECT_STREQ(buffer, "friend");
  for (const NativeHandle handle :
       {pair.value.first, pair.value.second, stranger.value}) {
    closesocket(AsSocket(handle));
  }
}

TEST(NewDescriptorTest, WhatWindowsDoesNotPairIsUnsupported) {
  EXPECT_EQ(NewSocketPair(AF_UNIX, SOCK_STREAM, 0).error, kNotSupportedError);
  EXPECT_EQ(NewSocketPair(12345, SOCK_STREAM, 0).error, kNotSupportedError);
  EXPECT_EQ(NewSocketPair(AF_INET, SOCK_RAW, 0).error, kNotSupportedError);
  // For a protocol that does not belong to the type, Winsock returns the error.
  EXPECT_NE(NewSocketPair(AF_INET, SOCK_STREAM, IPPROTO_UDP).error, 0);
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
