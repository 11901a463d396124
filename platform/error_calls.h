// The calls of a Platform: what error numbers mean. The rules that hold for
// every method are in mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_ERROR_CALLS_H_
#define MORTISE_PLATFORM_ERROR_CALLS_H_

#include <string>

#include "mortise/platform/error_code.h"

namespace mortise {

// The facts about error numbers that `SystemFacts` does not have. A backend
// whose numbers are all the system's overrides only `Text`.
//
// `core/` calls these methods when it makes the `absl::Status` of a failed call
// (mortise/core/error.h). Thread-safe; nothing here blocks.
class ErrorCalls {
 public:
  virtual ~ErrorCalls() = default;

  // Returns the domain of `native`, an error number that a call of this
  // platform returned. The default is kOs. A platform that stands above another
  // one, such as the TLS layer, returns another domain for its own numbers.
  virtual ErrorDomain DomainOf(int /*native*/) const {
    return ErrorDomain::kOs;
  }

  // Returns the portable code of `native`, a number in the domain kTls, or
  // kUnmapped if there is none. `SystemFacts::errors` has the codes of the
  // other domains. The default is kUnmapped.
  virtual ErrorCode Code(int /*native*/) const { return ErrorCode::kUnmapped; }

  // Returns what the system says about a number: "Connection refused". The
  // default is "error " and the number. Python: os.strerror.
  virtual std::string Text(ErrorDomain /*domain*/, int native) const {
    return "error " + std::to_string(native);
  }
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_ERROR_CALLS_H_
