// A rule of CallFaults, for as long as it acts.

#ifndef MORTISE_PLATFORM_FAULT_RULE_H_
#define MORTISE_PLATFORM_FAULT_RULE_H_

#include <cstdint>
#include <memory>
#include <string>

namespace mortise {
namespace fault {

class Rules;
struct RuleState;

// A rule acts until this object is destroyed, or as long as its CallFaults
// lives if `Keep` is called. The CallFaults must outlive the rule.
//
// Thread-compatible: const methods may be called by several threads at a time,
// also while the rule acts. The destructor waits for threads that are just
// asking the rule, which takes as long as CallMatch::only does. After it,
// `only` is not called any more. In a forked child it only ends the rule, and
// waits for nobody.
class [[nodiscard]] Rule {
 public:
  Rule(Rule&&) noexcept = default;
  Rule& operator=(Rule&& other) noexcept;
  Rule(const Rule&) = delete;
  Rule& operator=(const Rule&) = delete;
  ~Rule();

  // Lets the rule act for as long as its CallFaults lives.
  void Keep() &&;

  // How many calls the rule has decided so far. This object has not been moved
  // from.
  std::int64_t hits() const;

  // What the rule says: "Recv: Cut(3), OneIn(5)". The same restriction.
  const std::string& text() const;

 private:
  friend class CallFaults;
  Rule(Rules& rules, std::shared_ptr<RuleState> state);

  Rules* rules_;
  std::shared_ptr<RuleState> state_;  // nullptr after a move and after Keep
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_RULE_H_
