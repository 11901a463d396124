#include "mortise/platform/sim/query_match.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/numeric_host.h"
#include "mortise/platform/sim/net/check_argument.h"

namespace mortise {
namespace sim {

QueryFault QueryFault::Fail(ErrorCode code) {
  CheckArgument(code == ErrorCode::kEaiAgain || code == ErrorCode::kEaiFail ||
                    code == ErrorCode::kEaiNoname ||
                    code == ErrorCode::kEaiNodata,
                "QueryFault::Fail: code",
                "must be kEaiAgain, kEaiFail, kEaiNoname or kEaiNodata");
  QueryFault fault(Kind::kFail);
  fault.code_ = code;
  return fault;
}

QueryFault QueryFault::Take(absl::Duration time) {
  CheckArgument(time >= absl::ZeroDuration(), "QueryFault::Take: time",
                "must not be negative");
  QueryFault fault(Kind::kTake);
  fault.time_ = time;
  return fault;
}

QueryFault QueryFault::Answer(const std::vector<std::string>& addresses) {
  QueryFault fault(Kind::kAnswer);
  fault.addresses_ = ReadAddresses("QueryFault::Answer: addresses", addresses);
  return fault;
}

QueryFault QueryFault::Only(IpVersion version) {
  QueryFault fault(Kind::kOnly);
  fault.version_ = version;
  return fault;
}

QueryFault QueryFault::Truncate(int count) {
  CheckArgument(count > 0, "QueryFault::Truncate: count", "must be positive");
  QueryFault fault(Kind::kTruncate);
  fault.count_ = static_cast<std::size_t>(count);
  return fault;
}

std::vector<IpAddress> ReadAddresses(const char* argument,
                                     const std::vector<std::string>& texts) {
  CheckArgument(!texts.empty(), argument, "must have at least one address");
  std::vector<IpAddress> addresses;
  for (const std::string& text : texts) {
    const std::optional<IpAddress> ip = ReadNumericIp(text);
    const std::string problem = absl::StrCat(
        "has \"", text, "\", which is no IPv4 or IPv6 address in digits");
    CheckArgument(ip.has_value(), argument, problem.c_str());
    addresses.push_back(*ip);
  }
  return addresses;
}

}  // namespace sim
}  // namespace mortise
