#include "mortise/platform/sim/host/fault_site.h"

#include <memory>
#include <string>
#include <vector>

#include "mortise/platform/constants/native.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"

namespace mortise {
namespace sim {

bool HostFaultSite::MovesMessages(NativeHandle handle) {
  CallInfo info("look at a socket", handle);
  // So that it is no scheduling point.
  info.is_of_destructors = true;
  const Call call(host_, info);
  if (call.refusal() != kDone) return true;
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  return file == nullptr || file->socket().type() != kSockStream;
}

bool HostFaultSite::Begin(const fault::CallArguments& arguments,
                          const fault::CallFault&, const std::string& rule) {
  std::vector<NativeHandle> handles;
  if (arguments.handle.valid()) handles.push_back(arguments.handle);
  for (const WaitTarget& target : arguments.targets) {
    handles.push_back(target.handle);
  }
  // The name is a constant, which ends with a null character.
  CallInfo info(fault::CallName(arguments.call).data());
  info.handles = handles;
  info.address = arguments.address;
  info.is_of_destructors = arguments.call == fault::Call::kClose ||
                           arguments.call == fault::Call::kPollSetRemove;
  const Call call(host_, info);
  if (call.refusal() != kDone) return false;
  CallOutcome outcome;
  outcome.rule = rule;
  call.waiting().Trace(call.kernel(), info, outcome);
  return true;
}

}  // namespace sim
}  // namespace mortise
