#include "mortise/tests/platform/sim/differential/machine.h"

#include <sched.h>

#include <cstdint>
#include <cstring>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace differential {
namespace {

// Packets answer packets: a handshake takes three, and the answer to the first
// data one more. Each round lets one more generation arrive.
constexpr int kRounds = 8;
// For a machine under load. A datagram that does not arrive is an error.
constexpr absl::Duration kLongest = absl::Minutes(1);

SockAddr LoopbackV4() {
  constexpr std::uint8_t kLoopback[] = {127, 0, 0, 1};
  SockAddr address;
  address.family = static_cast<std::uint16_t>(kAfInet);
  address.size = sizeof(kLoopback);
  std::memcpy(address.bytes, kLoopback, sizeof(kLoopback));
  return address;
}

void StayOnThisProcessor() {
  const int processor = sched_getcpu();
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(processor), &set);
  ASSERT_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
}

// A socket of UDP that sends to itself.
class Echo {
 public:
  explicit Echo(Platform& platform) : platform_(platform) {
    SocketCalls& sockets = platform.sockets();
    handle_ = sockets.Socket(kAfInet, kSockDgram, 0).value;
    EXPECT_TRUE(sockets.Bind(handle_, LoopbackV4()).ok());
    SockAddr address;
    EXPECT_TRUE(sockets.GetSockName(handle_, &address).ok());
    EXPECT_TRUE(sockets.Connect(handle_, address).ok());
  }
  ~Echo() { platform_.sockets().Close(handle_); }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;

  void Exchange() {
    char byte = 'x';
    EXPECT_TRUE(
        platform_.sockets().Send(handle_, absl::MakeSpan(&byte, 1), 0).ok());
    const SysResult<bool> arrived =
        platform_.readiness().Wait(handle_, WaitEvents::kReadable, kLongest);
    ASSERT_TRUE(arrived.ok() && arrived.value) << "the datagram is lost";
    EXPECT_TRUE(
        platform_.sockets().Recv(handle_, absl::MakeSpan(&byte, 1), 0).ok());
  }

 private:
  Platform& platform_;
  NativeHandle handle_;
};

}  // namespace

void OnThisMachine(Body body) {
  static const bool once = [] {
    StayOnThisProcessor();
    return true;
  }();
  static_cast<void>(once);
  Echo echo(Platform::Default());
  body(Platform::Default(), [&echo] {
    for (int i = 0; i < kRounds; ++i) echo.Exchange();
  });
}

void OnSimulatedHost(Body body) {
  sim::Simulation simulation;
  sim::Host& host = simulation.AddHost("host");
  const absl::Status status = simulation.Run(host, [&] {
    // Many times the 10 microseconds that a packet takes on the loopback link,
    // and less than the shortest timer.
    body(host.platform(),
         [&] { simulation.clock().Sleep(absl::Milliseconds(2)); });
  });
  EXPECT_TRUE(status.ok()) << status;
}

bool ThisMachineHasV6() {
  SocketCalls& sockets = Platform::Default().sockets();
  const SysResult<NativeHandle> made = sockets.Socket(kAfInet6, kSockStream, 0);
  if (!made.ok()) return false;
  SockAddr address;
  address.family = static_cast<std::uint16_t>(kAfInet6);
  address.size = 16;
  std::memset(address.bytes, 0, 16);
  address.bytes[15] = 1;
  const bool has_v6 = sockets.Bind(made.value, address).ok();
  sockets.Close(made.value);
  return has_v6;
}

}  // namespace differential
}  // namespace mortise
