// The calls of a Platform by name, for rules that say which of them fail.
//
// All functions here are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_FAULT_CALL_H_
#define MORTISE_PLATFORM_FAULT_CALL_H_

#include <cstdint>
#include <iosfwd>

#include "absl/strings/string_view.h"

namespace mortise {
namespace fault {

// A method of one of the parts of a Platform, or of a PollSet, that can fail or
// take time. calls.inc lists them. The enumerator has the name of the method:
// `kRecv` is SocketCalls::Recv, `kListInterfaces` is InterfaceCalls::List, and
// `kPollSetAdd` is PollSet::Add.
enum class Call : std::uint8_t {
  // Each call that can have the fault of the rule.
  kAny = 0,
#define MORTISE_FAULT_CALL(enumerator, name, domain, kinds) enumerator,
#include "mortise/platform/fault/calls.inc"
#undef MORTISE_FAULT_CALL
};

// The number of calls. The enumerators from 1 to this number are calls.
inline constexpr int kCallCount = 0
#define MORTISE_FAULT_CALL(enumerator, name, domain, kinds) +1
#include "mortise/platform/fault/calls.inc"
#undef MORTISE_FAULT_CALL
    ;

// Returns the name of the method, such as "Recv" or "PollSet::Wait". Returns
// "any call" for kAny, and "" for a number that is not an enumerator. The
// result is valid for ever.
absl::string_view CallName(Call call);

// Prints `CallName(call)`, or "Call(200)" for a number that is no enumerator.
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, Call call) {
  const absl::string_view name = CallName(call);
  if (!name.empty()) return out << name;
  return out << "Call(" << static_cast<int>(call) << ")";
}

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_CALL_H_
