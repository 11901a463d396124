// A platform with faults, as its rules see it.

#ifndef MORTISE_PLATFORM_FAULT_SITE_H_
#define MORTISE_PLATFORM_FAULT_SITE_H_

#include <cstdint>
#include <string>

#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace fault {

// Several sites may share their rules, as the hosts of a simulation do.
//
// Thread safety: any thread may use it at any time. Blocks only if the calls of
// the platform behind do.
class FaultSite {
 public:
  // `behind` must outlive it.
  explicit FaultSite(Platform& behind) : behind_(behind) {}
  virtual ~FaultSite() = default;
  FaultSite(const FaultSite&) = delete;
  FaultSite& operator=(const FaultSite&) = delete;

  // The platform whose calls are made if no rule says otherwise.
  Platform& behind() const { return behind_; }

  // Tells the site from others with the same rules. Not 0 if there are others.
  virtual std::uint64_t number() const { return 0; }

  // Whether the calls that move data by `handle` move whole messages. Asked
  // only about calls that a rule may cut.
  virtual bool MovesMessages(NativeHandle handle);

  // Called in the thread that makes the call when `fault` is about to happen to
  // it, because of the rule with the text `rule`. For FailAfter the call has
  // been made. If it returns false, the fault does not happen.
  virtual bool Begin(const CallArguments& arguments, const CallFault& fault,
                     const std::string& rule) = 0;

  // Whether a call of the platform behind may let another thread run first, for
  // as long as the caller waits for its turn. No lock may be held over such a
  // call, and none is needed: between the moment at which the call does its
  // work and its return, no other thread runs.
  virtual bool threads_take_turns() const { return false; }

 private:
  Platform& behind_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_SITE_H_
