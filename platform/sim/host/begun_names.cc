// Look-ups that run beside other work.

#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/name_calls.h"
#include "mortise/platform/sim/host/names.h"
#include "mortise/platform/sim/kernel/numeric_host.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {
namespace {

// A look-up in a thread, which shares the answer.
class LookupInThread final : public PendingLookup {
 public:
  explicit LookupInThread(std::shared_ptr<FoundAddresses> answer)
      : answer_(std::move(answer)) {}

  FoundAddresses Take() override { return std::move(*answer_); }

 private:
  const std::shared_ptr<FoundAddresses> answer_;
};

}  // namespace

bool HostNames::HasToAsk(const AddrInfoQuery& query) const {
  if (server_ == nullptr || !query.host.has_value() ||
      (query.flags & flags_.numeric_host) != 0) {
    return false;
  }
  const absl::string_view host = *query.host;
  return !ReadNumericHost(host.substr(0, host.find('%'))).has_value();
}

std::unique_ptr<PendingLookup> HostNames::BeginFindAddresses(
    const AddrInfoQuery& query, const CallLimit& limit,
    std::function<void()> done) {
  if (!HasToAsk(query)) {
    return NameCalls::BeginFindAddresses(query, limit, std::move(done));
  }
  // The caller may give the look-up up, and be gone before it ends.
  auto answer = std::make_shared<FoundAddresses>();
  Thread thread("look-up", [this, query, answer, done] {
    *answer = FindAddresses(query, absl::InfiniteDuration());
    done();
  });
  // The run is ending.
  if (!thread.joinable()) {
    return NameCalls::BeginFindAddresses(query, limit, std::move(done));
  }
  thread.detach();
  return std::make_unique<LookupInThread>(std::move(answer));
}

}  // namespace sim
}  // namespace mortise
