// CreateConnection on a simulated network. A script says which addresses
// answer, with which result, and after how long.

#include "mortise/core/create_connection.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/default_timeout.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::AnyNumber;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Return;

SocketAddress V4(std::uint8_t last, std::uint16_t port = 80) {
  return SocketAddress::Ipv4({192, 0, 2, last}, port);
}

SocketAddress V6(std::uint8_t last, std::uint16_t port = 80) {
  return SocketAddress::Ipv6(
      {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last}, port);
}

std::vector<AddrInfo> Infos(const std::vector<SocketAddress>& addresses) {
  std::vector<AddrInfo> infos;
  for (const SocketAddress& address : addresses) {
    infos.push_back({address.family(), kSockStream, kIpprotoTcp, "", address});
  }
  return infos;
}

class CreateConnectionTest : public ::testing::Test {
 protected:
  // The result of connecting to an address. An address that a test does not
  // mention does not answer.
  struct Answer {
    absl::Duration after = absl::InfiniteDuration();
    std::optional<ErrorCode> error;
  };

  CreateConnectionTest() {
    options_.platform = &mock_.platform;
    options_.all_errors = &errors_;
    EXPECT_CALL(mock_.sockets, Socket)
        .Times(AnyNumber())
        .WillRepeatedly([this](int family, int type, int) {
          if (lacking_.count(family) != 0) {
            return Failed<NativeHandle>(ErrorCode::kEafnosupport);
          }
          const NativeHandle handle(++last_handle_);
          open_[handle.value()].family = family;
          open_[handle.value()].type = type;
          return Made(handle);
        });
    EXPECT_CALL(mock_.sockets, SetSockOpt)
        .Times(AnyNumber())
        .WillRepeatedly(Return(Done()));
    EXPECT_CALL(mock_.sockets, SetBlocking)
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle handle, bool blocking) {
          open_.at(handle.value()).blocking = blocking;
          return Done();
        });
    EXPECT_CALL(mock_.sockets, Close)
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle handle) {
          open_.erase(handle.value());
          return Done();
        });
    EXPECT_CALL(mock_.sockets, Connect)
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle handle, const SockAddr& raw) {
          return Connect(open_.at(handle.value()), SocketAddress(raw));
        });
    EXPECT_CALL(mock_.sockets, TakeError)
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle handle) {
          const Answer& answer = open_.at(handle.value()).answer;
          return Made(answer.error.has_value()
                          ? mock_.errors.Native(*answer.error)
                          : 0);
        });
    EXPECT_CALL(mock_.readiness,
                WaitInterruptibly(
                    Each(Field(&WaitTarget::events, WaitEvents::kConnected)),
                    IsEmpty(), _))
        .Times(AnyNumber())
        .WillRepeatedly([this](absl::Span<const WaitTarget> targets,
                               absl::Span<WaitInterrupt* const>,
                               absl::Duration timeout) {
          return WaitAny(targets, timeout);
        });
  }

  // Every attempt has closed its socket.
  ~CreateConnectionTest() override { EXPECT_THAT(open_, IsEmpty()); }

  void Answers(const SocketAddress& address, absl::Duration after,
               std::optional<ErrorCode> error = std::nullopt) {
    answers_[address.ToString()] = {after, error};
  }

  // Gives the host these addresses. Looking them up takes a while.
  void HostHas(const std::vector<SocketAddress>& addresses,
               absl::Duration after = absl::ZeroDuration()) {
    EXPECT_CALL(mock_.names, FindAddresses)
        .WillOnce([this, addresses, after](const AddrInfoQuery& query,
                                           absl::Duration timeout) {
          query_ = query;
          query_timeout_ = timeout;
          mock_.clock.Advance(after);
          LookupResult<std::vector<AddrInfoEntry>> found;
          for (const SocketAddress& address : addresses) {
            AddrInfoEntry entry;
            entry.family = address.family().value();
            entry.type = kSockStream;
            entry.protocol = kIpprotoTcp;
            entry.address = address.raw();
            found.value.push_back(entry);
          }
          return found;
        });
  }

  absl::StatusOr<Socket> ConnectTo(
      const std::vector<SocketAddress>& addresses) {
    return CreateConnection(Infos(addresses), options_);
  }

  // Returns the address to which a connection was made.
  std::string PeerOf(const absl::StatusOr<Socket>& socket) {
    if (!socket.ok()) return socket.status().ToString();
    return open_.at(socket->FileNo()).peer;
  }

  bool IsBlocking(const Socket& socket) {
    return open_.at(socket.FileNo()).blocking;
  }

  absl::Duration Elapsed() { return mock_.clock.elapsed(); }

  std::vector<std::string> ErrorTexts() const {
    std::vector<std::string> texts;
    for (const absl::Status& error : errors_) {
      texts.emplace_back(error.message());
    }
    return texts;
  }

  MockPlatform mock_;
  CreateConnectionOptions options_;
  std::vector<absl::Status> errors_;
  // Families of which there are no sockets.
  std::set<int> lacking_;
  // When each attempt began: "250ms 192.0.2.1:80".
  std::vector<std::string> attempts_;
  AddrInfoQuery query_;
  absl::Duration query_timeout_;

  struct Attempt {
    int family = 0;
    int type = 0;
    std::string peer;
    bool blocking = true;
    Answer answer;
    absl::Duration ends_at = absl::InfiniteDuration();
  };

  SysResult<void> Connect(Attempt& attempt, const SocketAddress& address) {
    EXPECT_FALSE(attempt.blocking);
    attempt.peer = address.ToString();
    attempts_.push_back(
        absl::StrCat(absl::FormatDuration(Elapsed()), " ", attempt.peer));
    attempt.answer = answers_[attempt.peer];
    if (attempt.answer.after > absl::ZeroDuration()) {
      attempt.ends_at = mock_.clock.Now() + attempt.answer.after;
      return Failed(ErrorCode::kEinprogress);
    }
    return attempt.answer.error.has_value() ? Failed(*attempt.answer.error)
                                            : Done();
  }

  SysResult<std::size_t> WaitAny(absl::Span<const WaitTarget> targets,
                                 absl::Duration timeout) {
    EXPECT_GE(targets.size(), 1u);
    EXPECT_LE(targets.size(), ReadinessCalls::kMaxTargets);
    const absl::Duration now = mock_.clock.Now();
    std::size_t first = 0;
    for (std::size_t i = 1; i < targets.size(); ++i) {
      if (EndOf(targets[i].handle) < EndOf(targets[first].handle)) first = i;
    }
    const absl::Duration end = EndOf(targets[first].handle);
    EXPECT_LT(std::min(end, now + timeout), absl::InfiniteDuration())
        << "would wait for ever";
    if (end > now + timeout) return Made(targets.size());
    mock_.clock.Advance(std::max(end - now, absl::ZeroDuration()));
    return Made(first);
  }

  absl::Duration EndOf(NativeHandle handle) {
    return open_.at(handle.value()).ends_at;
  }

  int last_handle_ = 0;
  std::map<std::int64_t, Attempt> open_;
  std::map<std::string, Answer> answers_;
};

TEST_F(CreateConnectionTest, TakesTheFirstAddressThatAnswers) {
  Answers(V4(1), absl::ZeroDuration());
  const absl::StatusOr<Socket> socket = ConnectTo({V4(1), V4(2)});
  EXPECT_EQ(PeerOf(socket), "192.0.2.1:80");
  EXPECT_EQ(socket->family(), kAfInet);
  EXPECT_EQ(socket->type(), kSockStream);
  EXPECT_EQ(socket->protocol(), kIpprotoTcp);
  EXPECT_THAT(attempts_, ElementsAre("0 192.0.2.1:80"));
}

TEST_F(CreateConnectionTest, GoesOnAfterAFailureAndTellsOfIt) {
  Answers(V6(1), absl::ZeroDuration(), ErrorCode::kEnetunreach);
  Answers(V4(1), absl::Seconds(1), ErrorCode::kEconnrefused);
  Answers(V4(2), absl::Seconds(1));
  const absl::StatusOr<Socket> socket = ConnectTo({V6(1), V4(1), V4(2)});
  EXPECT_EQ(PeerOf(socket), "192.0.2.2:80");
  EXPECT_THAT(attempts_, ElementsAre("0 [2001:db8::1]:80", "0 192.0.2.1:80",
                                     "1s 192.0.2.2:80"));
  ASSERT_EQ(errors_.size(), 2u);
  EXPECT_TRUE(IsUnreachable(errors_[0]));
  EXPECT_EQ(ErrorOf(errors_[0])->address, "[2001:db8::1]:80");
  EXPECT_TRUE(IsConnectionRefused(errors_[1]));
}

TEST_F(CreateConnectionTest, IfAllFailTheLastCountsAndAllAreNamed) {
  Answers(V4(1), absl::ZeroDuration(), ErrorCode::kEnetunreach);
  Answers(V4(2), absl::Seconds(1), ErrorCode::kEconnrefused);
  const absl::Status status = ConnectTo({V4(1), V4(2)}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(IsConnectionRefused(status));
  const Error error = ErrorOf(status).value();
  EXPECT_EQ(error.operation, "connect");
  EXPECT_EQ(error.address, "192.0.2.2:80");
  EXPECT_EQ(error.native_code, mock_.errors.Native(ErrorCode::kEconnrefused));
  const std::string unreachable = absl::StrCat(
      "connect 192.0.2.1:80: fake error ",
      mock_.errors.Native(ErrorCode::kEnetunreach), " [ENETUNREACH]");
  const std::string refused = absl::StrCat(
      "connect 192.0.2.2:80: fake error ",
      mock_.errors.Native(ErrorCode::kEconnrefused), " [ECONNREFUSED]");
  EXPECT_EQ(status.message(), absl::StrCat(unreachable, "; ", refused));
  EXPECT_THAT(ErrorTexts(), ElementsAre(unreachable, refused));
}

TEST_F(CreateConnectionTest, NobodyHasToTakeTheErrors) {
  options_.all_errors = nullptr;
  Answers(V4(1), absl::ZeroDuration(), ErrorCode::kEconnrefused);
  EXPECT_TRUE(IsConnectionRefused(ConnectTo({V4(1)}).status()));
}

// Returns 192.0.2.1 in the form of AF_INET6.
SocketAddress Mapped() {
  return SocketAddress::Numeric("::ffff:192.0.2.1", 80).value();
}

std::string BytesOf(int value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}

TEST_F(CreateConnectionTest, OnlyAnIpv4AddressInTheFormOfIpv6NeedsIpv4) {
  std::vector<std::string> v6only;
  EXPECT_CALL(mock_.sockets, SetSockOpt(_, kIpprotoIpv6, kIpv6V6only, _))
      .WillRepeatedly(
          [&](NativeHandle, int, int, absl::Span<const char> value) {
            v6only.emplace_back(value.data(), value.size());
            return Done();
          });
  Answers(Mapped(), absl::ZeroDuration());
  EXPECT_EQ(PeerOf(ConnectTo({Mapped()})), "[::ffff:192.0.2.1]:80");
  // The first value was set by Socket::Create, and the second one because of
  // the address.
  EXPECT_THAT(v6only, ElementsAre(BytesOf(1), BytesOf(0)));

  v6only.clear();
  Answers(V6(1), absl::ZeroDuration());
  EXPECT_TRUE(ConnectTo({V6(1)}).ok());
  EXPECT_THAT(v6only, ElementsAre(BytesOf(1)));

  // The option is not set on raw sockets, which do not have it.
  v6only.clear();
  std::vector<AddrInfo> infos = Infos({Mapped()});
  infos[0].type = kSockRaw;
  EXPECT_TRUE(CreateConnection(infos, options_).ok());
  EXPECT_THAT(v6only, IsEmpty());
}

TEST_F(CreateConnectionTest, ASystemThatCannotCarryIpv4IsAFailureOfTheAddress) {
  EXPECT_CALL(mock_.sockets, SetSockOpt)
      .WillOnce(Return(Done()))
      .WillOnce(Return(Failed(ErrorCode::kEinval)));
  EXPECT_FALSE(ConnectTo({Mapped()}).ok());
  ASSERT_EQ(errors_.size(), 1u);
  EXPECT_THAT(std::string(errors_[0].message()),
              ::testing::StartsWith(
                  "create_connection [::ffff:192.0.2.1]:80: setsockopt"));
  EXPECT_THAT(attempts_, IsEmpty());
}

TEST_F(CreateConnectionTest, LooksUpStreamsOfAnyFamily) {
  Answers(V6(1, 8080), absl::ZeroDuration());
  HostHas({V6(1, 8080)});
  const absl::StatusOr<Socket> socket =
      CreateConnection({"host.example", 8080}, options_);
  EXPECT_EQ(PeerOf(socket), "[2001:db8::1]:8080");
  EXPECT_EQ(query_.host, "host.example");
  EXPECT_EQ(query_.service, "8080");
  EXPECT_EQ(query_.family, 0);
  EXPECT_EQ(query_.type, kSockStream);
  EXPECT_EQ(query_timeout_, absl::InfiniteDuration());
}

TEST_F(CreateConnectionTest, ANumericHostIsNotLookedUp) {
  Answers(V4(1), absl::ZeroDuration());
  Answers(V6(1), absl::ZeroDuration());
  EXPECT_EQ(PeerOf(CreateConnection({"192.0.2.1", 80}, options_)),
            "192.0.2.1:80");
  const absl::StatusOr<Socket> socket =
      CreateConnection({"2001:db8::1", 80}, options_);
  EXPECT_EQ(PeerOf(socket), "[2001:db8::1]:80");
  EXPECT_EQ(socket->family(), kAfInet6);
  EXPECT_EQ(socket->protocol(), kIpprotoTcp);
}

TEST_F(CreateConnectionTest, AScopeOrFlowInfoMeansIpv6Only) {
  HostHas({V6(1)});
  EXPECT_CALL(mock_.interfaces, IndexToName(3))
      .WillRepeatedly(Return(Made(std::string("eth3"))));
  std::optional<SocketAddress> peer;
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce([&](NativeHandle, const SockAddr& raw) {
        peer = SocketAddress(raw);
        return Done();
      });
  EXPECT_TRUE(
      CreateConnection(HostPort{"host.example", 80, 7, 3}, options_).ok());
  EXPECT_EQ(query_.family, kAfInet6);
  EXPECT_EQ(peer->flowinfo(), 7u);
  EXPECT_EQ(peer->scope_id(), 3u);
}

TEST_F(CreateConnectionTest, AHostThatIsNotThereHasNoErrorsOfAddresses) {
  errors_.push_back(absl::UnknownError("left over"));
  LookupResult<std::vector<AddrInfoEntry>> unknown;
  unknown.error = mock_.errors.Native(ErrorCode::kEaiNoname);
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(unknown));
  const absl::Status status =
      CreateConnection({"no.example", 80}, options_).status();
  EXPECT_TRUE(IsNameNotFound(status)) << status;
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kGetAddrInfo);
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(CreateConnectionTest, NoAddressesAreNoHost) {
  HostHas({});
  const absl::Status status =
      CreateConnection({"empty.example", 80}, options_).status();
  EXPECT_TRUE(IsNameNotFound(status)) << status;
  EXPECT_EQ(ErrorOf(status)->address, "empty.example:80");
}

TEST_F(CreateConnectionTest, TheTimeoutIsForTheLookUpAndAllAttempts) {
  options_.timeout = absl::Seconds(5);
  HostHas({V4(1), V4(2), V4(3), V4(4)}, absl::Seconds(2));
  Answers(V4(1), absl::Seconds(1), ErrorCode::kEconnrefused);
  Answers(V4(2), absl::Seconds(1), ErrorCode::kEconnrefused);
  const absl::Status status =
      CreateConnection({"slow.example", 80}, options_).status();
  EXPECT_EQ(query_timeout_, absl::Seconds(5));
  EXPECT_EQ(Elapsed(), absl::Seconds(5));
  EXPECT_THAT(attempts_, ElementsAre("2s 192.0.2.1:80", "3s 192.0.2.2:80",
                                     "4s 192.0.2.3:80"));
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  // No time was left for the fourth address.
  ASSERT_EQ(errors_.size(), 4u);
  EXPECT_EQ(errors_[2].message(), "connect 192.0.2.3:80: timed out");
  EXPECT_EQ(errors_[3].message(), "connect 192.0.2.4:80: timed out");
}

TEST_F(CreateConnectionTest, ALookUpThatUsesTheTimeUpLeavesNoneToConnect) {
  options_.timeout = absl::Seconds(5);
  HostHas({V4(1)}, absl::Seconds(5));
  EXPECT_TRUE(
      IsTimeout(CreateConnection({"slow.example", 80}, options_).status()));
  EXPECT_THAT(attempts_, IsEmpty());
}

TEST_F(CreateConnectionTest, AHostThatIsNotAsciiIsRefused) {
  EXPECT_CALL(mock_.names, FindAddresses).Times(0);
  const auto refusal = IsRefusal(
      absl::StatusCode::kInvalidArgument, "create_connection",
      "host: \"b\xc3\xbc.example\" is not ASCII; write it as the DNS has it, "
      "\"xn--...\"");
  const HostPort not_ascii = {"b\xc3\xbc.example", 80};
  EXPECT_THAT(CreateConnection(not_ascii, options_).status(), refusal);
  options_.source_address = not_ascii;
  EXPECT_THAT(CreateConnection({"127.0.0.1", 80}, options_).status(), refusal);
}

TEST_F(CreateConnectionTest, ALookUpCanTimeOut) {
  options_.timeout = absl::Seconds(5);
  LookupResult<std::vector<AddrInfoEntry>> late;
  late.timed_out = true;
  EXPECT_CALL(mock_.names, FindAddresses(_, absl::Seconds(5)))
      .WillOnce(Return(late));
  EXPECT_TRUE(
      IsTimeout(CreateConnection({"slow.example", 80}, options_).status()));
}

TEST_F(CreateConnectionTest, ASocketThatCannotBeMadeIsAFailureOfItsAddress) {
  lacking_ = {kAfInet6};
  Answers(V4(1), absl::ZeroDuration(), ErrorCode::kEconnrefused);
  EXPECT_FALSE(ConnectTo({V6(1), V4(1)}).ok());
  ASSERT_EQ(errors_.size(), 2u);
  EXPECT_TRUE(IsUnsupported(errors_[0]));
  EXPECT_THAT(std::string(errors_[0].message()),
              ::testing::StartsWith(
                  "create_connection [2001:db8::1]:80: socket AF_INET6"));
  EXPECT_EQ(ErrorOf(errors_[0])->operation, "socket");
}

TEST_F(CreateConnectionTest, TheSocketHasTheTimeout) {
  Answers(V4(1), absl::Seconds(1));
  options_.timeout = absl::Seconds(5);
  const absl::StatusOr<Socket> timed = ConnectTo({V4(1)});
  EXPECT_EQ(timed->GetTimeout(), absl::Seconds(5));
  EXPECT_FALSE(IsBlocking(*timed));

  options_.timeout = absl::InfiniteDuration();
  const absl::StatusOr<Socket> blocking = ConnectTo({V4(1)});
  EXPECT_EQ(blocking->GetTimeout(), absl::InfiniteDuration());
  EXPECT_TRUE(IsBlocking(*blocking));
}

TEST_F(CreateConnectionTest, WithoutATimeoutTheDefaultIsIt) {
  Answers(V4(1), absl::Seconds(1));
  ASSERT_TRUE(SetDefaultTimeout(absl::Seconds(3)).ok());
  const absl::StatusOr<Socket> socket = ConnectTo({V4(1)});
  const absl::Status silent = ConnectTo({V4(2)}).status();
  options_.timeout = absl::InfiniteDuration();
  const absl::StatusOr<Socket> patient = ConnectTo({V4(1)});
  ASSERT_TRUE(SetDefaultTimeout(absl::InfiniteDuration()).ok());
  EXPECT_EQ(socket->GetTimeout(), absl::Seconds(3));
  EXPECT_TRUE(IsTimeout(silent));
  EXPECT_EQ(patient->GetTimeout(), absl::InfiniteDuration());
  EXPECT_TRUE(IsBlocking(*patient));
}

TEST_F(CreateConnectionTest, WithZeroNothingIsWaitedFor) {
  options_.timeout = absl::ZeroDuration();
  Answers(V4(1), absl::Seconds(1));
  const absl::Status status = ConnectTo({V4(1), V4(1)}).status();
  EXPECT_TRUE(IsInProgress(status)) << status;
  EXPECT_EQ(errors_.size(), 2u);
  EXPECT_THAT(std::string(errors_[0].message()),
              ::testing::HasSubstr("192.0.2.1:80"));

  Answers(V4(2), absl::ZeroDuration());
  const absl::StatusOr<Socket> at_once = ConnectTo({V4(1), V4(2)});
  EXPECT_EQ(PeerOf(at_once), "192.0.2.2:80");
  EXPECT_EQ(at_once->GetTimeout(), absl::ZeroDuration());
  EXPECT_EQ(Elapsed(), absl::ZeroDuration());
}

TEST_F(CreateConnectionTest, ConnectsFromTheSource) {
  options_.source_address = HostPort{"192.0.2.9", 4000};
  Answers(V4(1), absl::ZeroDuration());
  EXPECT_CALL(mock_.sockets, Bind)
      .WillOnce([](NativeHandle, const SockAddr& raw) {
        EXPECT_EQ(SocketAddress(raw), V4(9, 4000));
        return Done();
      });
  EXPECT_EQ(PeerOf(ConnectTo({V4(1)})), "192.0.2.1:80");
}

TEST_F(CreateConnectionTest, OnlyAStreamWithoutASourcePortDefersIt) {
  struct Case {
    Address source;
    SocketType type;
    int deferrals;
  };
  for (const Case& c :
       {Case{HostPort{"192.0.2.9", 0}, kSockStream, 1},
        Case{HostPort{"", 0}, kSockStream, 1}, Case{V4(9, 0), kSockStream, 1},
        Case{HostPort{"192.0.2.9", 4000}, kSockStream, 0},
        Case{V4(9, 4000), kSockStream, 0}, Case{V4(9, 0), kSockDgram, 0}}) {
    SCOPED_TRACE(c.source.ToString());
    options_.source_address = c.source;
    ::testing::InSequence sequence;
    EXPECT_CALL(mock_.sockets, DeferPort)
        .Times(c.deferrals)
        .WillRepeatedly(Return(SysResult<void>{kNotSupportedError}));
    EXPECT_CALL(mock_.sockets, Bind).WillOnce(Return(Done()));
    Answers(V4(1), absl::ZeroDuration());
    std::vector<AddrInfo> infos = Infos({V4(1)});
    infos[0].type = c.type;
    // The connection succeeds although the port cannot be deferred.
    EXPECT_TRUE(CreateConnection(infos, options_).ok());
  }
}

TEST_F(CreateConnectionTest, AnEmptySourceIsAnyInBothFamilies) {
  options_.source_address = HostPort{"", 4000};
  std::vector<std::string> sources;
  EXPECT_CALL(mock_.sockets, Bind)
      .WillRepeatedly([&](NativeHandle, const SockAddr& raw) {
        sources.push_back(SocketAddress(raw).ToString());
        return Done();
      });
  Answers(V6(1), absl::ZeroDuration(), ErrorCode::kEnetunreach);
  Answers(V4(1), absl::ZeroDuration());
  EXPECT_EQ(PeerOf(ConnectTo({V6(1), V4(1)})), "192.0.2.1:80");
  EXPECT_THAT(sources, ElementsAre("[::]:4000", "0.0.0.0:4000"));
}

TEST_F(CreateConnectionTest, ASourceOfOneFamilyFailsTheOther) {
  options_.source_address = V4(9, 0);
  EXPECT_CALL(mock_.sockets, Bind).WillOnce(Return(Done()));
  Answers(V4(1), absl::ZeroDuration());
  EXPECT_EQ(PeerOf(ConnectTo({V6(1), V4(1)})), "192.0.2.1:80");
  ASSERT_EQ(errors_.size(), 1u);
  EXPECT_EQ(errors_[0].code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(
      std::string(errors_[0].message()),
      ::testing::StartsWith("create_connection [2001:db8::1]:80: bind"));
}

TEST_F(CreateConnectionTest, ASourceThatIsTakenFailsEachAddress) {
  options_.source_address = V4(9, 4000);
  EXPECT_CALL(mock_.sockets, Bind)
      .Times(2)
      .WillRepeatedly(Return(Failed(ErrorCode::kEaddrinuse)));
  const absl::Status status = ConnectTo({V4(1), V4(2)}).status();
  EXPECT_TRUE(IsAddressInUse(status));
  EXPECT_EQ(ErrorOf(status)->address, "192.0.2.9:4000");
  EXPECT_EQ(errors_.size(), 2u);
  EXPECT_THAT(attempts_, IsEmpty());
}

TEST_F(CreateConnectionTest, ASourceIsBoundWithTheIntentThatWasNamed) {
  options_.source_address = V4(9, 4000);
  options_.source_reuse = AddressReuse::kAfterClose;
  ::testing::InSequence sequence;
  EXPECT_CALL(mock_.sockets, SetAddressReuse(_, AddressReuse::kAfterClose))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Bind).WillOnce(Return(Done()));
  Answers(V4(1), absl::ZeroDuration());
  EXPECT_TRUE(ConnectTo({V4(1)}).ok());
}

TEST_F(CreateConnectionTest, LookingTheSourceUpTakesFromTheTimeout) {
  options_.timeout = absl::Seconds(5);
  options_.source_address = HostPort{"me.example", 0};
  LookupResult<std::vector<AddrInfoEntry>> late;
  late.timed_out = true;
  EXPECT_CALL(mock_.names, FindAddresses(_, absl::Seconds(5)))
      .WillOnce(Return(late));
  EXPECT_TRUE(IsTimeout(ConnectTo({V4(1)}).status()));
}

TEST_F(CreateConnectionTest, LookingTheSourceUpTakesFromTheAddressesTimeout) {
  options_.attempt_timeout = absl::Seconds(2);
  options_.source_address = HostPort{"me.example", 0};
  LookupResult<std::vector<AddrInfoEntry>> late;
  late.timed_out = true;
  LookupResult<std::vector<AddrInfoEntry>> slow;
  slow.value.push_back({});
  slow.value.back().address = V4(9, 0).raw();
  EXPECT_CALL(mock_.names, FindAddresses(_, absl::Seconds(2)))
      .WillOnce([&](auto...) {
        mock_.clock.Advance(absl::Seconds(2));
        return late;
      })
      .WillOnce([&](auto...) {
        mock_.clock.Advance(absl::Seconds(1));
        return slow;
      });
  EXPECT_CALL(mock_.sockets, Bind).WillOnce(Return(Done()));
  EXPECT_TRUE(IsTimeout(ConnectTo({V4(1), V4(2)}).status()));
  // One second was left for connecting.
  EXPECT_THAT(attempts_, ElementsAre("3s 192.0.2.2:80"));
  EXPECT_EQ(Elapsed(), absl::Seconds(4));
}

TEST_F(CreateConnectionTest, AnAddressCanHaveATimeoutOfItsOwn) {
  options_.attempt_timeout = absl::Seconds(2);
  Answers(V4(2), absl::Seconds(1));
  EXPECT_EQ(PeerOf(ConnectTo({V4(1), V4(2)})), "192.0.2.2:80");
  EXPECT_THAT(attempts_, ElementsAre("0 192.0.2.1:80", "2s 192.0.2.2:80"));
  EXPECT_THAT(ErrorTexts(), ElementsAre("connect 192.0.2.1:80: timed out"));
}

TEST_F(CreateConnectionTest, ASignalDoesNotEndAWait) {
  Answers(V4(1), absl::Seconds(1));
  EXPECT_CALL(mock_.readiness, WaitInterruptibly)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEintr)))
      .WillOnce(Return(Made<std::size_t>(0)));
  EXPECT_EQ(PeerOf(ConnectTo({V4(1)})), "192.0.2.1:80");
}

TEST_F(CreateConnectionTest, AWaitThatFailsIsToldAsIt) {
  Answers(V4(1), absl::Seconds(1));
  EXPECT_CALL(mock_.readiness, WaitInterruptibly)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEnomem)));
  const absl::Status status = ConnectTo({V4(1), V4(2)}).status();
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEnomem);
  EXPECT_EQ(ErrorOf(status)->operation, "create_connection");
}

// Several attempts at the same time.

class HappyEyeballsTest : public CreateConnectionTest {
 protected:
  HappyEyeballsTest() { options_.attempt_delay = kHappyEyeballsDelay; }
};

TEST_F(HappyEyeballsTest, TheNextOneIsBegunWhileTheLastIsUnderWay) {
  Answers(V4(1), absl::Milliseconds(100));
  EXPECT_EQ(PeerOf(ConnectTo({V6(1), V4(1), V6(2)})), "192.0.2.1:80");
  EXPECT_THAT(attempts_,
              ElementsAre("0 [2001:db8::1]:80", "250ms 192.0.2.1:80"));
  EXPECT_EQ(Elapsed(), absl::Milliseconds(350));
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(HappyEyeballsTest, TheAddressThatAnswersFirstWins) {
  Answers(V6(1), absl::Milliseconds(600));
  Answers(V4(1), absl::Seconds(9));
  EXPECT_EQ(PeerOf(ConnectTo({V6(1), V4(1), V6(2)})), "[2001:db8::1]:80");
  EXPECT_THAT(attempts_, ElementsAre("0 [2001:db8::1]:80", "250ms 192.0.2.1:80",
                                     "500ms [2001:db8::2]:80"));
}

TEST_F(HappyEyeballsTest, AQuickAnswerLeavesTheOthersAlone) {
  Answers(V6(1), absl::Milliseconds(200));
  EXPECT_EQ(PeerOf(ConnectTo({V6(1), V4(1)})), "[2001:db8::1]:80");
  EXPECT_THAT(attempts_, ElementsAre("0 [2001:db8::1]:80"));
}

TEST_F(HappyEyeballsTest, AFailureDoesNotWaitForTheDelay) {
  Answers(V6(1), absl::Milliseconds(10), ErrorCode::kEconnrefused);
  Answers(V4(1), absl::ZeroDuration(), ErrorCode::kEnetunreach);
  Answers(V4(2), absl::Milliseconds(10));
  EXPECT_EQ(PeerOf(ConnectTo({V6(1), V4(1), V4(2)})), "192.0.2.2:80");
  EXPECT_THAT(attempts_, ElementsAre("0 [2001:db8::1]:80", "10ms 192.0.2.1:80",
                                     "10ms 192.0.2.2:80"));
}

TEST_F(HappyEyeballsTest, NorDoesAFailureBesideAnotherAttempt) {
  Answers(V4(1), absl::Milliseconds(10), ErrorCode::kEconnrefused);
  Answers(V6(2), absl::Milliseconds(10));
  EXPECT_EQ(PeerOf(ConnectTo({V6(1), V4(1), V6(2)})), "[2001:db8::2]:80");
  EXPECT_THAT(attempts_, ElementsAre("0 [2001:db8::1]:80", "250ms 192.0.2.1:80",
                                     "260ms [2001:db8::2]:80"));
}

TEST_F(HappyEyeballsTest, AFailureBesideAnotherIsKept) {
  Answers(V6(1), absl::Milliseconds(900), ErrorCode::kEnetunreach);
  Answers(V4(1), absl::Milliseconds(100), ErrorCode::kEconnrefused);
  const absl::Status status = ConnectTo({V6(1), V4(1)}).status();
  // The errors are in the order in which the attempts failed.
  EXPECT_TRUE(IsUnreachable(status)) << status;
  ASSERT_EQ(errors_.size(), 2u);
  EXPECT_TRUE(IsConnectionRefused(errors_[0]));
}

TEST_F(HappyEyeballsTest, FamiliesTakeTurns) {
  Answers(V6(3), absl::Milliseconds(1));
  EXPECT_TRUE(ConnectTo({V6(1), V6(2), V6(3), V4(1), V4(2)}).ok());
  EXPECT_THAT(attempts_,
              ElementsAre("0 [2001:db8::1]:80", "250ms 192.0.2.1:80",
                          "500ms [2001:db8::2]:80", "750ms 192.0.2.2:80",
                          "1s [2001:db8::3]:80"));
}

TEST_F(HappyEyeballsTest, WhatIsReachedByIpv4IsIpv4) {
  Answers(V6(2), absl::Milliseconds(1));
  EXPECT_TRUE(ConnectTo({V6(1), V6(2), Mapped()}).ok());
  EXPECT_THAT(attempts_,
              ElementsAre("0 [2001:db8::1]:80", "250ms [::ffff:192.0.2.1]:80",
                          "500ms [2001:db8::2]:80"));
}

TEST_F(HappyEyeballsTest, OneByOneTheOrderIsLeftAlone) {
  options_.attempt_delay = absl::InfiniteDuration();
  for (int i = 1; i <= 2; ++i) {
    Answers(V6(i), absl::ZeroDuration(), ErrorCode::kEnetunreach);
  }
  Answers(V4(1), absl::ZeroDuration());
  EXPECT_TRUE(ConnectTo({V6(1), V6(2), V4(1)}).ok());
  EXPECT_THAT(attempts_, ElementsAre("0 [2001:db8::1]:80", "0 [2001:db8::2]:80",
                                     "0 192.0.2.1:80"));
}

TEST_F(HappyEyeballsTest, TheTimeoutEndsAllAttempts) {
  options_.timeout = absl::Milliseconds(400);
  const absl::Status status = ConnectTo({V6(1), V4(1), V6(2)}).status();
  EXPECT_TRUE(IsTimeout(status));
  EXPECT_EQ(Elapsed(), absl::Milliseconds(400));
  EXPECT_EQ(attempts_.size(), 2u);
  EXPECT_THAT(ErrorTexts(), ElementsAre("connect [2001:db8::1]:80: timed out",
                                        "connect 192.0.2.1:80: timed out",
                                        "connect [2001:db8::2]:80: timed out"));
}

TEST_F(HappyEyeballsTest, EachAttemptHasATimeoutOfItsOwn) {
  options_.attempt_timeout = absl::Milliseconds(300);
  const absl::Status status = ConnectTo({V4(1), V4(2)}).status();
  EXPECT_TRUE(IsTimeout(status));
  EXPECT_EQ(Elapsed(), absl::Milliseconds(550));
}

TEST_F(HappyEyeballsTest, NoMoreRunAtOnceThanCanBeWaitedFor) {
  options_.attempt_delay = absl::ZeroDuration();
  options_.timeout = absl::Seconds(5);
  std::vector<SocketAddress> addresses;
  for (int i = 1; i <= 70; ++i) addresses.push_back(V4(i));
  Answers(V4(7), absl::Seconds(1), ErrorCode::kEconnrefused);
  EXPECT_TRUE(IsTimeout(ConnectTo(addresses).status()));
  EXPECT_EQ(attempts_.size(), ReadinessCalls::kMaxTargets + 1);
  EXPECT_EQ(attempts_.back(), "1s 192.0.2.65:80");
  EXPECT_EQ(errors_.size(), 70u);
}

// An attempt that succeeded at the last moment. The system may tell that the
// time is over first.
TEST_F(HappyEyeballsTest, AfterTheTimeoutItLooksOnceMore) {
  options_.timeout = absl::Seconds(5);
  Answers(V6(1), absl::Seconds(9));
  ::testing::InSequence sequence;
  EXPECT_CALL(mock_.readiness, WaitInterruptibly(_, _, absl::Seconds(5)))
      .WillOnce(Return(Made<std::size_t>(1)));
  EXPECT_CALL(mock_.readiness, WaitInterruptibly(_, _, absl::ZeroDuration()))
      .WillOnce(Return(Made<std::size_t>(0)));
  EXPECT_EQ(PeerOf(ConnectTo({V6(1)})), "[2001:db8::1]:80");
}

// RFC 9293, section 3.5: simultaneous connection synchronization.
TEST_F(CreateConnectionTest, AConnectionToItselfIsRefused) {
  const auto is_named = [](const SocketAddress& name) {
    return [name](NativeHandle, SockAddr* address) {
      *address = name.raw();
      return Done();
    };
  };
  for (const absl::Duration after : {absl::ZeroDuration(), absl::Seconds(1)}) {
    errors_.clear();
    Answers(V4(1), after);
    EXPECT_CALL(mock_.sockets, GetSockName).WillOnce(is_named(V4(1)));
    EXPECT_CALL(mock_.sockets, GetPeerName).WillOnce(is_named(V4(1)));
    const absl::Status status = ConnectTo({V4(1)}).status();
    EXPECT_TRUE(IsConnectionRefused(status)) << status;
    EXPECT_EQ(ErrorOf(status)->operation, "connect");
    EXPECT_EQ(ErrorOf(status)->address, "192.0.2.1:80");
  }
  // The same port of another address is another's.
  Answers(V4(1), absl::ZeroDuration());
  EXPECT_CALL(mock_.sockets, GetSockName).WillOnce(is_named(V4(9)));
  EXPECT_CALL(mock_.sockets, GetPeerName).WillOnce(is_named(V4(1)));
  EXPECT_EQ(PeerOf(ConnectTo({V4(1)})), "192.0.2.1:80");
  // Datagrams may be sent to oneself.
  std::vector<AddrInfo> infos = Infos({V4(1)});
  infos[0].type = kSockDgram;
  EXPECT_CALL(mock_.sockets, GetSockName).Times(0);
  EXPECT_TRUE(CreateConnection(infos, options_).ok());
}

// Look-ups of both families beside the attempts.

class LookupRaceTest : public HappyEyeballsTest {
 protected:
  LookupRaceTest() {
    EXPECT_CALL(mock_.names, BeginFindAddresses)
        .Times(AnyNumber())
        .WillRepeatedly([this](const AddrInfoQuery& query, const CallLimit&,
                               std::function<void()> done) {
          queries_.push_back(query);
          Lookup& lookup = lookups_[query.family];
          lookup.at = mock_.clock.Now() + lookup.after;
          lookup.done = std::move(done);
          return std::make_unique<Pending>(lookup);
        });
    EXPECT_CALL(mock_.readiness, WaitInterruptibly(_, Not(IsEmpty()), _))
        .Times(AnyNumber())
        .WillRepeatedly([this](absl::Span<const WaitTarget> targets,
                               absl::Span<WaitInterrupt* const> interrupts,
                               absl::Duration timeout) {
          return WaitForAll(targets, interrupts, timeout);
        });
    EXPECT_CALL(mock_.sockets, Connect)
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle handle, const SockAddr& raw) {
          Attempt& attempt = open_.at(handle.value());
          if (attempt.type != kSockDgram) {
            return Connect(attempt, SocketAddress(raw));
          }
          return no_route_.count(attempt.family) != 0
                     ? Failed(ErrorCode::kEnetunreach)
                     : Done();
        });
    EXPECT_CALL(mock_.sockets, GetSockName)
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle handle, SockAddr* name) {
          *name = (open_.at(handle.value()).family == kAfInet6 ? V6(9, 5000)
                                                               : V4(9, 5000))
                      .raw();
          return Done();
        });
  }

  // Nothing is looked up when the call has returned.
  ~LookupRaceTest() override {
    for (const auto& lookup : lookups_) EXPECT_EQ(lookup.second.pending, 0);
  }

  void Has(int family, absl::Duration after,
           const std::vector<SocketAddress>& addresses) {
    lookups_[family].after = after;
    for (const SocketAddress& address : addresses) {
      AddrInfoEntry entry;
      entry.family = family;
      entry.type = kSockStream;
      entry.address = address.raw();
      lookups_[family].answer.value.push_back(entry);
    }
  }
  void Lacks(int family, absl::Duration after,
             ErrorCode why = ErrorCode::kEaiNoname) {
    lookups_[family].after = after;
    lookups_[family].answer.error = mock_.errors.Native(why);
  }

  absl::StatusOr<Socket> ConnectToName() {
    return CreateConnection({"host.example", 80}, options_);
  }

  // Families to which there is no way.
  std::set<int> no_route_;
  std::vector<AddrInfoQuery> queries_;
  // A token that is cancelled by a wait.
  std::optional<Cancellation> cancelled_by_wait_;

 private:
  // What a test does not mention is never answered.
  struct Lookup {
    absl::Duration after = absl::InfiniteDuration();
    FoundAddresses answer;
    absl::Duration at = absl::InfiniteDuration();
    std::function<void()> done;
    int pending = 0;
  };
  class Pending final : public PendingLookup {
   public:
    explicit Pending(Lookup& lookup) : lookup_(lookup) { ++lookup_.pending; }
    ~Pending() override { --lookup_.pending; }
    FoundAddresses Take() override { return lookup_.answer; }

   private:
    Lookup& lookup_;
  };

  SysResult<std::size_t> WaitForAll(absl::Span<const WaitTarget> targets,
                                    absl::Span<WaitInterrupt* const> interrupts,
                                    absl::Duration timeout) {
    EXPECT_FALSE(AnyIsSet(interrupts)) << "an answer was not looked at";
    if (cancelled_by_wait_.has_value()) {
      cancelled_by_wait_->Cancel();
      return Made(targets.size());
    }
    const absl::Duration now = mock_.clock.Now();
    Lookup* next = nullptr;
    for (auto& entry : lookups_) {
      if (next == nullptr || entry.second.at < next->at) next = &entry.second;
    }
    const bool is_attempt = std::any_of(
        targets.begin(), targets.end(),
        [&](const WaitTarget& each) { return EndOf(each.handle) <= next->at; });
    if (is_attempt) return WaitAny(targets, timeout);
    EXPECT_LT(std::min(next->at, now + timeout), absl::InfiniteDuration())
        << "would wait for ever";
    if (next->at > now + timeout) return Made(targets.size());
    mock_.clock.Advance(next->at - now);
    next->at = absl::InfiniteDuration();
    next->done();
    return Made(targets.size());
  }

  std::map<int, Lookup> lookups_;
};

TEST_F(LookupRaceTest, TheFamiliesAreLookedUpSeparately) {
  Has(kAfInet6, absl::Milliseconds(10), {V6(1)});
  Answers(V6(1), absl::Milliseconds(1));
  EXPECT_EQ(PeerOf(ConnectToName()), "[2001:db8::1]:80");
  ASSERT_EQ(queries_.size(), 2u);
  EXPECT_EQ(queries_[0].family, kAfInet6);
  EXPECT_EQ(queries_[1].family, kAfInet);
  for (const AddrInfoQuery& query : queries_) {
    EXPECT_EQ(query.host, "host.example");
    EXPECT_EQ(query.service, "80");
    EXPECT_EQ(query.type, kSockStream);
  }
  // It has not waited for the other look-up, and has given it up.
  EXPECT_EQ(Elapsed(), absl::Milliseconds(11));
}

TEST_F(LookupRaceTest, Ipv4ThatIsFirstWaitsForIpv6) {
  Has(kAfInet, absl::Milliseconds(10), {V4(1)});
  Has(kAfInet6, absl::Milliseconds(50), {V6(1)});
  Answers(V6(1), absl::Milliseconds(1));
  EXPECT_EQ(PeerOf(ConnectToName()), "[2001:db8::1]:80");
  EXPECT_THAT(attempts_, ElementsAre("50ms [2001:db8::1]:80"));
}

TEST_F(LookupRaceTest, ButOnlyForTheResolutionDelay) {
  Has(kAfInet, absl::Milliseconds(10), {V4(1)});
  Has(kAfInet6, absl::Milliseconds(100), {V6(1)});
  Answers(V6(1), absl::Milliseconds(1));
  EXPECT_EQ(PeerOf(ConnectToName()), "[2001:db8::1]:80");
  EXPECT_THAT(attempts_,
              ElementsAre("60ms 192.0.2.1:80", "310ms [2001:db8::1]:80"));
  attempts_.clear();
  options_.resolution_delay = absl::ZeroDuration();
  Answers(V4(1), absl::Milliseconds(1));
  EXPECT_EQ(PeerOf(ConnectToName()), "192.0.2.1:80");
}

TEST_F(LookupRaceTest, WithoutIpv6AddressesIpv4BeginsAtOnce) {
  Lacks(kAfInet6, absl::Milliseconds(20));
  Has(kAfInet, absl::Milliseconds(10), {V4(1)});
  Answers(V4(1), absl::Milliseconds(1));
  EXPECT_EQ(PeerOf(ConnectToName()), "192.0.2.1:80");
  EXPECT_THAT(attempts_, ElementsAre("20ms 192.0.2.1:80"));
  // That there are none is no error.
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(LookupRaceTest, AFailedLookUpIsToldButHoldsNothingUp) {
  Lacks(kAfInet6, absl::Milliseconds(20), ErrorCode::kEaiAgain);
  Has(kAfInet, absl::Milliseconds(10), {V4(1)});
  Answers(V4(1), absl::Milliseconds(1), ErrorCode::kEconnrefused);
  const absl::Status status = ConnectToName().status();
  EXPECT_THAT(attempts_, ElementsAre("20ms 192.0.2.1:80"));
  EXPECT_TRUE(IsConnectionRefused(status)) << status;
  ASSERT_EQ(errors_.size(), 2u);
  EXPECT_EQ(ErrorOf(errors_[0])->code, ErrorCode::kEaiAgain);
  EXPECT_EQ(ErrorOf(errors_[0])->address, "host.example:80");
}

TEST_F(LookupRaceTest, IfBothFailTheErrorIsTheOneThatTellsMore) {
  Lacks(kAfInet6, absl::Milliseconds(20), ErrorCode::kEaiAgain);
  Lacks(kAfInet, absl::Milliseconds(10));
  EXPECT_EQ(ErrorOf(ConnectToName().status())->code, ErrorCode::kEaiAgain);
  Lacks(kAfInet6, absl::Milliseconds(20));
  Lacks(kAfInet, absl::Milliseconds(10), ErrorCode::kEaiFail);
  EXPECT_EQ(ErrorOf(ConnectToName().status())->code, ErrorCode::kEaiFail);
  // Of two of a kind it is that of IPv4.
  Lacks(kAfInet6, absl::Milliseconds(10), ErrorCode::kEaiNodata);
  Lacks(kAfInet, absl::Milliseconds(20), ErrorCode::kEaiNoname);
  EXPECT_EQ(ErrorOf(ConnectToName().status())->code, ErrorCode::kEaiNoname);
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(LookupRaceTest, NoAddressesAreNoHost) {
  Has(kAfInet6, absl::ZeroDuration(), {});
  Has(kAfInet, absl::ZeroDuration(), {});
  const absl::Status status = ConnectToName().status();
  EXPECT_TRUE(IsNameNotFound(status)) << status;
  EXPECT_EQ(ErrorOf(status)->address, "host.example:80");
}

// RFC 6724, rule 1.
TEST_F(LookupRaceTest, AFamilyWithoutAWayDoesNotBegin) {
  no_route_ = {kAfInet6};
  Has(kAfInet, absl::Milliseconds(10), {V4(1)});
  Has(kAfInet6, absl::Milliseconds(20), {V6(1)});
  Answers(V4(1), absl::Milliseconds(1));
  EXPECT_EQ(PeerOf(ConnectToName()), "192.0.2.1:80");
  EXPECT_THAT(attempts_, ElementsAre("20ms 192.0.2.1:80"));
}

TEST_F(LookupRaceTest, ALateAnswerJoinsIn) {
  Has(kAfInet6, absl::Milliseconds(10), {V6(1), V6(2)});
  Has(kAfInet, absl::Milliseconds(200), {V4(1)});
  Answers(V4(1), absl::Milliseconds(1));
  EXPECT_EQ(PeerOf(ConnectToName()), "192.0.2.1:80");
  EXPECT_THAT(attempts_,
              ElementsAre("10ms [2001:db8::1]:80", "260ms 192.0.2.1:80"));
}

TEST_F(LookupRaceTest, TheTimeoutEndsLookUps) {
  options_.timeout = absl::Seconds(5);
  const absl::Status status = ConnectToName().status();
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "getaddrinfo");
  EXPECT_EQ(ErrorOf(status)->address, "host.example:80");
  EXPECT_EQ(Elapsed(), absl::Seconds(5));
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(LookupRaceTest, ALookUpThatWasGivenUpIsToldBesideTheAddresses) {
  options_.timeout = absl::Seconds(5);
  Has(kAfInet, absl::ZeroDuration(), {V4(1)});
  const absl::Status status = ConnectToName().status();
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_THAT(ErrorTexts(),
              ElementsAre("getaddrinfo host.example:80: timed out",
                          "connect 192.0.2.1:80: timed out"));
}

TEST_F(LookupRaceTest, ACancellationEndsLookUpsAndAttempts) {
  cancelled_by_wait_.emplace();
  options_.cancellation = cancelled_by_wait_;
  EXPECT_TRUE(mortise::IsCancelled(ConnectToName().status()));
  EXPECT_THAT(attempts_, IsEmpty());
}

// One family only, or one by one: there is one look-up.
TEST_F(LookupRaceTest, OtherHostsAreNotLookedUpTwice) {
  EXPECT_CALL(mock_.names, BeginFindAddresses).Times(0);
  Answers(V4(1), absl::ZeroDuration());
  Answers(V6(1), absl::ZeroDuration());
  EXPECT_TRUE(CreateConnection({"192.0.2.1", 80}, options_).ok());
  EXPECT_TRUE(CreateConnection({"2001:db8::1", 80}, options_).ok());
  HostHas({V4(1)});
  EXPECT_TRUE(CreateConnection({"", 80}, options_).ok());
  options_.attempt_delay = absl::InfiniteDuration();
  HostHas({V4(1)});
  EXPECT_TRUE(ConnectToName().ok());
}

// Arguments that cannot be right. The mocks check that nothing is done.

TEST_F(CreateConnectionTest, DurationsHaveTheirRanges) {
  const auto refuses = [](absl::string_view complaint) {
    return IsRefusal(absl::StatusCode::kOutOfRange, "create_connection",
                     std::string(complaint));
  };
  CreateConnectionOptions options = options_;
  options.timeout = -absl::Seconds(1);
  EXPECT_THAT(CreateConnection({"a.example", 80}, options).status(),
              refuses("timeout: -1s is negative"));
  options.timeout = -absl::InfiniteDuration();
  EXPECT_THAT(CreateConnection(Infos({V4(1)}), options).status(),
              refuses("timeout: -inf is negative"));
  options = options_;
  options.attempt_delay = -absl::Nanoseconds(1);
  EXPECT_THAT(CreateConnection({"a.example", 80}, options).status(),
              refuses("attempt_delay: -1ns is negative"));
  options = options_;
  options.resolution_delay = -absl::Nanoseconds(1);
  EXPECT_THAT(CreateConnection({"a.example", 80}, options).status(),
              refuses("resolution_delay: -1ns is negative"));
  options = options_;
  options.attempt_timeout = absl::ZeroDuration();
  EXPECT_THAT(CreateConnection({"a.example", 80}, options).status(),
              refuses("attempt_timeout: 0 is not more than zero"));
}

TEST_F(CreateConnectionTest, HostAndPortHaveTheirs) {
  for (const int port : {-1, 65536, 1 << 30}) {
    const auto refused =
        IsRefusal(absl::StatusCode::kOutOfRange, "create_connection",
                  absl::StrCat("port: ", port, " is not in 0 to 65535"));
    EXPECT_THAT(CreateConnection({"a.example", port}, options_).status(),
                refused);
    CreateConnectionOptions options = options_;
    options.source_address = HostPort{"", port};
    EXPECT_THAT(CreateConnection({"a.example", 80}, options).status(), refused);
  }
  EXPECT_THAT(
      CreateConnection(HostPort{"a.example", 80, 0x100000}, options_).status(),
      IsRefusal(absl::StatusCode::kOutOfRange, "create_connection",
                "flowinfo: 1048576 is not in 0 to 1048575"));
  EXPECT_THAT(CreateConnection({std::string("a\0b", 3), 80}, options_).status(),
              IsRefusal(absl::StatusCode::kInvalidArgument, "create_connection",
                        "host: holds a NUL"));
  EXPECT_THAT(CreateConnection({std::string(2000, 'a'), 80}, options_).status(),
              IsRefusal(absl::StatusCode::kInvalidArgument, "create_connection",
                        "host: 2000 bytes are more than 1024"));
}

TEST_F(CreateConnectionTest, ThereIsAnAddress) {
  EXPECT_THAT(CreateConnection(absl::Span<const AddrInfo>(), options_).status(),
              IsRefusal(absl::StatusCode::kInvalidArgument, "create_connection",
                        "addresses: there are none"));
}

TEST_F(CreateConnectionTest, AnAddressOfAnotherFamilyThanItSaysFails) {
  std::vector<AddrInfo> infos = Infos({V4(1)});
  infos[0].family = kAfInet6;
  EXPECT_TRUE(IsUsageError(CreateConnection(infos, options_).status()));
}

}  // namespace
}  // namespace mortise
