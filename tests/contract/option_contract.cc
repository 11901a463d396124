// GetSockOpt and SetSockOpt, and the options that a new socket has.

#include <cstddef>
#include <cstring>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

// Returns the bytes of an int, as the OS has them in a buffer.
std::string BytesOf(int value) {
  std::string bytes(sizeof(value), '\0');
  std::memcpy(&bytes[0], &value, sizeof(value));
  return bytes;
}

// Whether IPv4 can have the port that an IPv6 socket has. Another program may
// have this port of IPv4 by chance, but not every port that is tried.
bool LeavesItsPortToIpv4(ContractTestBase& test, const Transport& transport) {
  for (int i = 0; i < 20; ++i) {
    Socket ipv6 = test.MustCreate(transport);
    EXPECT_THAT(ipv6.Bind({"::", 0}), IsOk());
    if (transport.is_stream()) {
      EXPECT_THAT(ipv6.Listen(), IsOk());
    }
    Socket ipv4 = test.MustCreate(kAfInet, transport.type);
    if (ipv4.Bind({"0.0.0.0", test.MustGetSockName(ipv6).port()}).ok()) {
      return !transport.is_stream() || ipv4.Listen().ok();
    }
  }
  return false;
}

TEST_P(OptionContract, AnIntIsReadAsItWasSet) {
  Socket socket = MustCreate(TcpIpv4());
  for (const int value : {1, 0, 1}) {
    ASSERT_THAT(socket.SetSockOpt(kSolSocket, kSoKeepalive, value), IsOk());
    const absl::StatusOr<int> got = socket.GetSockOpt(kSolSocket, kSoKeepalive);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(*got != 0, value != 0);
  }
}

TEST_P(OptionContract, AnIntKeepsAllItsBytes) {
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_THAT(socket.SetSockOpt(kSolSocket, kSoRcvbuf, 0x12345), IsOk());
  const absl::StatusOr<int> got = socket.GetSockOpt(kSolSocket, kSoRcvbuf);
  ASSERT_THAT(got, IsOk());
  EXPECT_GE(*got, 0x12345) << "Linux doubles it";
}

TEST_P(OptionContract, OptionsOfOtherLevelsWork) {
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_THAT(socket.SetSockOpt(kIpprotoTcp, kTcpNodelay, 1), IsOk());
  const absl::StatusOr<int> got = socket.GetSockOpt(kIpprotoTcp, kTcpNodelay);
  ASSERT_THAT(got, IsOk());
  EXPECT_NE(*got, 0);
}

TEST_P(OptionContract, ASocketTellsItsType) {
  for (const Transport& transport : {TcpIpv4(), UdpIpv4()}) {
    const Socket socket = MustCreate(transport);
    EXPECT_THAT(socket.GetSockOpt(kSolSocket, kSoType),
                IsOkAndHolds(transport.type.value()));
  }
}

TEST_P(OptionContract, ABufferIsAsTheSystemFillsIt) {
  Socket socket = MustCreate(TcpIpv4());
  EXPECT_THAT(socket.GetSockOpt(kSolSocket, kSoType, sizeof(int)),
              IsOkAndHolds(BytesOf(kSockStream)));
  MORTISE_SKIP_UNDER_WINE("getsockopt counts the whole buffer as filled");
  // The result is as long as the option, and not as long as was allowed.
  EXPECT_THAT(socket.GetSockOpt(kSolSocket, kSoType, Socket::kMaxOptionSize),
              IsOkAndHolds(BytesOf(kSockStream)));
}

TEST_P(OptionContract, AnIntCanBeSetAsABuffer) {
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_THAT(socket.SetSockOpt(kSolSocket, kSoKeepalive, BytesOf(1)), IsOk());
  const absl::StatusOr<int> got = socket.GetSockOpt(kSolSocket, kSoKeepalive);
  ASSERT_THAT(got, IsOk());
  EXPECT_NE(*got, 0);
}

TEST_P(OptionContract, AStructureIsReadAsItWasSet) {
  // The option is a struct linger: two numbers, whose sizes depend on the OS.
  Socket socket = MustCreate(TcpIpv4());
  const absl::StatusOr<std::string> off =
      socket.GetSockOpt(kSolSocket, kSoLinger, Socket::kMaxOptionSize);
  ASSERT_THAT(off, IsOk());
  ASSERT_EQ(off->size() % 2, 0u);
  std::string on = *off;
  const int one = 1;
  const int seconds = 7;
  std::memcpy(&on[0], &one, on.size() / 2);
  std::memcpy(&on[on.size() / 2], &seconds, on.size() / 2);
  ASSERT_NE(on, *off);
  ASSERT_THAT(socket.SetSockOpt(kSolSocket, kSoLinger, on), IsOk());
  EXPECT_THAT(socket.GetSockOpt(kSolSocket, kSoLinger, on.size()),
              IsOkAndHolds(on));
}

TEST_P(OptionContract, ABuflenIsInRange) {
  const Socket socket = MustCreate(TcpIpv4());
  for (const std::size_t buflen : {std::size_t{0}, Socket::kMaxOptionSize + 1,
                                   std::numeric_limits<std::size_t>::max()}) {
    EXPECT_THAT(
        socket.GetSockOpt(kSolSocket, kSoType, buflen),
        RefusesArgument(absl::StatusCode::kOutOfRange, "getsockopt", "buflen"));
  }
}

TEST_P(OptionContract, AValueIsNoLongerThanTheSystemsLengthHolds) {
  if (sizeof(std::size_t) < 8) GTEST_SKIP() << "nothing is that long";
  Socket socket = MustCreate(TcpIpv4());
  // The buffer is refused because of its length. None of its bytes is read.
  const char byte = 0;
  const absl::string_view value(&byte, std::size_t{1} << 31);
  EXPECT_THAT(
      socket.SetSockOpt(kSolSocket, kSoKeepalive, value),
      RefusesArgument(absl::StatusCode::kOutOfRange, "setsockopt", "value"));
}

TEST_P(OptionContract, AnUnknownOptionIsUnsupported) {
  Socket socket = MustCreate(TcpIpv4());
  for (const absl::Status& status :
       {socket.GetSockOpt(kSolSocket, 54321).status(),
        socket.GetSockOpt(kSolSocket, 54321, 4).status(),
        socket.GetSockOpt(kIpprotoTcp, 54321).status()}) {
    EXPECT_THAT(status, Fails(absl::StatusCode::kUnimplemented, IsUnsupported));
    EXPECT_EQ(ErrorOf(status)->operation, "getsockopt");
  }
  for (const absl::Status& status :
       {socket.SetSockOpt(kSolSocket, 54321, 1),
        socket.SetSockOpt(kSolSocket, 54321, "four"),
        socket.SetSockOpt(kIpprotoTcp, 54321, 1)}) {
    EXPECT_THAT(status, Fails(absl::StatusCode::kUnimplemented, IsUnsupported));
    EXPECT_EQ(ErrorOf(status)->operation, "setsockopt");
  }
}

// For a wrong level, Windows returns WSAEINVAL, which other systems return for
// the wrong length of an option.
bool IsUnsupportedOrInvalid(const absl::Status& status) {
  return IsUnsupported(status) || ErrorOf(status)->code == ErrorCode::kEinval;
}

TEST_P(OptionContract, AnUnknownLevelIsUnsupported) {
  Socket socket = MustCreate(TcpIpv4());
  EXPECT_THAT(socket.GetSockOpt(54321, 1), Fails(IsUnsupportedOrInvalid));
  EXPECT_THAT(socket.SetSockOpt(54321, 1, 1), Fails(IsUnsupportedOrInvalid));
}

TEST_P(OptionContract, AValueThatIsTooShortIsTheSystemsError) {
  Socket socket = MustCreate(TcpIpv4());
  const absl::Status status =
      socket.SetSockOpt(kSolSocket, kSoLinger, absl::string_view("x"));
  ASSERT_FALSE(status.ok());
  EXPECT_FALSE(IsUsageError(status)) << status;
}

TEST_P(OptionContract, AnIpv6SocketCarriesIpv6OnlyUntilToldOtherwise) {
  for (const Transport& transport : {TcpIpv6(), UdpIpv6()}) {
    MORTISE_SKIP_WITHOUT(transport);
    Socket socket = MustCreate(transport);
    const absl::StatusOr<int> only =
        socket.GetSockOpt(kIpprotoIpv6, kIpv6V6only);
    ASSERT_THAT(only, IsOk());
    EXPECT_NE(*only, 0);
    EXPECT_TRUE(LeavesItsPortToIpv4(*this, transport));
  }
}

TEST_P(OptionContract, AnIpv6SocketCanBeToldToCarryBoth) {
  MORTISE_SKIP_WITHOUT(TcpIpv6());
  Socket listener = MustCreate(TcpIpv6());
  const absl::Status both = listener.SetSockOpt(kIpprotoIpv6, kIpv6V6only, 0);
  if (!both.ok()) GTEST_SKIP() << "no dual stack: " << both;
  ASSERT_THAT(listener.Bind({"::", 0}), IsOk());
  ASSERT_THAT(listener.Listen(), IsOk());
  Socket client = MustCreate(TcpIpv4());
  ASSERT_THAT(client.Connect({"127.0.0.1", MustGetSockName(listener).port()}),
              IsOk());
  const absl::StatusOr<AcceptResult> accepted = listener.Accept();
  ASSERT_THAT(accepted, IsOk());
  EXPECT_EQ(accepted->address.host(), "::ffff:127.0.0.1");
}

}  // namespace
}  // namespace contract
}  // namespace mortise
