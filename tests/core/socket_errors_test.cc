// The status that the frontend returns for every error of a Platform.

#include <cstddef>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/core/mock_socket.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::AnyNumber;
using ::testing::Return;

// A method of Socket, and how to make the platform fail under it. The functions
// are plain function pointers, because compilers take minutes for a list of
// std::function under a sanitizer.
struct Method {
  absl::string_view operation;
  void (*fail)(MockSocketCalls&, int native);
  absl::Status (*call)(Socket&);
};

SocketAddress Peer() { return SocketAddress::Ipv4({127, 0, 0, 1}, 9); }

constexpr Method kMethods[] = {
    {"bind",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, Bind).WillOnce(Return(SysResult<void>{native}));
     },
     [](Socket& s) { return s.Bind(Peer()); }},
    {"listen",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, Listen).WillOnce(Return(SysResult<void>{native}));
     },
     [](Socket& s) { return s.Listen(); }},
    {"accept",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, Accept)
           .WillOnce(Return(SysResult<NativeHandle>{{}, native}));
     },
     [](Socket& s) { return s.Accept().status(); }},
    {"connect",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, Connect).WillOnce(Return(SysResult<void>{native}));
     },
     [](Socket& s) { return s.Connect(Peer()); }},
    {"getpeername",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, GetPeerName)
           .WillOnce(Return(SysResult<void>{native}))
           .RetiresOnSaturation();
     },
     [](Socket& s) { return s.GetPeerName().status(); }},
    {"getsockname",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, GetSockName)
           .WillOnce(Return(SysResult<void>{native}));
     },
     [](Socket& s) { return s.GetSockName().status(); }},
    {"recv",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, Recv)
           .WillOnce(Return(SysResult<std::size_t>{0, native}));
     },
     [](Socket& s) { return s.Recv(10).status(); }},
    {"recv",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, Recv)
           .WillOnce(Return(SysResult<std::size_t>{0, native}));
     },
     [](Socket& s) { return s.Recv(100000).status(); }},
    {"recvfrom",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, RecvFrom)
           .WillOnce(Return(SysResult<std::size_t>{0, native}));
     },
     [](Socket& s) { return s.RecvFrom(10).status(); }},
    {"send",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, Send)
           .WillOnce(Return(SysResult<std::size_t>{0, native}));
     },
     [](Socket& s) { return s.Send("x").status(); }},
    {"send",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, Send)
           .WillOnce(Return(SysResult<std::size_t>{0, native}));
     },
     [](Socket& s) { return s.SendAll("x"); }},
    {"sendto",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, SendTo)
           .WillOnce(Return(SysResult<std::size_t>{0, native}));
     },
     [](Socket& s) { return s.SendTo("x", Peer()).status(); }},
    {"getsockopt",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, GetSockOpt)
           .WillOnce(Return(SysResult<std::size_t>{0, native}));
     },
     [](Socket& s) { return s.GetSockOpt(1, 2).status(); }},
    {"getsockopt",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, GetSockOpt)
           .WillOnce(Return(SysResult<std::size_t>{0, native}));
     },
     [](Socket& s) { return s.GetSockOpt(1, 2, 8).status(); }},
    {"setsockopt",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, SetSockOpt).WillOnce(Return(SysResult<void>{native}));
     },
     [](Socket& s) { return s.SetSockOpt(1, 2, 3); }},
    {"setsockopt",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, SetAddressReuse)
           .WillOnce(Return(SysResult<void>{native}));
     },
     [](Socket& s) { return s.SetAddressReuse(AddressReuse::kAfterClose); }},
    {"settimeout",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, SetBlocking)
           .WillOnce(Return(SysResult<void>{native}));
     },
     [](Socket& s) { return s.SetTimeout(absl::Seconds(1)); }},
    {"shutdown",
     [](MockSocketCalls& calls, int native) {
       EXPECT_CALL(calls, Shutdown).WillOnce(Return(SysResult<void>{native}));
     },
     [](Socket& s) { return s.Shutdown(ShutdownHow::kRead); }},
};

// Whether `operation` returns the error `code` to its caller. Methods handle
// the other errors themselves, which socket_waiting_test.cc and
// socket_connect_test.cc test.
bool IsReported(absl::string_view operation, ErrorCode code) {
  const std::set<ErrorCode> died = {
      ErrorCode::kEconnaborted, ErrorCode::kEconnreset,
      ErrorCode::kEproto,       ErrorCode::kEnoprotoopt,
      ErrorCode::kEnetdown,     ErrorCode::kEnetunreach,
      ErrorCode::kEhostdown,    ErrorCode::kEhostunreach,
      ErrorCode::kEnonet};
  if (operation == "accept" && died.count(code) != 0) return false;
  if (operation == "connect" && code == ErrorCode::kEinprogress) return false;
  return code != ErrorCode::kEintr;
}

// Returns all codes. It goes through the numbers until a number has no name.
std::vector<ErrorCode> AllCodes() {
  std::vector<ErrorCode> codes;
  for (int i = 2; !ErrorCodeName(static_cast<ErrorCode>(i)).empty(); ++i) {
    codes.push_back(static_cast<ErrorCode>(i));
  }
  return codes;
}

using SocketErrorsTest = MockSocketTest;

TEST_F(SocketErrorsTest, EveryErrorOfEveryMethodIsReportedWithoutLoss) {
  ASSERT_GT(AllCodes().size(), 70u);
  // The descriptor is blocking, so that a would-block is an answer.
  EXPECT_CALL(mock_.sockets, IsNonBlocking)
      .Times(AnyNumber())
      .WillRepeatedly(Return(Made(false)));
  for (const Method& method : kMethods) {
    Socket socket = Open();
    for (const ErrorCode code : AllCodes()) {
      if (!IsReported(method.operation, code)) continue;
      const int native = mock_.errors.Native(code);
      method.fail(mock_.sockets, native);
      const absl::Status status = method.call(socket);
      SCOPED_TRACE(absl::StrCat(method.operation, " ", ErrorCodeName(code)));
      ASSERT_FALSE(status.ok());
      const Error error = ErrorOf(status).value();
      EXPECT_EQ(error.domain, ErrorDomain::kOs);
      EXPECT_EQ(error.code, code);
      EXPECT_EQ(error.native_code, native);
      EXPECT_EQ(error.operation, method.operation);
      EXPECT_TRUE(absl::StartsWith(status.message(), method.operation));
      EXPECT_TRUE(absl::EndsWith(status.message(),
                                 absl::StrCat(": fake error ", native, " [",
                                              ErrorCodeName(code), "]")))
          << status;
      EXPECT_TRUE(socket.is_open());
      EXPECT_EQ(socket.GetTimeout(), absl::InfiniteDuration());
    }
  }
}

// Whether `operation` sends or receives on a connection, without an address.
bool NamesThePeer(absl::string_view operation) {
  return operation == "recv" || operation == "recvfrom" ||
         operation == "send" || operation == "shutdown";
}

TEST_F(SocketErrorsTest, ThoseOfAConnectedSocketNameThePeer) {
  for (const Method& method : kMethods) {
    if (!NamesThePeer(method.operation)) continue;
    SCOPED_TRACE(method.operation);
    Socket socket = Open();
    EXPECT_CALL(mock_.sockets, GetPeerName(kHandle, _))
        .WillOnce([](NativeHandle, SockAddr* address) {
          *address = Peer().raw();
          return Done();
        });
    method.fail(mock_.sockets, mock_.errors.Native(ErrorCode::kEpipe));
    const absl::Status status = method.call(socket);
    EXPECT_EQ(ErrorOf(status)->address, "127.0.0.1:9");
    EXPECT_TRUE(absl::StartsWith(
        status.message(), absl::StrCat(method.operation, " 127.0.0.1:9: ")))
        << status;
  }
}

TEST_F(SocketErrorsTest, APeerWithoutANameIsNotNamed) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, GetPeerName)
      .WillOnce([](NativeHandle, SockAddr* address) {
        *address = SocketAddress::Unix("").value().raw();
        return Done();
      });
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEpipe)));
  const absl::Status status = socket.Send("x").status();
  EXPECT_EQ(ErrorOf(status)->address, "");
  EXPECT_TRUE(absl::StartsWith(status.message(), "send: ")) << status;
}

TEST_F(SocketErrorsTest, AWouldBlockDoesNotAskForThePeer) {
  for (const Method& method : kMethods) {
    if (!NamesThePeer(method.operation)) continue;
    SCOPED_TRACE(method.operation);
    Socket socket = OpenWithTimeout(absl::ZeroDuration());
    EXPECT_CALL(mock_.sockets, GetPeerName).Times(0);
    method.fail(mock_.sockets, mock_.errors.Native(ErrorCode::kEagain));
    const absl::Status status = method.call(socket);
    EXPECT_TRUE(IsWouldBlock(status)) << status;
    EXPECT_EQ(ErrorOf(status)->address, "");
  }
}

TEST_F(SocketErrorsTest, AnUnmappedNumberStaysItself) {
  for (const Method& method : kMethods) {
    Socket socket = Open();
    method.fail(mock_.sockets, 4711);
    const absl::Status status = method.call(socket);
    const Error error = ErrorOf(status).value();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnknown);
    EXPECT_EQ(error.code, ErrorCode::kUnmapped);
    EXPECT_EQ(error.native_code, 4711);
    EXPECT_TRUE(absl::EndsWith(status.message(), ": fake error 4711 [4711]"));
  }
}

TEST_F(SocketErrorsTest, WhatThePlatformLacksIsUnsupportedEverywhere) {
  for (const Method& method : kMethods) {
    Socket socket = Open();
    method.fail(mock_.sockets, kNotSupportedError);
    const absl::Status status = method.call(socket);
    EXPECT_TRUE(IsUnsupported(status)) << status;
    EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
    EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kUnsupported);
    EXPECT_TRUE(absl::EndsWith(
        status.message(), ": not supported on this platform [unsupported]"));
  }
}

TEST_F(SocketErrorsTest, CreateSaysWhatCouldNotBeMade) {
  EXPECT_CALL(mock_.sockets, Socket)
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEacces)));
  const absl::Status status =
      Socket::Create(kAfInet, kSockRaw, kIpprotoIcmp, &mock_.platform).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(absl::StartsWith(
      status.message(), "socket AF_INET SOCK_RAW IPPROTO_ICMP: fake error"))
      << status;
}

TEST_F(SocketErrorsTest, SocketPairAndDupReportTheirs) {
  EXPECT_CALL(mock_.sockets, SocketPair)
      .WillOnce(Return(SysResult<HandlePair>{{}, kNotSupportedError}));
  EXPECT_TRUE(IsUnsupported(
      SocketPair(kAfUnix, kSockStream, 0, &mock_.platform).status()));
  EXPECT_CALL(mock_.sockets, Dup(kHandle))
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEmfile)));
  EXPECT_EQ(Socket::FromFd(kHandle, kAfInet, kSockStream, 0, &mock_.platform)
                .status()
                .code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace mortise
