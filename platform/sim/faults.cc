#include "mortise/platform/sim/faults.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/sim/call_match.h"
#include "mortise/platform/sim/host/linux_errors.h"
#include "mortise/platform/sim/host/signals.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/rules.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {

namespace {

fault::RulesOptions OptionsOfCallRules(std::uint64_t seed, Entrance& entrance) {
  fault::RulesOptions options;
  options.seed = Streams(seed).For(What("call rules"), 0, 0).Next();
  options.errors = LinuxErrors();
  options.now = [&entrance] {
    return absl::Nanoseconds(EntranceLock(entrance).now());
  };
  // The real process, for rules that are ended in a forked child.
  options.mark_process = [] {
    return Platform::Default().readiness().MarkProcess();
  };
  return options;
}

}  // namespace

Faults::Faults(std::uint64_t seed, Fabric& fabric, Entrance& entrance)
    : fabric_(fabric),
      entrance_(entrance),
      book_(std::make_unique<RuleBook>(seed, fabric, entrance)),
      call_rules_(
          std::make_unique<fault::Rules>(OptionsOfCallRules(seed, entrance))) {}

Faults::~Faults() = default;

Rule Faults::OnPackets(PacketMatch which, PacketFate fate, When when) {
  return book_->AddMatch(std::move(which), fate, when);
}

Rule Faults::OnPackets(std::function<PacketFate(const Packet&)> decide) {
  return book_->AddFunction(std::move(decide));
}

Rule Faults::Partition(HostSet one, HostSet other, Direction direction) {
  return book_->AddPartition(std::move(one), std::move(other), direction);
}

Rule Faults::Clog(HostId from, HostId to) { return book_->AddClog(from, to); }

Rule Faults::Slow(HostId a, HostId b, const LinkOptions& link) {
  return book_->AddSlow(a, b, link);
}

Rule Faults::OnCalls(CallMatch which, const CallFault& fault,
                     const When& when) {
  const absl::Status valid = call_rules_->Check(which, fault, when);
  CheckArgument(valid.ok(),
                "Faults::OnCalls:", std::string(valid.message()).c_str());
  fault::RuleScope scope;
  if (which.host.has_value()) {
    const EntranceLock inside(entrance_);
    fabric_.NameOf(*which.host);
    scope.site = which.host->number();
    scope.text = absl::StrCat(" on host ", scope.site);
  }
  return Rule(
      call_rules_->Add(std::move(which), fault, when, std::move(scope)));
}

Rule Faults::Interrupt(HostId host, absl::Duration period) {
  CheckArgument(
      period > absl::ZeroDuration() && period < absl::InfiniteDuration(),
      "Faults::Interrupt: period", "must be positive and finite");
  CheckArgument(signals_ != nullptr,
                "Faults::Interrupt:", "needs a simulation");
  return signals_->Interrupt(host, TimeOf(period));
}

}  // namespace sim
}  // namespace mortise
