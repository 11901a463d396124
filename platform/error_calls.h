// The calls of a Platform: what error numbers mean. The rules are in
// mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_ERROR_CALLS_H_
#define MORTISE_PLATFORM_ERROR_CALLS_H_

#include <string>

#include "mortise/platform/error_code.h"

namespace mortise {

// What `SystemFacts` cannot say of error numbers. By default each number is one
// of the system's, and its text is the number.
class ErrorCalls {
 public:
  virtual ~ErrorCalls() = default;

  // The domain of `native`, which a call of this platform returned. It is kOs
  // unless the platform is a layer that has numbers of its own.
  virtual ErrorDomain DomainOf(int /*native*/) const {
    return ErrorDomain::kOs;
  }

  // The portable name of a number of a layer, or kUnmapped if it has none.
  virtual ErrorCode Code(int /*native*/) const { return ErrorCode::kUnmapped; }

  // What the system says of a number: "Connection refused".
  virtual std::string Text(ErrorDomain /*domain*/, int native) const {
    return "error " + std::to_string(native);
  }
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_ERROR_CALLS_H_
