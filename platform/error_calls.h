// The vtable, what error numbers mean. mortise/platform/backend.h has
// its rules.

#ifndef MORTISE_PLATFORM_ERROR_CALLS_H_
#define MORTISE_PLATFORM_ERROR_CALLS_H_

#include <string>

#include "mortise/platform/error_code.h"

namespace mortise {

// What this platform's error numbers mean.
class ErrorCalls {
 public:
  virtual ~ErrorCalls() = default;

  // Whose number `native` is, which a call of this platform returned: the
  // OS's, unless the platform is a layer that has numbers of its own.
  virtual ErrorDomain DomainOf(int /*native*/) const {
    return ErrorDomain::kOs;
  }

  // `kUnmapped` for a number without a portable name.
  virtual ErrorCode Code(ErrorDomain domain, int native) const = 0;
  // The other way; 0 where this platform has no such error.
  virtual int Native(ErrorCode code) const = 0;
  // What the OS says of it: "Connection refused". Safe from any thread.
  virtual std::string Text(ErrorDomain domain, int native) const = 0;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_ERROR_CALLS_H_
