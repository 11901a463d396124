#include "mortise/platform/fault/possible.h"

#include <cstddef>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {
namespace {

// The faults that a call can have: a set.
constexpr unsigned kFails = 1;
constexpr unsigned kFailsAfter = 2;
constexpr unsigned kTakes = 4;
constexpr unsigned kPlain = kFails | kFailsAfter | kTakes;
constexpr unsigned kCuts = 8;
constexpr unsigned kBlocks = 16;
constexpr unsigned kReadies = 32;
// Not a fault: a signal may interrupt the call when it has begun its work.
constexpr unsigned kEintrAfter = 64;

struct CallTraits {
  ErrorDomain domain;
  unsigned kinds;
};

constexpr CallTraits kTraits[] = {
    {ErrorDomain::kOs, 0},  // kAny
#define MORTISE_FAULT_CALL(enumerator, name, domain, kinds) \
  {ErrorDomain::domain, kinds},
#include "mortise/platform/fault/calls.inc"
#undef MORTISE_FAULT_CALL
};

CallTraits TraitsOf(Call call) {
  const auto index = static_cast<std::size_t>(call);
  return index < std::size(kTraits) ? kTraits[index] : kTraits[0];
}

unsigned KindOf(const CallFault& fault) {
  switch (fault.kind()) {
    case CallFault::Kind::kFail:
      return kFails;
    case CallFault::Kind::kFailAfter:
      return kFailsAfter;
    case CallFault::Kind::kCut:
      return kCuts;
    case CallFault::Kind::kWouldBlock:
      return kBlocks;
    case CallFault::Kind::kFalseReady:
      return kReadies;
    case CallFault::Kind::kTake:
      return kTakes;
  }
  return 0;
}

// Returns the number of `code` in `mappings`, or 0.
int NumberIn(absl::Span<const ErrorMapping> mappings, ErrorCode code) {
  for (const ErrorMapping& mapping : mappings) {
    if (mapping.code == code) return mapping.native;
  }
  return 0;
}

// Whether the code says that the call has done nothing yet.
bool SaysNothingDone(ErrorCode code, unsigned kinds) {
  return code == ErrorCode::kEagain || code == ErrorCode::kUnsupported ||
         code == ErrorCode::kNoThread ||
         (code == ErrorCode::kEintr && (kinds & kEintrAfter) == 0);
}

absl::Status Refusal(const CallFault& fault, const std::string& why) {
  return absl::InvalidArgumentError(
      absl::StrCat("fault: ", fault.ToString(), ": ", why));
}

// Checks what is wrong for each call.
absl::Status CheckNumbers(const CallFault& fault) {
  if (fault.kind() == CallFault::Kind::kCut && fault.most() == 0) {
    return Refusal(fault, "most must be 1 or more");
  }
  if (fault.time() < absl::ZeroDuration() ||
      fault.time() == absl::InfiniteDuration()) {
    return Refusal(fault, "time must be finite and not negative");
  }
  return absl::OkStatus();
}

// Returns why no call that is asked for can have the fault.
absl::Status Impossible(Call call, const CallFault& fault,
                        const ErrorTable& errors) {
  const bool is_told = fault.code() != ErrorCode::kUnmapped;
  if (is_told && errors.Native(fault.code()) == kNotSupportedError &&
      fault.code() != ErrorCode::kUnsupported &&
      fault.code() != ErrorCode::kNoThread) {
    return Refusal(fault, absl::StrCat("the platform has no number for ",
                                       ErrorCodeName(fault.code())));
  }
  return Refusal(fault, absl::StrCat(CallName(call), " cannot fail like this"));
}

}  // namespace

NativeFailure FailureOf(Call call, ErrorCode code, const ErrorTable& errors) {
  NativeFailure failure;
  // A table may have numbers without a portable code.
  if (code == ErrorCode::kUnmapped) return failure;
  failure.domain = TraitsOf(call).domain;
  const bool is_lookup = failure.domain != ErrorDomain::kOs;
  if (is_lookup) {
    failure.error = NumberIn(failure.domain == ErrorDomain::kGetAddrInfo
                                 ? errors.get_addr_info
                                 : errors.host_lookup,
                             code);
    if (failure.error != 0) return failure;
  }
  failure.domain = ErrorDomain::kOs;
  if (code == ErrorCode::kUnsupported) {
    failure.error = kNotSupportedError;
  } else if (code == ErrorCode::kNoThread && is_lookup) {
    failure.error = NumberIn(errors.os, ErrorCode::kEagain);
    failure.no_thread = true;
  } else {
    failure.error = NumberIn(errors.os, code);
  }
  return failure;
}

bool IsPossible(Call call, const CallFault& fault, const ErrorTable& errors) {
  const unsigned kinds = TraitsOf(call).kinds;
  if ((kinds & KindOf(fault)) == 0) return false;
  switch (fault.kind()) {
    case CallFault::Kind::kFailAfter:
      if (SaysNothingDone(fault.code(), kinds)) return false;
      break;
    case CallFault::Kind::kFail:
      // It says that an attempt has begun, so the call must have been made.
      if (fault.code() == ErrorCode::kEinprogress) return false;
      break;
    case CallFault::Kind::kWouldBlock:
      break;
    default:
      return true;
  }
  return FailureOf(call, fault.code(), errors).error != 0;
}

absl::Status CheckPossible(Call call, const CallFault& fault,
                           const ErrorTable& errors) {
  if (static_cast<std::size_t>(call) >= std::size(kTraits)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "which: call: ", static_cast<int>(call), " is no enumerator"));
  }
  absl::Status status = CheckNumbers(fault);
  if (!status.ok()) return status;
  if (call != Call::kAny) {
    return IsPossible(call, fault, errors) ? absl::OkStatus()
                                           : Impossible(call, fault, errors);
  }
  for (int i = 1; i <= kCallCount; ++i) {
    if (IsPossible(static_cast<Call>(i), fault, errors)) {
      return absl::OkStatus();
    }
  }
  return Impossible(call, fault, errors);
}

}  // namespace fault
}  // namespace mortise
