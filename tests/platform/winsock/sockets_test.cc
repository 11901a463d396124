#include "mortise/platform/winsock/sockets.h"

#include <cstddef>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

constexpr absl::string_view kByte = "x";
constexpr absl::string_view kLong = "truncated";

SockAddr Loopback() {
  SockAddr address;
  address.family = AF_INET;
  address.size = 4;
  std::memcpy(address.bytes, "\x7f\0\0\x01", 4);
  return address;
}

int IntOption(NativeHandle handle, int name) {
  int value = 0;
  int size = sizeof(value);
  getsockopt(AsSocket(handle), SOL_SOCKET, name,
             reinterpret_cast<char*>(&value), &size);
  return value;
}

class SocketsTest : public ::testing::Test {
 protected:
  NativeHandle New(int type) {
    const SysResult<NativeHandle> made = sockets_.Socket(AF_INET, type, 0);
    EXPECT_TRUE(made.ok());
    return made.value;
  }

  Sockets sockets_;
};

TEST_F(SocketsTest, EveryCallReturnsWinsocksError) {
  const NativeHandle made = New(SOCK_STREAM);  // This starts Winsock.
  // There is no handle with this number.
  const NativeHandle none(1 << 28);
  SockAddr address = Loopback();
  char buffer[4] = {};
  EXPECT_EQ(sockets_.Dup(none).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.Close(none).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.Bind(none, address).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.Listen(none, 1).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.Accept(none, &address).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.Connect(none, address).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.Disconnect(none).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.TakeError(none).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.Shutdown(none, ShutdownHow::kBoth).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.Recv(none, absl::MakeSpan(buffer), 0).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.RecvFrom(none, absl::MakeSpan(buffer), 0, &address).error,
            WSAENOTSOCK);
  EXPECT_EQ(sockets_.Send(none, buffer, 0).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.SendTo(none, buffer, 0, address).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.GetSockName(none, &address).error, WSAENOTSOCK);
  EXPECT_EQ(sockets_.GetPeerName(none, &address).error, WSAENOTSOCK);
  EXPECT_EQ(
      sockets_.GetSockOpt(none, SOL_SOCKET, SO_TYPE, absl::MakeSpan(buffer))
          .error,
      WSAENOTSOCK);
  EXPECT_EQ(sockets_.SetSockOpt(none, SOL_SOCKET, SO_KEEPALIVE, buffer).error,
            WSAENOTSOCK);
  EXPECT_EQ(sockets_.SetAddressReuse(none, AddressReuse::kShare).error,
            WSAENOTSOCK);
  EXPECT_EQ(sockets_.SetBlocking(none, true).error, WSAENOTSOCK);
  sockets_.Close(none);
  sockets_.Close(made);
}

TEST_F(SocketsTest, AnAddressThatDoesNotFitIsAnErrorWithoutACall) {
  SockAddr address;
  address.family = AF_UNIX;
  address.size = SockAddr::kCapacity;
  std::memset(address.bytes, 'p', sizeof(address.bytes));
  // A call of Winsock would fail with WSAENOTSOCK.
  const NativeHandle none(1 << 28);
  EXPECT_EQ(sockets_.Bind(none, address).error, WSAENAMETOOLONG);
  EXPECT_EQ(sockets_.Connect(none, address).error, WSAENAMETOOLONG);
  EXPECT_EQ(sockets_.SendTo(none, kByte, 0, address).error, WSAENAMETOOLONG);
}

TEST_F(SocketsTest, AConnectionThatGoesOnIsInProgress) {
  const NativeHandle listener = New(SOCK_STREAM);
  ASSERT_TRUE(sockets_.Bind(listener, Loopback()).ok());
  ASSERT_TRUE(sockets_.Listen(listener, 1).ok());
  SockAddr address;
  ASSERT_TRUE(sockets_.GetSockName(listener, &address).ok());
  const NativeHandle client = New(SOCK_STREAM);
  ASSERT_TRUE(sockets_.SetBlocking(client, false).ok());
  const SysResult<void> connected = sockets_.Connect(client, address);
  EXPECT_TRUE(connected.ok() || connected.error == WSAEINPROGRESS)
      << connected.error;
  sockets_.Close(client);
  sockets_.Close(listener);
}

TEST_F(SocketsTest, ADatagramThatIsLongerThanTheBufferIsCut) {
  const SysResult<HandlePair> pair =
      sockets_.SocketPair(AF_INET, SOCK_DGRAM, 0);
  ASSERT_TRUE(pair.ok());
  char buffer[4];
  for (int flags : {MSG_PEEK, 0}) {
    if (flags == MSG_PEEK) {
      ASSERT_TRUE(sockets_.Send(pair.value.first, kLong, 0).ok());
    }
    SockAddr from;
    const SysResult<std::size_t> size = sockets_.RecvFrom(
        pair.value.second, absl::MakeSpan(buffer), flags, &from);
    EXPECT_TRUE(size.ok()) << size.error;
    EXPECT_EQ(size.value, 4u);
    EXPECT_EQ(std::string(buffer, 4), "trun");
    EXPECT_EQ(from.family, AF_INET);
  }
  ASSERT_TRUE(sockets_.Send(pair.value.first, kLong, 0).ok());
  EXPECT_EQ(sockets_.Recv(pair.value.second, absl::MakeSpan(buffer), 0).value,
            4u);
  // The data may even be cut to nothing, for which no buffer is needed.
  ASSERT_TRUE(sockets_.Send(pair.value.first, kLong, 0).ok());
  const SysResult<std::size_t> none =
      sockets_.Recv(pair.value.second, absl::Span<char>(), 0);
  EXPECT_TRUE(none.ok()) << none.error;
  EXPECT_EQ(none.value, 0u);
  sockets_.Close(pair.value.first);
  sockets_.Close(pair.value.second);
}

TEST_F(SocketsTest, AReceivingHalfThatWasShutDownIsAtItsEnd) {
  const SysResult<HandlePair> pair =
      sockets_.SocketPair(AF_INET, SOCK_STREAM, 0);
  ASSERT_TRUE(pair.ok());
  ASSERT_TRUE(sockets_.Shutdown(pair.value.first, ShutdownHow::kRead).ok());
  char buffer[4];
  const SysResult<std::size_t> size =
      sockets_.Recv(pair.value.first, absl::MakeSpan(buffer), 0);
  EXPECT_TRUE(size.ok()) << size.error;
  EXPECT_EQ(size.value, 0u);
  sockets_.Close(pair.value.first);
  sockets_.Close(pair.value.second);
}

TEST_F(SocketsTest, AStreamDoesNotTellWhoSent) {
  const SysResult<HandlePair> pair =
      sockets_.SocketPair(AF_INET, SOCK_STREAM, 0);
  ASSERT_TRUE(pair.ok());
  ASSERT_TRUE(sockets_.Send(pair.value.second, kByte, 0).ok());
  char buffer[4];
  SockAddr from = Loopback();
  const SysResult<std::size_t> size =
      sockets_.RecvFrom(pair.value.first, absl::MakeSpan(buffer), 0, &from);
  EXPECT_EQ(size.value, 1u);
  // Windows does not touch the address. Other systems may fill it in.
  EXPECT_TRUE(from.family == AF_UNSPEC || from.port != 0);
  sockets_.Close(pair.value.first);
  sockets_.Close(pair.value.second);
}

TEST_F(SocketsTest, ABoolIsReadAsAnInt) {
  const NativeHandle socket = New(SOCK_STREAM);
  const BOOL on = TRUE;
  const absl::Span<const char> bytes(reinterpret_cast<const char*>(&on),
                                     sizeof(on));
  ASSERT_TRUE(
      sockets_.SetSockOpt(socket, IPPROTO_TCP, TCP_NODELAY, bytes).ok());
  // The buffer has other contents before.
  int value = -1;
  const SysResult<std::size_t> size = sockets_.GetSockOpt(
      socket, IPPROTO_TCP, TCP_NODELAY,
      absl::MakeSpan(reinterpret_cast<char*>(&value), sizeof(value)));
  EXPECT_TRUE(size.ok());
  EXPECT_EQ(size.value, sizeof(value));
  EXPECT_EQ(value, 1);
  sockets_.Close(socket);
}

TEST_F(SocketsTest, ABoundSocketDoesNotShareItsAddress) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    const NativeHandle owner = New(type);
    ASSERT_TRUE(sockets_.Bind(owner, Loopback()).ok());
    EXPECT_NE(IntOption(owner, SO_EXCLUSIVEADDRUSE), 0);
    SockAddr address;
    ASSERT_TRUE(sockets_.GetSockName(owner, &address).ok());
    const NativeHandle thief = New(type);
    const int on = 1;
    ASSERT_TRUE(
        sockets_
            .SetSockOpt(thief, SOL_SOCKET, SO_REUSEADDR,
                        absl::MakeConstSpan(reinterpret_cast<const char*>(&on),
                                            sizeof(on)))
            .ok());
    EXPECT_FALSE(sockets_.Bind(thief, address).ok());
    sockets_.Close(thief);
    sockets_.Close(owner);
  }
}

TEST_F(SocketsTest, ASocketThatWantsToShareIsNotExclusive) {
  const NativeHandle socket = New(SOCK_DGRAM);
  ASSERT_TRUE(sockets_.SetAddressReuse(socket, AddressReuse::kShare).ok());
  ASSERT_TRUE(sockets_.Bind(socket, Loopback()).ok());
  EXPECT_NE(IntOption(socket, SO_REUSEADDR), 0);
  EXPECT_EQ(IntOption(socket, SO_EXCLUSIVEADDRUSE), 0);
  sockets_.Close(socket);
}

TEST_F(SocketsTest, IntentsAreOptions) {
  for (const AddressReuse first :
       {AddressReuse::kExclusive, AddressReuse::kAfterClose,
        AddressReuse::kShare}) {
    for (const AddressReuse second :
         {AddressReuse::kExclusive, AddressReuse::kAfterClose,
          AddressReuse::kShare}) {
      const NativeHandle socket = New(SOCK_STREAM);
      ASSERT_TRUE(sockets_.SetAddressReuse(socket, first).ok());
      ASSERT_TRUE(sockets_.SetAddressReuse(socket, second).ok());
      const bool share = second == AddressReuse::kShare;
      EXPECT_EQ(IntOption(socket, SO_REUSEADDR) != 0, share);
      EXPECT_EQ(IntOption(socket, SO_EXCLUSIVEADDRUSE) != 0, !share);
      sockets_.Close(socket);
    }
  }
}

TEST_F(SocketsTest, CloseGivesTheHandleBackWhateverTheMode) {
  const SysResult<HandlePair> pair =
      sockets_.SocketPair(AF_INET, SOCK_STREAM, 0);
  ASSERT_TRUE(pair.ok());
  linger lingering = {};
  lingering.l_onoff = 1;
  lingering.l_linger = 1;
  ASSERT_TRUE(sockets_
                  .SetSockOpt(pair.value.first, SOL_SOCKET, SO_LINGER,
                              absl::MakeConstSpan(
                                  reinterpret_cast<const char*>(&lingering),
                                  sizeof(lingering)))
                  .ok());
  ASSERT_TRUE(sockets_.SetBlocking(pair.value.first, false).ok());
  ASSERT_TRUE(sockets_.Send(pair.value.first, kByte, 0).ok());
  EXPECT_TRUE(sockets_.Close(pair.value.first).ok());
  EXPECT_EQ(sockets_.Close(pair.value.first).error, WSAENOTSOCK);
  sockets_.Close(pair.value.second);
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
