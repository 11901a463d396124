// The life of a rule: of one about packets (mortise/platform/sim/faults.h), or
// of one about calls (mortise/platform/fault/call_faults.h).

#ifndef MORTISE_PLATFORM_SIM_RULE_H_
#define MORTISE_PLATFORM_SIM_RULE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace mortise {
namespace sim {

// What a rule does, for those who make rules. Thread-safe. Only End may block.
class RuleBody {
 public:
  virtual ~RuleBody() = default;
  // Ends the rule. Called at most once.
  virtual void End() = 0;
  virtual std::int64_t hits() const = 0;
  // Does not change, and lives as long as the body.
  virtual const std::string& text() const = 0;
};

// A rule that is in force until this object is destroyed.
//
//   {
//     const sim::Rule cut = faults.Partition({a}, {b, c});
//     ...
//   }  // a can reach the others again.
//
// The object that made it must outlive it, unless it is kept.
//
// Thread-compatible: const methods may be called by several threads at a time,
// also while the rule acts.
//
// The end of a rule about calls waits for threads that are just asking it,
// which takes as long as CallMatch::only does; in a forked child it waits for
// nobody. Nothing else blocks. When a rule has ended, its functions are not
// called any more.
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

  // Leaves the rule in force for as long as the object that made it lives:
  // `faults.OnPackets(...).Keep()`.
  void Keep() && { body_.reset(); }

  // How many times the rule has acted. A rule that was moved from has not.
  std::int64_t hits() const { return body_ == nullptr ? 0 : body_->hits(); }

  // What the rule says: "Recv: Cut(3), OneIn(5)". Empty if it was moved from.
  std::string text() const {
    return body_ == nullptr ? std::string() : body_->text();
  }

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
