// A platform whose calls meet rules.

#ifndef MORTISE_PLATFORM_FAULT_FAULTY_PLATFORM_H_
#define MORTISE_PLATFORM_FAULT_FAULTY_PLATFORM_H_

#include <memory>

#include "mortise/platform/backend.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/fault/site.h"

namespace mortise {
namespace fault {

// The platform behind `site`, with the faults that `rules` decide. Both must
// outlive it, and it must outlive everything that is made with `platform()`.
// Without rules it does what the platform behind does.
//
// Thread safety: any thread may use it at any time.
class FaultyPlatform {
 public:
  FaultyPlatform(FaultSite& site, Rules& rules);
  ~FaultyPlatform();
  FaultyPlatform(const FaultyPlatform&) = delete;
  FaultyPlatform& operator=(const FaultyPlatform&) = delete;

  Platform& platform();

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_FAULTY_PLATFORM_H_
