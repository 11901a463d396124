// Shutdown from another thread wakes a call that waits.

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/waiting_call.h"

namespace mortise {
namespace contract {
namespace {

constexpr char kNothingIsWoken[] =
    "shutdown does not wake a call that is waiting";

TEST_P(WakeContract, ShutdownWakesACallThatWaits) {
  MORTISE_SKIP_UNDER_WINE(kNothingIsWoken);
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    // Linux reports a datagram socket that was shut down as readable, but
    // receives from it only in blocking mode.
    if (!call().transport.is_stream() && timeout == kLong) continue;
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Fill();
    Background<absl::Status> attempt([&] { return scene->Attempt(timeout); });
    attempt.AwaitAsleep();
    ASSERT_THAT(scene->socket()->Shutdown(ShutdownHow::kBoth), IsOk());
    if (call().takes) {
      EXPECT_THAT(attempt.Result(), IsOk()) << "the end of the stream";
    } else {
      EXPECT_THAT(attempt.Result(),
                  Fails(absl::StatusCode::kUnavailable, IsBrokenPipe));
    }
  }
}

TEST_P(WakeContract, ShutdownOfItsOwnHalfWakesACallThatWaits) {
  MORTISE_SKIP_UNDER_WINE(kNothingIsWoken);
  const std::unique_ptr<WaitingScene> scene = call().stage(*this);
  scene->Fill();
  Background<absl::Status> attempt(
      [&scene] { return scene->Attempt(absl::InfiniteDuration()); });
  attempt.AwaitAsleep();
  ASSERT_THAT(scene->socket()->Shutdown(call().takes ? ShutdownHow::kRead
                                                     : ShutdownHow::kWrite),
              IsOk());
  EXPECT_EQ(attempt.Result().ok(), call().takes);
}

}  // namespace
}  // namespace contract
}  // namespace mortise
