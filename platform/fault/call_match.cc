#include "mortise/platform/fault/call_match.h"

#include <algorithm>

#include "mortise/platform/fault/call.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/readiness_calls.h"

namespace mortise {
namespace fault {

bool CallArguments::IsAbout(NativeHandle wanted) const {
  return handle == wanted || std::any_of(targets.begin(), targets.end(),
                                         [wanted](const WaitTarget& target) {
                                           return target.handle == wanted;
                                         });
}

bool CallMatch::MayMatch(const CallArguments& arguments) const {
  return (call == Call::kAny || call == arguments.call) &&
         (!handle.valid() || arguments.IsAbout(handle)) &&
         (port == 0 || port == arguments.Port());
}

}  // namespace fault
}  // namespace mortise
