#include "mortise/platform/fault/call_fault.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace fault {

CallFault CallFault::Fail(ErrorCode code) {
  CallFault fault(Kind::kFail);
  fault.code_ = code;
  return fault;
}

CallFault CallFault::FailAfter(ErrorCode code) {
  CallFault fault(Kind::kFailAfter);
  fault.code_ = code;
  return fault;
}

CallFault CallFault::Cut(std::size_t most) {
  CallFault fault(Kind::kCut);
  fault.most_ = most;
  return fault;
}

CallFault CallFault::WouldBlock() {
  CallFault fault(Kind::kWouldBlock);
  fault.code_ = ErrorCode::kEagain;
  return fault;
}

CallFault CallFault::FalseReady() { return CallFault(Kind::kFalseReady); }

CallFault CallFault::Take(absl::Duration time) {
  CallFault fault(Kind::kTake);
  fault.time_ = time;
  return fault;
}

std::string CallFault::ToString() const {
  switch (kind_) {
    case Kind::kFail:
      return absl::StrCat("Fail(", ErrorCodeName(code_), ")");
    case Kind::kFailAfter:
      return absl::StrCat("FailAfter(", ErrorCodeName(code_), ")");
    case Kind::kCut:
      return absl::StrCat("Cut(", most_, ")");
    case Kind::kWouldBlock:
      return "WouldBlock()";
    case Kind::kFalseReady:
      return "FalseReady()";
    case Kind::kTake:
      return absl::StrCat("Take(", absl::FormatDuration(time_), ")");
  }
  return "";
}

}  // namespace fault
}  // namespace mortise
