// Whether a number that a caller gives can be a handle.

#ifndef MORTISE_CORE_INTERNAL_CHECK_HANDLE_H_
#define MORTISE_CORE_INTERNAL_CHECK_HANDLE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace internal {

// "is not a valid descriptor", with the number in front if `handle` has one.
inline std::string NotADescriptor(NativeHandle handle) {
  return handle.valid()
             ? absl::StrCat(handle.value(), " is not a valid descriptor")
             : "is not a valid descriptor";
}

// kInvalidArgument, naming `argument`, if `calls`, which are the SocketCalls or
// FileCalls of a platform, know no such handle.
template <typename Calls>
absl::Status CheckHandle(const Calls& calls, Operation operation,
                         absl::string_view argument, NativeHandle handle) {
  if (calls.IsHandle(handle)) return absl::OkStatus();
  return ArgumentError(absl::StatusCode::kInvalidArgument, operation, argument,
                       NotADescriptor(handle));
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_CHECK_HANDLE_H_
