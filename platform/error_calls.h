// The calls of a Platform: what error numbers mean. The rules that hold for
// every method are in mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_ERROR_CALLS_H_
#define MORTISE_PLATFORM_ERROR_CALLS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"

namespace mortise {

// What a system says about its error numbers. What the numbers mean is in
// `SystemFacts::errors`.
//
// `core/` calls `Text` when it makes the `absl::Status` of a failed call
// (mortise/core/error.h). Thread-safe; nothing here blocks.
class ErrorCalls {
 public:
  virtual ~ErrorCalls() = default;

  // Returns what the system says about a number: "Connection refused". The
  // default is "error " and the number. Python: os.strerror.
  virtual std::string Text(ErrorDomain /*domain*/, int native) const {
    return "error " + std::to_string(native);
  }

  // Returns the name that the system's headers have for a number whose portable
  // code has none: "ENOKEY". Empty if there is no name. The default is the name
  // in the headers of the OS that is built for. The text lasts as long as the
  // program.
  virtual absl::string_view Name(ErrorDomain domain, int native) const;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_ERROR_CALLS_H_
