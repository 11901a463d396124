// A name with an address that nobody answers at. The time until a connection
// stands is known to the nanosecond.

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/names.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"

namespace {

namespace sim = mortise::sim;

constexpr absl::Duration kRoundTrip = absl::Milliseconds(1);

void Serve() {
  absl::StatusOr<mortise::Socket> listener = mortise::CreateServer({"", 80});
  while (listener.ok() && listener->Accept().ok()) {
  }
}

class FailoverTest : public testing::Test {
 protected:
  // Runs `main` while "one" and "two" serve.
  void Run(const std::function<void()>& main) {
    const absl::Status run = simulation_.Run(app_, [&] {
      one_.Start("serve", Serve).detach();
      two_.Start("serve", Serve).detach();
      // Until both listen.
      simulation_.clock().Sleep(absl::Seconds(1));
      main();
    });
    EXPECT_TRUE(run.ok()) << run;
  }

  // Connects to "service", and says how long that took and whom it reached.
  absl::Duration Connect() {
    const absl::Time begin = simulation_.clock().TimeNow();
    mortise::CreateConnectionOptions options;
    options.attempt_delay = absl::Milliseconds(250);
    absl::StatusOr<mortise::Socket> socket =
        mortise::CreateConnection({"service", 80}, options);
    status_ = socket.status();
    peer_ = socket.ok() ? socket->GetPeerName()->ToString() : "";
    return simulation_.clock().TimeNow() - begin;
  }

  sim::Simulation simulation_;
  sim::Host& app_ = simulation_.AddHost("app");  // 10.0.0.1
  sim::Host& one_ = simulation_.AddHost("one");  // 10.0.0.2
  sim::Host& two_ = simulation_.AddHost("two");  // 10.0.0.3
  absl::Status status_;
  std::string peer_;
};

TEST_F(FailoverTest, ABlackHoleCostsOneDelay) {
  // Nobody has the first address, and nothing answers there.
  simulation_.names().Set("service", {"fd00::99", "10.0.0.2"});
  Run([&] {
    // Asking for the name, waiting for the first address, and connecting to the
    // second one.
    EXPECT_EQ(Connect(), kRoundTrip + absl::Milliseconds(250) + kRoundTrip);
    EXPECT_EQ(peer_, "10.0.0.2:80");
  });
}

TEST_F(FailoverTest, AChangedRecordIsSeen) {
  simulation_.names().Set("service", {"10.0.0.2"});
  Run([&] {
    Connect();
    EXPECT_EQ(peer_, "10.0.0.2:80");
    simulation_.names().Set("service", {"10.0.0.3"});
    EXPECT_EQ(Connect(), 2 * kRoundTrip);
    EXPECT_EQ(peer_, "10.0.0.3:80");
  });
}

TEST_F(FailoverTest, ASilentNameServerIsGivenUpAfterTenSeconds) {
  simulation_.names().Set("service", {"10.0.0.2"});
  Run([&] {
    const sim::Rule silent =
        simulation_.names().OnQueries({}, sim::QueryFault::Silence());
    EXPECT_EQ(Connect(), absl::Seconds(10));
    EXPECT_EQ(mortise::ErrorOf(status_)->code, mortise::ErrorCode::kEaiAgain);
  });
}

}  // namespace
