// GetAddrInfo, as far as it needs no network.

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

using Found = absl::StatusOr<std::vector<AddrInfo>>;

// Returns options to look up addresses of streams of one family on `platform`.
GetAddrInfoOptions StreamsOf(AddressFamily family, Platform& platform) {
  GetAddrInfoOptions options;
  options.family = family;
  options.type = kSockStream;
  options.platform = &platform;
  return options;
}

TEST_P(NameContract, ANumericHostIsItsOwnAddress) {
  const struct {
    const char* host;
    AddressFamily family;
  } kHosts[] = {{"127.0.0.1", kAfInet},
                {"192.0.2.7", kAfInet},
                {"::1", kAfInet6},
                {"2001:db8::7", kAfInet6}};
  for (const auto& host : kHosts) {
    for (const int port : {0, 80, 65535}) {
      const Found found =
          GetAddrInfo(host.host, port, StreamsOf(kAfUnspec, platform()));
      ASSERT_THAT(found, IsOk());
      ASSERT_EQ(found->size(), 1u);
      EXPECT_EQ(found->front().family, host.family);
      EXPECT_EQ(found->front().type, kSockStream);
      EXPECT_EQ(found->front().canonical_name, "");
      EXPECT_EQ(found->front().address,
                *SocketAddress::Numeric(host.host, port));
    }
  }
}

TEST_P(NameContract, APortMayBeText) {
  const Found found = GetAddrInfo("127.0.0.1", absl::string_view("8080"),
                                  StreamsOf(kAfInet, platform()));
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->front().address.port(), 8080);
}

TEST_P(NameContract, AServiceHasItsPort) {
  const Found found =
      GetAddrInfo("127.0.0.1", "http", StreamsOf(kAfInet, platform()));
  if (IsNameNotFound(found.status())) {
    GTEST_SKIP() << "this machine knows no services: " << found.status();
  }
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->front().address.port(), 80);
}

TEST_P(NameContract, NoServiceIsPortZero) {
  for (const std::optional<absl::string_view> service :
       {std::optional<absl::string_view>(),
        std::optional<absl::string_view>("")}) {
    const Found found =
        GetAddrInfo("127.0.0.1", service, StreamsOf(kAfInet, platform()));
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->front().address.port(), 0);
  }
}

TEST_P(NameContract, NoHostIsThisMachine) {
  for (const std::optional<absl::string_view> host :
       {std::optional<absl::string_view>(),
        std::optional<absl::string_view>("")}) {
    GetAddrInfoOptions options = StreamsOf(kAfInet, platform());
    Found found = GetAddrInfo(host, 80, options);
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->front().address.host(), "127.0.0.1");

    options.flags = kAiPassive;
    found = GetAddrInfo(host, 80, options);
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->front().address.host(), "0.0.0.0");
  }
}

TEST_P(NameContract, NothingToLookUpIsNotFound) {
  const absl::Status status =
      GetAddrInfo(std::nullopt, std::nullopt, StreamsOf(kAfInet, platform()))
          .status();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(ErrorOf(status)->operation, "getaddrinfo");
}

TEST_P(NameContract, WithoutATypeEveryTypeIsThere) {
  GetAddrInfoOptions options;
  options.platform = &platform();
  const Found found = GetAddrInfo("127.0.0.1", 80, options);
  ASSERT_THAT(found, IsOk());
  bool stream = false;
  bool datagram = false;
  for (const AddrInfo& info : *found) {
    // Windows returns one result without a type that stands for all types.
    const bool any = info.type == SocketType();
    stream = stream || any || info.type == kSockStream;
    datagram = datagram || any || info.type == kSockDgram;
    EXPECT_EQ(info.address.ToString(), "127.0.0.1:80");
  }
  EXPECT_TRUE(stream && datagram);
}

TEST_P(NameContract, AProtocolNarrowsTheAnswer) {
  GetAddrInfoOptions options;
  options.platform = &platform();
  options.protocol = kIpprotoUdp;
  const Found found = GetAddrInfo("127.0.0.1", 80, options);
  ASSERT_THAT(found, IsOk());
  for (const AddrInfo& info : *found) EXPECT_EQ(info.protocol, kIpprotoUdp);
}

TEST_P(NameContract, LocalhostIsTheLoopbackAddress) {
  if (!KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  const Found found =
      GetAddrInfo("localhost", 80, StreamsOf(kAfInet, platform()));
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->front().address.ToString(), "127.0.0.1:80");
}

TEST_P(NameContract, ATimeoutThatIsLongEnoughChangesNothing) {
  if (!KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  GetAddrInfoOptions options = StreamsOf(kAfInet, platform());
  options.timeout = kLong;
  for (const char* const host : {"localhost", "127.0.0.1"}) {
    const Found found = GetAddrInfo(host, 80, options);
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->front().address.ToString(), "127.0.0.1:80");
  }
  EXPECT_THAT(GetAddrInfo("no host", 80, options), Fails(IsNameNotFound));
}

TEST_P(NameContract, ATimeoutIsNotNegative) {
  GetAddrInfoOptions options = StreamsOf(kAfInet, platform());
  options.timeout = -absl::Nanoseconds(1);
  EXPECT_THAT(
      GetAddrInfo("localhost", 80, options),
      RefusesArgument(absl::StatusCode::kOutOfRange, "getaddrinfo", "timeout"));
}

TEST_P(NameContract, APortIsInRange) {
  for (const int port : {-1, 65536}) {
    EXPECT_THAT(
        GetAddrInfo("localhost", port, StreamsOf(kAfInet, platform())),
        RefusesArgument(absl::StatusCode::kOutOfRange, "getaddrinfo", "port"));
  }
}

TEST_P(NameContract, ANameHoldsNoNul) {
  EXPECT_THAT(GetAddrInfo(absl::string_view("local\0host", 10), 80,
                          StreamsOf(kAfInet, platform())),
              RefusesArgument(absl::StatusCode::kInvalidArgument, "getaddrinfo",
                              "host"));
  EXPECT_THAT(GetAddrInfo("localhost",
                          absl::string_view("8\0"
                                            "0",
                                            3),
                          StreamsOf(kAfInet, platform())),
              RefusesArgument(absl::StatusCode::kInvalidArgument, "getaddrinfo",
                              "service"));
}

TEST_P(NameContract, AHostThatIsNotThereIsNotFound) {
  GetAddrInfoOptions numeric = StreamsOf(kAfInet, platform());
  numeric.flags = kAiNumerichost;
  std::vector<Found> all = {
      // This cannot be a host name, so that no server is asked.
      GetAddrInfo("no host", 80, StreamsOf(kAfInet, platform())),
      GetAddrInfo("localhost", 80, numeric)};
  // Wine returns the number of the resolver of the system below it here.
  if (!RunsUnderWine()) {
    all.push_back(GetAddrInfo("::1", 80, StreamsOf(kAfInet, platform())));
  }
  for (const Found& found : all) {
    ASSERT_THAT(found, Fails(absl::StatusCode::kNotFound, IsNameNotFound));
    const std::optional<Error> error = ErrorOf(found.status());
    EXPECT_EQ(error->domain, ErrorDomain::kGetAddrInfo);
    EXPECT_EQ(platform().facts().errors.Code(error->domain, error->native_code),
              error->code);
    EXPECT_EQ(error->operation, "getaddrinfo");
    EXPECT_NE(error->address, "");
  }
}

TEST_P(NameContract, AServiceThatIsNotThereIsNotFound) {
  EXPECT_THAT(
      GetAddrInfo("127.0.0.1", "no service", StreamsOf(kAfInet, platform())),
      Fails(absl::StatusCode::kNotFound, IsNameNotFound));
}

TEST_P(NameContract, TheCanonicalNameStandsInTheFirstAnswer) {
  GetAddrInfoOptions options;
  options.platform = &platform();
  options.flags = kAiCanonname;
  const Found found = GetAddrInfo("127.0.0.1", 80, options);
  ASSERT_THAT(found, IsOk());
  ASSERT_GT(found->size(), 1u);
  EXPECT_EQ((*found)[0].canonical_name, "127.0.0.1");
  for (std::size_t i = 1; i < found->size(); ++i) {
    EXPECT_EQ((*found)[i].canonical_name, "");
  }
}

TEST_P(NameContract, AnAnswerIsAllThatConnectingTakes) {
  if (!KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  Socket listener = MustListen(TcpIpv4());
  const Found found = GetAddrInfo("localhost", MustGetSockName(listener).port(),
                                  StreamsOf(kAfInet, platform()));
  ASSERT_THAT(found, IsOk());
  const AddrInfo& info = found->front();
  absl::StatusOr<Socket> client =
      Socket::Create(info.family, info.type, info.protocol, &platform());
  ASSERT_THAT(client, IsOk());
  EXPECT_THAT(client->Connect(info.address), IsOk());
}

TEST_P(NameContract, ThreadsLookUpAtOnce) {
  if (!KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  std::vector<std::unique_ptr<Background<Found>>> threads;
  for (int i = 0; i < 8; ++i) {
    threads.push_back(std::make_unique<Background<Found>>([this, i] {
      GetAddrInfoOptions options = StreamsOf(kAfInet, platform());
      if (i % 2 == 0) options.timeout = kLong;
      return GetAddrInfo("localhost", 1000 + i, options);
    }));
  }
  for (int i = 0; i < 8; ++i) {
    ASSERT_THAT(threads[i]->Result(), IsOk());
    EXPECT_EQ(threads[i]->Result()->front().address.port(), 1000 + i);
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
