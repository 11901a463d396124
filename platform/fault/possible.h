// Which calls can have which fault.
//
// All functions here are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_FAULT_POSSIBLE_H_
#define MORTISE_PLATFORM_FAULT_POSSIBLE_H_

#include "absl/status/status.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_fault.h"

namespace mortise {
namespace fault {

// The failure that a fault makes of a call. `error` is 0 if the call cannot
// fail so.
struct NativeFailure {
  ErrorDomain domain = ErrorDomain::kOs;
  int error = 0;
  // LookupResult::no_thread.
  bool no_thread = false;
};

// Returns how `call`, which is not kAny, tells `code` on a system with the
// numbers `errors`. kUnmapped is told by no call.
NativeFailure FailureOf(Call call, ErrorCode code, const ErrorTable& errors);

// Whether `call`, which is not kAny, can have `fault` on such a system.
bool IsPossible(Call call, const CallFault& fault, const ErrorTable& errors);

// Returns OK if `call` can have `fault`, or if some call can and `call` is
// kAny. Otherwise returns kInvalidArgument, and which argument is wrong.
absl::Status CheckPossible(Call call, const CallFault& fault,
                           const ErrorTable& errors);

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_POSSIBLE_H_
