#include "mortise/tests/platform/fault/told.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/fault/call_faults.h"

namespace mortise {
namespace fault {
namespace {

using Kind = CallFault::Kind;

// Whether the library goes on after this fault by itself.
bool IsTriedAgain(Call call, const CallFault& fault) {
  if (fault.kind() != Kind::kFail && fault.kind() != Kind::kFailAfter) {
    return true;
  }
  return fault.code() == ErrorCode::kEintr ||
         fault.code() == ErrorCode::kUnsupported ||
         (call == Call::kAccept && fault.code() == ErrorCode::kEconnaborted);
}

}  // namespace

void Told::OnHit(const CallArguments& arguments, const CallFault& fault) {
  hits_.push_back({arguments.call, fault});
  // What was on its way may be lost.
  if (fault.kind() == Kind::kFailAfter) {
    world_.readiness.something_comes = false;
  }
}

void Told::Begin(absl::Duration timeout, bool something_comes) {
  hits_.clear();
  timeout_ = timeout;
  begin_ = world_.clock.Now();
  world_.readiness.something_comes = something_comes;
}

bool Told::FailedAfter(Call call) const {
  return std::any_of(hits_.begin(), hits_.end(), [call](const Hit& hit) {
    return hit.call == call && hit.fault.kind() == Kind::kFailAfter;
  });
}

bool Told::WasMade(ErrorCode code) const {
  return std::any_of(hits_.begin(), hits_.end(), [code](const Hit& hit) {
    return hit.fault.code() == code && !IsTriedAgain(hit.call, hit.fault);
  });
}

void Told::End(const std::string& what, const absl::Status& status,
               Call primary) {
  world_.readiness.something_comes = false;
  const absl::Duration took = Elapsed();
  absl::Duration taken = absl::ZeroDuration();
  for (const Hit& hit : hits_) taken += hit.fault.time();
  // Waits are counted in whole milliseconds.
  EXPECT_LE(took, timeout_ + taken + absl::Milliseconds(1))
      << what << " goes on when its time has passed: " << status;
  if (!status.ok()) {
    const std::optional<Error> error = ErrorOf(status);
    ASSERT_TRUE(error.has_value()) << what << ": " << status;
    if (error->domain == ErrorDomain::kTimeout) {
      EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
      EXPECT_GE(took, timeout_) << what << " ends too early: " << status;
    } else {
      EXPECT_TRUE(WasMade(error->code))
          << what << " tells what nobody has made for good: " << status;
    }
  }
  for (auto hit = hits_.rbegin(); hit != hits_.rend(); ++hit) {
    if (hit->call != primary || IsTriedAgain(hit->call, hit->fault)) continue;
    const std::optional<Error> error = ErrorOf(status);
    EXPECT_TRUE(error.has_value() && error->code == hit->fault.code())
        << what << " met " << hit->fault.ToString() << " and tells " << status;
    break;
  }
}

}  // namespace fault
}  // namespace mortise
