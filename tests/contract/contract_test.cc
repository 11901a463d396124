#include "mortise/tests/contract/contract_test.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

// Far longer than any test takes, even on the slowest machine under the slowest
// sanitizer. It ends a test in which a call never returns.
constexpr absl::Duration kHanging = absl::Minutes(4);

std::string CurrentTest() {
  const testing::TestInfo* const test =
      testing::UnitTest::GetInstance()->current_test_info();
  if (test == nullptr) return "the test";
  return absl::StrCat(test->test_suite_name(), ".", test->name());
}

}  // namespace

Transport TcpIpv4() { return {"TcpIpv4", kAfInet, kSockStream}; }
Transport TcpIpv6() { return {"TcpIpv6", kAfInet6, kSockStream}; }
Transport UnixStream() { return {"UnixStream", kAfUnix, kSockStream}; }
Transport UdpIpv4() { return {"UdpIpv4", kAfInet, kSockDgram}; }
Transport UdpIpv6() { return {"UdpIpv6", kAfInet6, kSockDgram}; }
Transport UnixDatagram() { return {"UnixDatagram", kAfUnix, kSockDgram}; }

Watchdog::Watchdog()
    : thread_([this, test = CurrentTest()] {
        if (over_.WaitForNotificationWithTimeout(kHanging)) return;
        std::fprintf(stderr, "%s hangs\n", test.c_str());
        std::abort();
      }) {}

Watchdog::~Watchdog() {
  over_.Notify();
  thread_.join();
}

namespace {

// Makes the pool have all the interrupts that it keeps, so that no wait of a
// test changes how many descriptors are open.
void FillPoolOfInterrupts(Platform& platform) {
  std::vector<std::unique_ptr<LeasedInterrupt>> leases;
  for (std::size_t i = 0; i < InterruptPool::kMost; ++i) {
    leases.push_back(std::make_unique<LeasedInterrupt>(platform.interrupts(),
                                                       platform.readiness()));
  }
}

}  // namespace

void ContractTestBase::SetUp() {
  FillPoolOfInterrupts(platform());
  UseThreadMaker(contract().threads);
  if (contract().threads == nullptr) watchdog_ = std::make_unique<Watchdog>();
  if (contract().descriptors_are_counted) descriptors_ = OpenDescriptors();
}

void ContractTestBase::TearDown() {
  if (contract().descriptors_are_counted) {
    EXPECT_EQ(OpenDescriptors(), descriptors_) << "descriptors leak";
  }
  if (!directory_.empty()) RemoveTree(directory_);
  watchdog_.reset();
  UseThreadMaker(nullptr);
}

bool ContractTestBase::HaveSignals() const {
  return (contract().storms != nullptr || contract().signals_interrupt_calls) &&
         BeginStorm(absl::Hours(1)) != nullptr;
}

std::unique_ptr<SignalStorm> ContractTestBase::BeginStorm(
    absl::Duration period) const {
  return contract().storms == nullptr ? SignalStorm::Begin(period)
                                      : contract().storms->Begin(period);
}

int ContractTestBase::Signals() const {
  return contract().storms == nullptr ? SignalStorm::Signals()
                                      : contract().storms->Signals();
}

absl::Status ContractTestBase::Probe(const Transport& transport) const {
  const absl::StatusOr<Socket> socket =
      Socket::Create(transport.family, transport.type, 0, contract().platform);
  if (!socket.ok() || transport.family != kAfInet6) return socket.status();
  // A machine can have IPv6 without an address.
  Socket probe = MustCreate(transport);
  return probe.Bind({"::1", 0});
}

Socket ContractTestBase::MustCreate(AddressFamily family, SocketType type,
                                    Protocol protocol) const {
  absl::StatusOr<Socket> socket =
      Socket::Create(family, type, protocol, contract().platform);
  EXPECT_THAT(socket, IsOk());
  return socket.ok() ? *std::move(socket) : Socket();
}

Socket ContractTestBase::MustCreate(const Transport& transport) const {
  return MustCreate(transport.family, transport.type);
}

SocketAddress ContractTestBase::MustGetSockName(const Socket& socket) const {
  const absl::StatusOr<SocketAddress> name = socket.GetSockName();
  EXPECT_THAT(name, IsOk());
  return name.ok() ? *name : SocketAddress();
}

Socket ContractTestBase::MustBind(const Transport& transport) {
  Socket socket = MustCreate(transport);
  EXPECT_THAT(socket.Bind(FreeAddress(transport)), IsOk());
  return socket;
}

Socket ContractTestBase::MustListen(const Transport& transport, int backlog) {
  Socket listener = MustBind(transport);
  EXPECT_THAT(listener.Listen(backlog), IsOk());
  return listener;
}

std::pair<Socket, Socket> ContractTestBase::MustConnectPair(
    const Transport& transport) {
  if (transport.is_stream()) {
    Socket listener = MustListen(transport);
    return MustConnectTo(listener);
  }
  Socket first = MustBind(transport);
  Socket second = MustBind(transport);
  EXPECT_THAT(first.Connect(MustGetSockName(second)), IsOk());
  EXPECT_THAT(second.Connect(MustGetSockName(first)), IsOk());
  return {std::move(first), std::move(second)};
}

std::pair<Socket, Socket> ContractTestBase::MustConnectTo(
    Socket& listener) const {
  // The backlog takes the connection, so that Connect succeeds before the
  // connection is accepted.
  Socket client = MustCreate(listener.family(), listener.type());
  EXPECT_THAT(client.Connect(MustGetSockName(listener)), IsOk());
  absl::StatusOr<AcceptResult> accepted = listener.Accept();
  EXPECT_THAT(accepted, IsOk());
  return {std::move(client),
          accepted.ok() ? std::move(accepted->socket) : Socket()};
}

SocketAddress ContractTestBase::FreeAddress(const Transport& transport) {
  absl::StatusOr<SocketAddress> address =
      transport.family == kAfUnix
          ? SocketAddress::Unix(FreePath())
          : SocketAddress::Numeric(
                transport.family == kAfInet ? "127.0.0.1" : "::1", 0);
  EXPECT_THAT(address, IsOk());
  return address.ok() ? *address : SocketAddress();
}

std::string ContractTestBase::FreePath() {
  if (directory_.empty()) directory_ = MakeShortDirectory();
  return absl::StrCat(directory_, "/s", ++paths_);
}

void TransportTest::SetUp() {
  ContractTestBase::SetUp();
  const absl::Status probed = Probe(transport());
  if (probed.ok()) return;
  // Every machine has IPv4. With this check, a fault cannot cause all tests to
  // be skipped.
  ASSERT_NE(transport().family, kAfInet) << probed;
  GTEST_SKIP() << "no " << transport().name << ": " << probed;
}

std::string ReceiveToEnd(Socket& socket) {
  std::string data;
  for (;;) {
    const absl::StatusOr<std::string> more = socket.Recv(64 * 1024);
    if (!more.ok() || more->empty()) return data;
    data += *more;
  }
}

std::string Pattern(std::size_t size) {
  std::string data(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : data) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<char>(state >> 24);
  }
  return data;
}

void PrintTo(const ContractPlatform& platform, std::ostream* out) {
  *out << platform.name;
}

void PrintTo(const Transport& transport, std::ostream* out) {
  *out << transport.name;
}

}  // namespace contract
}  // namespace mortise
