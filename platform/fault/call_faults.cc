#include "mortise/platform/fault/call_faults.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/faulty_platform.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/fault/site.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace fault {

namespace {

// Tells whoever has made the CallFaults what happens.
class ToldSite final : public FaultSite {
 public:
  using OnHit = std::function<void(const CallArguments&, const CallFault&)>;

  ToldSite(Platform& behind, OnHit on_hit)
      : FaultSite(behind), on_hit_(std::move(on_hit)) {}

  bool Begin(const CallArguments& arguments, const CallFault& fault,
             const std::string&) override {
    if (on_hit_ != nullptr) on_hit_(arguments, fault);
    return true;
  }

 private:
  const OnHit on_hit_;
};

RulesOptions OptionsFor(Platform& behind, std::uint64_t seed) {
  RulesOptions options;
  options.seed = seed;
  options.errors = behind.facts().errors;
  options.now = [&behind] { return behind.clock().Now(); };
  options.mark_process = [&behind] { return behind.readiness().MarkProcess(); };
  return options;
}

}  // namespace

struct CallFaults::Parts {
  Parts(Platform& behind, const CallFaultsOptions& options)
      : rules(OptionsFor(behind, options.seed)),
        site(behind, options.on_hit),
        platform(site, rules) {}

  Rules rules;
  ToldSite site;
  FaultyPlatform platform;
};

CallFaults::CallFaults(Platform& behind, const CallFaultsOptions& options)
    : parts_(std::make_unique<Parts>(behind, options)) {}

CallFaults::~CallFaults() = default;

Platform& CallFaults::platform() { return parts_->platform.platform(); }

Rule CallFaults::OnCalls(CallMatch which, const CallFault& fault,
                         const When& when) {
  const absl::Status status = Check(which, fault, when);
  if (!status.ok()) {
    sim::Fatal(absl::StrCat("mortise::fault::CallFaults::OnCalls: ",
                            status.ToString()));
  }
  return Rule(parts_->rules.Add(std::move(which), fault, when));
}

absl::Status CallFaults::Check(const CallMatch& which, const CallFault& fault,
                               const When& when) const {
  return parts_->rules.Check(which, fault, when);
}

}  // namespace fault
}  // namespace mortise
