// The meaning of errno, EAI_* and h_errno numbers.

#ifndef MORTISE_PLATFORM_POSIX_ERRORS_H_
#define MORTISE_PLATFORM_POSIX_ERRORS_H_

#include <string>

#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"

namespace mortise {
namespace posix {

extern const ErrorTable kErrors;

class Errors final : public ErrorCalls {
 public:
  std::string Text(ErrorDomain domain, int native) const override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_ERRORS_H_
