#include "mortise/platform/sim/kernel/socket.h"

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"

namespace mortise {
namespace sim {

Socket::Socket(Kernel& kernel, int family, int type, int protocol)
    : kernel_(kernel),
      family_(family),
      type_(type),
      protocol_(protocol),
      identity_(kernel.NextIdentity()) {}

bool Socket::HasOption(const OptionRow& row) const {
  return (row.transports & Transports()) != 0 &&
         (row.families == 0 || (row.families & Families()) != 0);
}

ErrorCode Socket::SetOption(int level, int name, absl::Span<const char> value) {
  const OptionRow* const row = FindOption(level, name);
  if (row == nullptr) return ErrorCode::kEnoprotoopt;
  if (!HasOption(*row)) {
    return row->option == Option::kReusePort ? ErrorCode::kEopnotsupp
                                             : ErrorCode::kEnoprotoopt;
  }
  OptionValues changed = options_;
  ErrorCode error = sim::SetOption(*row, value, &changed);
  if (error == kDone) error = CheckOption(row->option, changed);
  if (error != kDone) return error;
  options_ = changed;
  OnOption(row->option);
  return kDone;
}

ErrorCode Socket::SetFlag(Option option, bool on) {
  if (!HasOption(RowOf(option))) return ErrorCode::kEopnotsupp;
  options_.Set(option, on ? 1 : 0);
  OnOption(option);
  return kDone;
}

Result<std::string> Socket::GetOption(int level, int name) {
  const OptionRow* const row = FindOption(level, name);
  if (row == nullptr || !HasOption(*row)) {
    return {std::string(), ErrorCode::kEnoprotoopt};
  }
  return ComputedOption(*row);
}

Result<std::string> Socket::ComputedOption(const OptionRow& row) {
  switch (row.option) {
    case Option::kType:
      return {IntOption(type_), kDone};
    case Option::kFamily:
      return {IntOption(family_), kDone};
    case Option::kProtocol:
      return {IntOption(protocol_), kDone};
    case Option::kAccepts:
      return {IntOption(Accepts() ? 1 : 0), kDone};
    case Option::kError:
      return {IntOption(kernel_.NativeError(TakeError())), kDone};
    default:
      return {ReadOption(row, options_), kDone};
  }
}

ErrorCode Socket::TakeError() {
  const ErrorCode error = error_;
  error_ = kDone;
  return error;
}

}  // namespace sim
}  // namespace mortise
