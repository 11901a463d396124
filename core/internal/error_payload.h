// How an error travels in an `absl::Status`: as one payload of readable text,
// because a status prints its payloads.
//
//   [mortise.error='error 111 ECONNREFUSED connect 127.0.0.1:9']

#ifndef MORTISE_CORE_INTERNAL_ERROR_PAYLOAD_H_
#define MORTISE_CORE_INTERNAL_ERROR_PAYLOAD_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace internal {

struct ErrorHead {
  ErrorDomain domain = ErrorDomain::kOs;
  Operation operation = Operation::kSocket;
  ErrorCode code = ErrorCode::kUnmapped;
  int native = 0;
};

// Adds the error as a payload to `*status`, which must not be OK.
void AttachError(const ErrorHead& head, absl::string_view address,
                 absl::Status* status);

// The error of a status, read in place. The views live as long as this object.
class ErrorPayload {
 public:
  // `status` may be OK, or an error that another library made.
  explicit ErrorPayload(const absl::Status& status);

  // False if the status carries no error of this library. Then the other
  // methods mean nothing.
  bool present() const { return present_; }

  ErrorDomain domain() const { return domain_; }
  int native() const { return native_; }
  // ErrorCodeName of the code; "-" for kUnmapped.
  absl::string_view code_name() const { return code_name_; }
  absl::string_view operation() const { return operation_; }
  absl::string_view address() const { return address_; }

 private:
  std::optional<absl::Cord> cord_;
  bool present_ = false;
  ErrorDomain domain_ = ErrorDomain::kOs;
  int native_ = 0;
  absl::string_view code_name_;
  absl::string_view operation_;
  absl::string_view address_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_ERROR_PAYLOAD_H_
