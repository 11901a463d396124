// The frontend checks arguments before it calls the platform. The mocks are
// strict, so a call that reached the platform would fail these tests.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/quote.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/core/mock_socket.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kRange = absl::StatusCode::kOutOfRange;

// A method that takes an Address.
struct AddressMethod {
  const char* operation;
  absl::Status (*call)(Socket&, const Address&);
};

constexpr AddressMethod kAddressMethods[] = {
    {"bind", [](Socket& s, const Address& a) { return s.Bind(a); }},
    {"connect", [](Socket& s, const Address& a) { return s.Connect(a); }},
    {"connect",
     [](Socket& s, const Address& a) { return s.ConnectEx(a).status(); }},
    {"sendto",
     [](Socket& s, const Address& a) { return s.SendTo("x", a).status(); }},
    {"sendmsg",
     [](Socket& s, const Address& a) {
       return SendMsg(s, {"x"}, {}, 0, a).status();
     }},
};

struct BadAddress {
  std::string name;
  int family;
  Address address;
  absl::StatusCode code;
  std::string complaint;
};

std::vector<BadAddress> BadAddresses() {
  const std::string nul("a\0b", 3);
  const std::string long_path(108, 'p');
  return {
      {"PortNegative", kAfInet, HostPort{"127.0.0.1", -1}, kRange,
       "port: -1 is not in 0 to 65535"},
      {"PortTooLarge", kAfInet, HostPort{"127.0.0.1", 65536}, kRange,
       "port: 65536 is not in 0 to 65535"},
      {"PortOverflowing", kAfInet6,
       HostPort{"::1", std::numeric_limits<int>::max()}, kRange,
       "port: 2147483647 is not in 0 to 65535"},
      {"FlowinfoTooLarge", kAfInet6, HostPort{"::1", 1, 0x100000}, kRange,
       "flowinfo: 1048576 is not in 0 to 1048575"},
      {"FlowinfoInIpv4", kAfInet, HostPort{"127.0.0.1", 1, 1}, kInvalid,
       "flowinfo: AF_INET has none"},
      {"ScopeInIpv4", kAfInet, HostPort{"127.0.0.1", 1, 0, 1}, kInvalid,
       "scope_id: AF_INET has none"},
      {"HostWithNul", kAfInet, HostPort{nul, 1}, kInvalid, "host: holds a NUL"},
      {"HostTooLong", kAfInet, HostPort{std::string(1025, 'h'), 1}, kInvalid,
       "host: 1025 bytes are more than 1024"},
      {"HostNotAscii", kAfInet, HostPort{"b\xc3\xbc.example", 1}, kInvalid,
       "host: \"b\xc3\xbc.example\" is not ASCII; write it as the DNS has "
       "it, \"xn--...\""},
      {"HostNotAsciiInIpv6", kAfInet6, HostPort{"\xff", 1}, kInvalid,
       "host: \"\\xff\" is not ASCII; write it as the DNS has it, "
       "\"xn--...\""},
      {"EmptyHostInIpv6", kAfInet6, HostPort{"", 1}, kInvalid,
       "host: \"\" has a meaning only in AF_INET; write the address"},
      {"BroadcastInIpv6", kAfInet6, HostPort{"<broadcast>", 1}, kInvalid,
       "host: \"<broadcast>\" has a meaning only in AF_INET; write the "
       "address"},
      {"Ipv6HostInIpv4", kAfInet, HostPort{"::1", 1}, kInvalid,
       "address: ::1 is an IPv6 address, the socket is AF_INET"},
      {"Ipv4HostInIpv6", kAfInet6, HostPort{"127.0.0.1", 1}, kInvalid,
       "address: 127.0.0.1 is an IPv4 address, the socket is AF_INET6"},
      {"HostPortInUnix", kAfUnix, HostPort{"localhost", 1}, kInvalid,
       "address: localhost:1 is a host and port, the socket is AF_UNIX"},
      {"PathInIpv4", kAfInet, UnixPath{"/x"}, kInvalid,
       "address: unix:/x is AF_UNIX, the socket is AF_INET"},
      {"ResolvedIpv6InIpv4", kAfInet, SocketAddress::Ipv6({}, 9), kInvalid,
       "address: [::]:9 is AF_INET6, the socket is AF_INET"},
      {"NoAddress", kAfInet, SocketAddress(), kInvalid,
       "address: none is AF_UNSPEC, the socket is AF_INET"},
      {"PathTooLong", kAfUnix, UnixPath{long_path}, kInvalid,
       absl::StrCat("path: 108 bytes are more than this system's 107: ",
                    internal::Quote(long_path))},
      {"PathTooLongOfAShortName", kAfUnix,
       UnixPath{absl::StrCat("/", std::string(107, 'd'), "/s")}, kInvalid,
       absl::StrCat(
           "path: 110 bytes are more than this system's 107: ",
           internal::Quote(absl::StrCat("/", std::string(107, 'd'), "/s")),
           "; make its directory the current one and use \"s\", or on "
           "Linux open the directory as descriptor N and use "
           "\"/proc/self/fd/N/s\"")},
  };
}

class BadAddressTest : public MockSocketTest,
                       public ::testing::WithParamInterface<BadAddress> {};

TEST_P(BadAddressTest, IsRefusedByEachMethodAndNamed) {
  const BadAddress& bad = GetParam();
  Socket socket = Open(bad.family);
  for (const AddressMethod& method : kAddressMethods) {
    EXPECT_THAT(method.call(socket, bad.address),
                IsRefusal(bad.code, method.operation, bad.complaint));
  }
  EXPECT_TRUE(socket.is_open());
}

INSTANTIATE_TEST_SUITE_P(All, BadAddressTest,
                         ::testing::ValuesIn(BadAddresses()),
                         [](const auto& info) { return info.param.name; });

using SocketValidationTest = MockSocketTest;

TEST_F(SocketValidationTest, AnAddressOfIpThatIsNotWholeIsRefused) {
  for (const AddressFamily family :
       {AddressFamily(kAfInet), AddressFamily(kAfInet6)}) {
    SockAddr raw = SocketAddress::Ipv6({}, 80).raw();
    raw.family = static_cast<std::uint16_t>(family.value());
    raw.size = 3;
    const SocketAddress address(raw);
    Socket socket = Open(family);
    const std::string complaint =
        absl::StrCat("address: has 3 bytes, ", family.ToString(), " has ",
                     family == kAfInet ? 4 : 16);
    EXPECT_THAT(socket.Bind(address), IsRefusal(kInvalid, "bind", complaint));
    EXPECT_THAT(socket.Connect(address),
                IsRefusal(kInvalid, "connect", complaint));
    EXPECT_THAT(SendMsg(socket, {"x"}, {}, 0, address).status(),
                IsRefusal(kInvalid, "sendmsg", complaint));
    AncillaryBuilder builder(&mock_.platform);
    EXPECT_THAT(builder.AddPacketInfo({address, 1}),
                IsRefusal(kInvalid, "cmsg", complaint));
  }
}

TEST_F(SocketValidationTest, AnAbstractNameMayFillTheWholePath) {
  Socket socket = Open(kAfUnix);
  std::string name(108, 'n');
  name[0] = '\0';
  EXPECT_CALL(mock_.sockets, Bind).WillOnce(::testing::Return(Done()));
  EXPECT_TRUE(socket.Bind(UnixPath{name}).ok());
  name.push_back('n');
  EXPECT_TRUE(IsUsageError(socket.Bind(UnixPath{name})));
}

TEST_F(SocketValidationTest, APathWithANulInsideIsRefused) {
  Socket socket = Open(kAfUnix);
  const absl::Status status = socket.Bind(UnixPath{std::string("/a\0b", 4)});
  EXPECT_TRUE(IsUsageError(status));
  EXPECT_TRUE(absl::StrContains(status.message(), "path: ")) << status;
}

TEST_F(SocketValidationTest, TimeoutMustNotBeNegative) {
  Socket socket = Open();
  for (const absl::Duration bad :
       {absl::Nanoseconds(-1), absl::Seconds(-5), -absl::InfiniteDuration()}) {
    const absl::Status status = socket.SetTimeout(bad);
    EXPECT_EQ(status.code(), kRange);
    EXPECT_TRUE(absl::StartsWith(status.message(), "settimeout: timeout: "))
        << status;
  }
  EXPECT_EQ(socket.GetTimeout(), absl::InfiniteDuration());
}

TEST_F(SocketValidationTest, BacklogMustNotBeNegative) {
  Socket socket = Open();
  EXPECT_THAT(socket.Listen(-1),
              IsRefusal(kRange, "listen", "backlog: -1 is negative"));
}

TEST_F(SocketValidationTest, BufsizeHasALimit) {
  Socket socket = Open();
  EXPECT_THAT(socket.Recv(Socket::kMaxBufSize + 1).status(),
              IsRefusal(kRange, "recv",
                        "bufsize: 1073741825 is not in 0 to 1073741824"));
  // The value that -1 has as a size_t.
  EXPECT_TRUE(IsUsageError(
      socket.RecvFrom(std::numeric_limits<std::size_t>::max()).status()));
}

TEST_F(SocketValidationTest, OptionBuffersHaveALimit) {
  Socket socket = Open();
  EXPECT_THAT(socket.GetSockOpt(1, 2, 0).status(),
              IsRefusal(kRange, "getsockopt", "buflen: 0 is not in 1 to 1024"));
  EXPECT_THAT(
      socket.GetSockOpt(1, 2, 1025).status(),
      IsRefusal(kRange, "getsockopt", "buflen: 1025 is not in 1 to 1024"));
  const char byte = 0;
  const absl::string_view huge(&byte, std::size_t{1} << 31);  // never read
  EXPECT_THAT(socket.SetSockOpt(1, 2, huge),
              IsRefusal(kRange, "setsockopt",
                        "value: 2147483648 bytes are more than 2147483647"));
  EXPECT_THAT(socket.SetSockOpt(1, 2, nullptr, huge.size()),
              IsRefusal(kRange, "setsockopt",
                        "optlen: 2147483648 bytes are more than 2147483647"));
}

TEST_F(SocketValidationTest, AnOptionCanBeOnlyALength) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, SetSockOpt(kHandle, 1, 2, ::testing::_))
      .WillOnce([](auto, auto, auto, absl::Span<const char> value) {
        EXPECT_EQ(value.data(), nullptr);
        EXPECT_EQ(value.size(), 16u);
        return Done();
      });
  EXPECT_TRUE(socket.SetSockOpt(1, 2, nullptr, 16).ok());
}

TEST_F(SocketValidationTest, AnInvalidDescriptorIsNotAdopted) {
  for (const NativeHandle bad : {NativeHandle(), NativeHandle(-1)}) {
    EXPECT_TRUE(IsUsageError(
        Socket::Adopt(bad, kAfInet, kSockStream, 0, &mock_.platform).status()));
    EXPECT_TRUE(IsUsageError(
        Socket::FromFd(bad, kAfInet, kSockStream, 0, &mock_.platform)
            .status()));
  }
}

// A closed socket refuses everything.

struct Method {
  const char* operation;
  absl::Status (*call)(Socket&);
};

Address SomeAddress() { return HostPort{"127.0.0.1", 1}; }

constexpr Method kMethods[] = {
    {"close", [](Socket& s) { return s.Close(); }},
    {"bind", [](Socket& s) { return s.Bind(SomeAddress()); }},
    {"setsockopt",
     [](Socket& s) { return s.SetAddressReuse(AddressReuse::kShare); }},
    {"listen", [](Socket& s) { return s.Listen(); }},
    {"accept", [](Socket& s) { return s.Accept().status(); }},
    {"connect", [](Socket& s) { return s.Connect(SomeAddress()); }},
    {"connect", [](Socket& s) { return s.ConnectEx(SomeAddress()).status(); }},
    {"getpeername", [](Socket& s) { return s.GetPeerName().status(); }},
    {"getsockname", [](Socket& s) { return s.GetSockName().status(); }},
    {"recv",
     [](Socket& s) {
       char buffer[1];
       return s.Recv(absl::MakeSpan(buffer)).status();
     }},
    {"recv", [](Socket& s) { return s.Recv(1).status(); }},
    {"recvfrom",
     [](Socket& s) {
       char buffer[1];
       return s.RecvFrom(absl::MakeSpan(buffer)).status();
     }},
    {"recvfrom", [](Socket& s) { return s.RecvFrom(1).status(); }},
    {"send", [](Socket& s) { return s.Send("x").status(); }},
    {"send", [](Socket& s) { return s.SendAll("x"); }},
    {"sendto", [](Socket& s) { return s.SendTo("x", SomeAddress()).status(); }},
    {"sendto",
     [](Socket& s) { return s.SendTo("x", SocketAddress()).status(); }},
    {"getsockopt", [](Socket& s) { return s.GetSockOpt(1, 2).status(); }},
    {"getsockopt", [](Socket& s) { return s.GetSockOpt(1, 2, 4).status(); }},
    {"setsockopt", [](Socket& s) { return s.SetSockOpt(1, 2, 3); }},
    {"setsockopt", [](Socket& s) { return s.SetSockOpt(1, 2, "x"); }},
    {"setsockopt", [](Socket& s) { return s.SetSockOpt(1, 2, nullptr, 3); }},
    {"settimeout", [](Socket& s) { return s.SetBlocking(false); }},
    {"settimeout", [](Socket& s) { return s.SetTimeout(absl::Seconds(1)); }},
    {"shutdown", [](Socket& s) { return s.Shutdown(ShutdownHow::kBoth); }},
};

void ExpectClosed(Socket& socket) {
  for (const Method& method : kMethods) {
    const absl::Status status = method.call(socket);
    EXPECT_TRUE(IsClosed(status)) << method.operation << ": " << status;
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(status.message(),
              absl::StrCat(method.operation, ": the socket is closed [EBADF]"));
    EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEbadf);
  }
  EXPECT_FALSE(socket.is_open());
  EXPECT_EQ(socket.FileNo(), -1);
}

TEST_F(SocketValidationTest, ADefaultMadeSocketIsClosed) {
  Socket socket;
  ExpectClosed(socket);
}

TEST_F(SocketValidationTest, AClosedSocketRefusesEverything) {
  EXPECT_CALL(mock_.sockets, Close(kHandle))
      .WillOnce(::testing::Return(Done()));
  Socket socket =
      Socket::Adopt(kHandle, kAfInet, kSockStream, 0, &mock_.platform).value();
  ASSERT_TRUE(socket.Close().ok());
  ExpectClosed(socket);
}

TEST_F(SocketValidationTest, AMovedFromSocketIsClosed) {
  Socket socket = Open();
  const Socket other = std::move(socket);
  ExpectClosed(socket);  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace mortise
