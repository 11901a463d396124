// The names of services and protocols.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/services.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

// Skips the test if this machine has no table of services or no table of
// protocols.
#define MORTISE_SKIP_WITHOUT_SERVICES()                                    \
  do {                                                                     \
    const absl::StatusOr<int> http =                                       \
        GetServByName("http", "tcp", &platform());                         \
    if (IsNameNotFound(http.status())) {                                   \
      GTEST_SKIP() << "this machine knows no services: " << http.status(); \
    }                                                                      \
  } while (false)

void ExpectNotFound(const absl::Status& status, absl::string_view operation) {
  EXPECT_THAT(status, Fails(absl::StatusCode::kNotFound, IsNameNotFound));
  ASSERT_TRUE(ErrorOf(status).has_value());
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kOs);
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kNameNotFound);
  EXPECT_EQ(ErrorOf(status)->native_code, 0);
  EXPECT_EQ(ErrorOf(status)->operation, operation);
}

TEST_P(ServiceContract, AServiceHasAPortAndThePortItsName) {
  MORTISE_SKIP_WITHOUT_SERVICES();
  const struct {
    const char* service;
    const char* protocol;
    int port;
  } kServices[] = {{"http", "tcp", 80},   {"ftp", "tcp", 21},
                   {"domain", "udp", 53}, {"domain", "tcp", 53},
                   {"smtp", "tcp", 25},   {"http", "", 80}};
  for (const auto& service : kServices) {
    EXPECT_THAT(GetServByName(service.service, service.protocol, &platform()),
                IsOkAndHolds(service.port))
        << service.service;
    EXPECT_THAT(GetServByPort(service.port, service.protocol, &platform()),
                IsOkAndHolds(std::string(service.service)));
  }
}

TEST_P(ServiceContract, WhatIsNotThereIsNotFound) {
  for (const char* const service :
       {"no service", "", "http/tcp", "\xff\xfe", "a\nb"}) {
    for (const char* const protocol : {"", "tcp"}) {
      ExpectNotFound(GetServByName(service, protocol, &platform()).status(),
                     "getservbyname");
    }
  }
  ExpectNotFound(GetServByName("http", "no protocol", &platform()).status(),
                 "getservbyname");
  ExpectNotFound(
      GetServByName(std::string(100000, 'x'), "tcp", &platform()).status(),
      "getservbyname");
  ExpectNotFound(GetServByPort(64999, "tcp", &platform()).status(),
                 "getservbyport");
  ExpectNotFound(GetServByPort(80, "no protocol", &platform()).status(),
                 "getservbyport");
  for (const char* const protocol : {"no protocol", "", "\xff"}) {
    ExpectNotFound(GetProtoByName(protocol, &platform()).status(),
                   "getprotobyname");
  }
}

TEST_P(ServiceContract, TheErrorSaysWhatWasAskedFor) {
  EXPECT_EQ(GetServByName("nothing", "tcp", &platform()).status().message(),
            "getservbyname nothing/tcp: service/proto not found "
            "[name_not_found]");
  EXPECT_EQ(GetServByPort(64999, "", &platform()).status().message(),
            "getservbyport 64999: port/proto not found [name_not_found]");
  EXPECT_EQ(GetProtoByName("nothing", &platform()).status().message(),
            "getprotobyname nothing: protocol not found [name_not_found]");
}

TEST_P(ServiceContract, AProtocolHasItsNumber) {
  const absl::StatusOr<Protocol> tcp = GetProtoByName("tcp", &platform());
  if (IsNameNotFound(tcp.status())) {
    GTEST_SKIP() << "this machine knows no protocols: " << tcp.status();
  }
  EXPECT_THAT(tcp, IsOkAndHolds(Protocol(kIpprotoTcp)));
  EXPECT_THAT(GetProtoByName("udp", &platform()),
              IsOkAndHolds(Protocol(kIpprotoUdp)));
  EXPECT_THAT(GetProtoByName("icmp", &platform()),
              IsOkAndHolds(Protocol(kIpprotoIcmp)));
  EXPECT_THAT(GetProtoByName("ip", &platform()), IsOkAndHolds(Protocol(0)));
  // "TCP" is an alias.
  EXPECT_THAT(GetProtoByName("TCP", &platform()),
              IsOkAndHolds(Protocol(kIpprotoTcp)));
}

TEST_P(ServiceContract, WhatCannotBeRightIsNamed) {
  const absl::string_view nul("tcp\0", 4);
  EXPECT_THAT(GetServByName(nul, "tcp", &platform()),
              RefusesArgument(absl::StatusCode::kInvalidArgument,
                              "getservbyname", "service"));
  EXPECT_THAT(GetServByName("http", nul, &platform()),
              RefusesArgument(absl::StatusCode::kInvalidArgument,
                              "getservbyname", "protocol"));
  EXPECT_THAT(GetServByPort(80, nul, &platform()),
              RefusesArgument(absl::StatusCode::kInvalidArgument,
                              "getservbyport", "protocol"));
  EXPECT_THAT(GetProtoByName(nul, &platform()),
              RefusesArgument(absl::StatusCode::kInvalidArgument,
                              "getprotobyname", "protocol"));
  for (const int port : {-1, 65536}) {
    EXPECT_THAT(GetServByPort(port, "tcp", &platform()),
                RefusesArgument(absl::StatusCode::kOutOfRange, "getservbyport",
                                "port"));
  }
}

TEST_P(ServiceContract, ThreadsAskAtOnce) {
  MORTISE_SKIP_WITHOUT_SERVICES();
  std::vector<std::unique_ptr<Background<absl::Status>>> threads;
  for (int i = 0; i < 4; ++i) {
    threads.push_back(std::make_unique<Background<absl::Status>>([this, i] {
      for (int j = 0; j < 50; ++j) {
        const bool http = (i + j) % 2 == 0;
        const absl::StatusOr<int> port =
            GetServByName(http ? "http" : "smtp", "tcp", &platform());
        if (!port.ok()) return port.status();
        if (*port != (http ? 80 : 25)) return absl::InternalError("mixed up");
      }
      return absl::OkStatus();
    }));
  }
  for (const auto& thread : threads) EXPECT_THAT(thread->Result(), IsOk());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
