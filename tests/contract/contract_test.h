// What the tests of the contract share: the platform under test, the transports
// that they run over, and functions that make sockets. contract_suites.h says
// how to run the tests.

#ifndef MORTISE_CONTRACT_CONTRACT_TEST_H_
#define MORTISE_CONTRACT_CONTRACT_TEST_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/test_thread.h"

namespace mortise {
namespace contract {

// A platform that has to keep the contract.
struct ContractPlatform {
  // Part of the names of tests: letters and digits only.
  std::string name;
  Platform* platform = nullptr;
  // Whether the platform's handles are descriptors of the OS that the tests run
  // on. If so, children can inherit them, and the process can run out of them.
  bool handles_are_descriptors = true;
  // Whether only tests open descriptors, so that each test must leave as many
  // as it has found.
  bool descriptors_are_counted = true;
  // Starts the threads of tests, if the platform admits only threads of its
  // own. It must see to it that a test which hangs ends.
  ThreadMaker* threads = nullptr;
  // Whether a signal of the OS interrupts a thread that waits in a call.
  bool signals_interrupt_calls = true;
  // Makes storms of signals, if the platform has signals of its own.
  StormMaker* storms = nullptr;
  // Whether a socket that wants exclusive use of an address is refused the
  // address of a connection in TIME_WAIT. Windows lets the socket have it.
  bool lingering_addresses_are_taken = true;
};

// What a test runs over: a family and a type of sockets.
struct Transport {
  std::string name;
  AddressFamily family;
  SocketType type;

  bool is_ip() const { return family == kAfInet || family == kAfInet6; }
  bool is_stream() const { return type == kSockStream; }
};

Transport TcpIpv4();
Transport TcpIpv6();
Transport UnixStream();
Transport UdpIpv4();
Transport UdpIpv6();
Transport UnixDatagram();

// A finite time that no passing test waits for.
constexpr absl::Duration kLong = absl::Minutes(10);

// Runs `call` in a thread of its own.
template <typename T>
class Background {
 public:
  explicit Background(std::function<T()> call)
      : thread_([this, call = std::move(call)] {
          result_.emplace(call());
          done_.Notify();
        }) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // Waits until the call is asleep in the OS or has ended. Returns true if the
  // call was seen asleep. No test passes or fails because of the result, since
  // not every OS can tell. A test calls it so that the call really waits when
  // the test goes on.
  bool AwaitAsleep() {
    while (!done_.HasBeenNotified()) {
      const std::optional<bool> asleep = thread_.IsAsleep();
      if (!asleep.has_value()) return false;
      if (*asleep) return true;
      absl::SleepFor(absl::Milliseconds(1));
    }
    return false;
  }

  bool ended() const { return done_.HasBeenNotified(); }

  // Waits until the call has ended.
  T& Result() {
    if (thread_.joinable()) thread_.join();
    return *result_;
  }

 private:
  std::optional<T> result_;
  absl::Notification done_;
  TestThread thread_;  // The last member, because it uses the others.
};

// Ends the process, naming the test, if the test takes minutes.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog();

 private:
  absl::Notification over_;
  std::thread thread_;
};

// Checks after every test that as many descriptors are open as before it.
class ContractTestBase : public testing::Test {
 public:
  virtual const ContractPlatform& contract() const = 0;

  Platform& platform() const { return *contract().platform; }
  absl::Duration Now() const { return platform().clock().Now(); }
  // The platform's own number for `code`.
  int Native(ErrorCode code) const {
    return platform().facts().errors.Native(code);
  }

  // Whether a SignalStorm can interrupt calls of the platform.
  bool HaveSignals() const;
  // Begins a storm, which interrupts the calling thread's calls, and perhaps
  // those of others.
  std::unique_ptr<SignalStorm> BeginStorm(absl::Duration period) const;
  // Returns how many signals of all storms together have arrived.
  int Signals() const;

  // Returns OK if the platform has `transport` on this machine, and otherwise
  // the reason why not.
  absl::Status Probe(const Transport& transport) const;

  // The Must functions prepare what a test needs but does not test. If they
  // cannot, they fail the test and return something closed or empty.
  Socket MustCreate(AddressFamily family, SocketType type,
                    Protocol protocol = 0) const;
  Socket MustCreate(const Transport& transport) const;
  SocketAddress MustGetSockName(const Socket& socket) const;
  // Returns a socket bound to an address of its own on this machine.
  Socket MustBind(const Transport& transport);
  Socket MustListen(const Transport& transport, int backlog = 16);
  // Returns the client of a new connection, and the server. With datagrams,
  // each of the two is bound, and connected to the other.
  std::pair<Socket, Socket> MustConnectPair(const Transport& transport);
  // Returns the client of a new connection to `listener`, and the server.
  std::pair<Socket, Socket> MustConnectTo(Socket& listener) const;

  // Returns an address to bind to: any port, or a path at which there is no
  // file yet.
  SocketAddress FreeAddress(const Transport& transport);
  std::string FreePath();

 protected:
  void SetUp() override;
  void TearDown() override;

 private:
  std::unique_ptr<Watchdog> watchdog_;
  std::optional<int> descriptors_;
  std::string directory_;
  int paths_ = 0;
};

// Tests that choose themselves what they run over.
class ContractTest : public ContractTestBase,
                     public testing::WithParamInterface<ContractPlatform> {
 public:
  const ContractPlatform& contract() const override { return GetParam(); }
};

// Tests that run over each of several transports. A test is skipped if the
// platform or the machine lacks its transport.
class TransportTest : public ContractTestBase,
                      public testing::WithParamInterface<
                          std::tuple<ContractPlatform, Transport>> {
 public:
  const ContractPlatform& contract() const override {
    return std::get<0>(GetParam());
  }
  const Transport& transport() const { return std::get<1>(GetParam()); }

 protected:
  void SetUp() override;
};

// Skips the test if the platform or the machine lacks `transport`.
#define MORTISE_SKIP_WITHOUT(transport)                                       \
  do {                                                                        \
    const ::mortise::contract::Transport& wanted = (transport);               \
    const absl::Status probed = Probe(wanted);                                \
    if (!probed.ok()) GTEST_SKIP() << "no " << wanted.name << ": " << probed; \
  } while (false)

// Skips the test if it runs under Wine. `deviation` says what Wine does in
// another way than Windows.
#define MORTISE_SKIP_UNDER_WINE(deviation)                         \
  do {                                                             \
    if (::mortise::contract::RunsUnderWine()) {                    \
      GTEST_SKIP() << "Wine is not Windows here: " << (deviation); \
    }                                                              \
  } while (false)

// The same for qemu, which translates system calls for the kernel.
#define MORTISE_SKIP_UNDER_QEMU(deviation)                       \
  do {                                                           \
    if (::mortise::contract::RunsUnderQemu()) {                  \
      GTEST_SKIP() << "qemu is not Linux here: " << (deviation); \
    }                                                            \
  } while (false)

// Reads until the peer ends the stream, or until an error.
std::string ReceiveToEnd(Socket& socket);
// Returns `size` bytes in which no two places look alike, so that a piece that
// is lost or moved shows.
std::string Pattern(std::size_t size);

// Print the names, for GoogleTest's messages.
void PrintTo(const ContractPlatform& platform, std::ostream* out);
void PrintTo(const Transport& transport, std::ostream* out);

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_CONTRACT_TEST_H_
