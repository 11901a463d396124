// The life of a rule of a simulation.

#ifndef MORTISE_PLATFORM_SIM_RULE_H_
#define MORTISE_PLATFORM_SIM_RULE_H_

#include <cstdint>
#include <memory>
#include <utility>

namespace mortise {
namespace sim {

// What a rule does, for those who make rules. Thread-safe, and does not block.
class RuleBody {
 public:
  virtual ~RuleBody() = default;
  // Ends the rule. Called at most once.
  virtual void End() = 0;
  virtual std::int64_t hits() const = 0;
};

// A rule that is in force until this object is destroyed.
//
//   {
//     const sim::Rule cut = faults.Partition({a}, {b, c});
//     ...
//   }  // a can reach the others again.
//
// The simulation must outlive it. Thread-compatible. Nothing blocks.
class [[nodiscard]] Rule {
 public:
  explicit Rule(std::shared_ptr<RuleBody> body) : body_(std::move(body)) {}
  Rule(Rule&& other) noexcept = default;
  Rule& operator=(Rule&& other) noexcept {
    if (this != &other) {
      End();
      body_ = std::move(other.body_);
    }
    return *this;
  }
  ~Rule() { End(); }

  // Leaves the rule in force for as long as the simulation lasts:
  // `faults.OnPackets(...).Keep()`.
  void Keep() && { body_.reset(); }

  // How many times the rule has acted. A rule that was moved from has not.
  std::int64_t hits() const { return body_ == nullptr ? 0 : body_->hits(); }

 private:
  void End() {
    if (body_ != nullptr) body_->End();
    body_.reset();
  }

  std::shared_ptr<RuleBody> body_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_RULE_H_
