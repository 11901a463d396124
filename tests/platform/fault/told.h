// Checks what calls of the library tell of the faults that they met.

#ifndef MORTISE_TESTS_PLATFORM_FAULT_TOLD_H_
#define MORTISE_TESTS_PLATFORM_FAULT_TOLD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/tests/platform/fault/stepped_platform.h"

namespace mortise {
namespace fault {

// The faults that the call under test has met, which OnHit notes. For one
// thread. `world` must outlive it.
class Told {
 public:
  explicit Told(SteppedPlatform& world) : world_(world) {}

  // For CallFaultsOptions::on_hit.
  void OnHit(const CallArguments& arguments, const CallFault& fault);

  // Begins a call with the timeout. `something_comes` is what the waits of the
  // platform are told.
  void Begin(absl::Duration timeout, bool something_comes);

  // The call has ended with `status`. Fails the test in these cases:
  //   - The status is an error of the system that nobody has made, or after
  //     which the library is to try again.
  //   - The status is a timeout that has not passed, or the call has gone on
  //     when its time had passed.
  //   - `primary` has failed for good, and the status tells something else.
  void End(const std::string& what, const absl::Status& status, Call primary);

  // How long ago the call began, on the clock of the world.
  absl::Duration Elapsed() const { return world_.clock.Now() - begin_; }

  // Whether the call has met a FailAfter of `call`, after which nobody knows
  // what has been done.
  bool FailedAfter(Call call) const;

 private:
  struct Hit {
    Call call;
    CallFault fault;
  };

  // Whether a fault had the code after which the library does not try again.
  bool WasMade(ErrorCode code) const;

  SteppedPlatform& world_;
  std::vector<Hit> hits_;
  absl::Duration timeout_;
  absl::Duration begin_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_FAULT_TOLD_H_
