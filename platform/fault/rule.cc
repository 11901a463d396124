#include "mortise/platform/fault/rule.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "mortise/platform/fault/rules.h"

namespace mortise {
namespace fault {

Rule::Rule(Rules& rules, std::shared_ptr<RuleState> state)
    : rules_(&rules), state_(std::move(state)) {}

Rule& Rule::operator=(Rule&& other) noexcept {
  if (this == &other) return *this;
  if (state_ != nullptr) rules_->Remove(*state_);
  rules_ = other.rules_;
  state_ = std::move(other.state_);
  return *this;
}

Rule::~Rule() {
  if (state_ != nullptr) rules_->Remove(*state_);
}

// The list of the rules still has it.
void Rule::Keep() && { state_.reset(); }

std::int64_t Rule::hits() const { return state_->hits.load(); }

const std::string& Rule::text() const { return state_->text; }

}  // namespace fault
}  // namespace mortise
