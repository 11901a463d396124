// Matches the error of a call that was refused before it reached the platform.

#ifndef MORTISE_TESTS_CORE_USAGE_ERROR_H_
#define MORTISE_TESTS_CORE_USAGE_ERROR_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "mortise/core/error.h"
#include "mortise/platform/error_code.h"

namespace mortise {

// Matches a status that says "OPERATION: COMPLAINT [EINVAL]", word for word.
MATCHER_P3(IsRefusal, code, operation, complaint, "") {
  const absl::Status& status = arg;
  *result_listener << "whose status is " << status.ToString();
  const std::optional<Error> error = ErrorOf(status);
  return error.has_value() && error->domain == ErrorDomain::kUsage &&
         error->code == ErrorCode::kEinval && error->native_code == 0 &&
         error->operation == absl::string_view(operation) &&
         status.code() == code &&
         status.message() ==
             absl::StrCat(operation, ": ", complaint, " [EINVAL]");
}

}  // namespace mortise

#endif  // MORTISE_TESTS_CORE_USAGE_ERROR_H_
