#include "mortise/platform/sim/kernel/socket.h"

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "mortise/platform/constants/native.h"
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

// Observed on Linux: AF_UNIX has no levels but the sockets' own, and IPv4
// refuses to read at levels that it does not have.
ErrorCode Socket::ErrorOfLackedOption(int level, const OptionRow* row,
                                      bool is_read) const {
  if (level == kSolSocket) {
    const bool is_refused =
        row != nullptr && (row->option == Option::kPassCredentials ||
                           row->option == Option::kReusePort);
    return is_refused ? ErrorCode::kEopnotsupp : ErrorCode::kEnoprotoopt;
  }
  if (family_ == kAfUnix) return ErrorCode::kEopnotsupp;
  const int own_level = type_ == kSockStream ? kIpprotoTcp : kIpprotoUdp;
  const bool is_known = level == kIpprotoIp || level == own_level;
  return family_ == kAfInet && is_read && !is_known ? ErrorCode::kEopnotsupp
                                                    : ErrorCode::kEnoprotoopt;
}

ErrorCode Socket::SetOption(int level, int name, absl::Span<const char> value) {
  const OptionRow* const row = FindOption(level, name);
  if (row == nullptr || !HasOption(*row)) {
    // A socket that refuses to share its port does not share it already.
    const Result<int> number = ReadIntOption(value);
    const bool is_so = row != nullptr && row->option == Option::kReusePort &&
                       number.ok() && number.value == 0;
    return is_so ? kDone : ErrorOfLackedOption(level, row, false);
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
  if (row != nullptr && row->option == Option::kReusePort) {
    // Every socket can tell it, even one that refuses it.
    return ComputedOption(*row);
  }
  if (row == nullptr || !HasOption(*row)) {
    return {std::string(), ErrorOfLackedOption(level, row, true)};
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
