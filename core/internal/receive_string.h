// Receives into a new string.

#ifndef MORTISE_CORE_INTERNAL_RECEIVE_STRING_H_
#define MORTISE_CORE_INTERNAL_RECEIVE_STRING_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/constants/native.h"

namespace mortise {
namespace internal {

// A string of `bufsize` bytes would have to be filled with zeros first. Instead
// the bytes are received elsewhere and copied, which also keeps a short message
// from holding on to a large buffer. Up to this size they are received on the
// stack. Beyond it they are received in memory that nothing has written to. A
// system provides such memory page by page, so it costs as much as comes and
// not as much as was asked for.
inline constexpr std::size_t kStackBufferSize = 16 * 1024;

struct Free {
  void operator()(char* memory) const { std::free(memory); }
};

// Returns kOutOfRange if `size`, which the caller gave as `argument`, is more
// than `most`.
inline absl::Status CheckBufSize(Operation operation,
                                 absl::string_view argument, std::size_t size,
                                 std::size_t most) {
  if (size <= most) return absl::OkStatus();
  return ArgumentError(absl::StatusCode::kOutOfRange, operation, argument,
                       absl::StrCat(size, " is not in 0 to ", most));
}

// Receives into a string of at most `bufsize` bytes. The caller gave `bufsize`
// as `argument`, and it may be at most `most`. `receive` takes a span and
// returns how many bytes it received, or an error. With MSG_TRUNC in `flags`
// that may be more than it was given room for. TCP then writes none of the
// bytes that it counts (tcp(7)), and the string has zeros in their place.
template <typename Receive>
absl::StatusOr<std::string> ReceiveString(Operation operation,
                                          absl::string_view argument,
                                          std::size_t bufsize, std::size_t most,
                                          int flags, Receive receive) {
  absl::Status valid = CheckBufSize(operation, argument, bufsize, most);
  if (!valid.ok()) return valid;
  const bool zeros = (flags & kMsgTrunc) != 0;
  if (bufsize <= kStackBufferSize) {
    // Aligned, because ancillary data is a row of structures.
    alignas(std::max_align_t) char buffer[kStackBufferSize];
    if (zeros) std::memset(buffer, 0, bufsize);
    const absl::StatusOr<std::size_t> size =
        receive(absl::Span<char>(buffer, bufsize));
    if (!size.ok()) return size.status();
    return std::string(buffer, std::min(*size, bufsize));
  }
  // calloc does not write to fresh pages either, because they are zeros.
  const std::unique_ptr<char[], Free> buffer(static_cast<char*>(
      zeros ? std::calloc(bufsize, 1) : std::malloc(bufsize)));
  if (buffer == nullptr) {
    return ArgumentError(
        absl::StatusCode::kResourceExhausted, operation, argument,
        absl::StrCat("there is no memory for ", bufsize, " bytes"));
  }
  const absl::StatusOr<std::size_t> size =
      receive(absl::Span<char>(buffer.get(), bufsize));
  if (!size.ok()) return size.status();
  return std::string(buffer.get(), std::min(*size, bufsize));
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_RECEIVE_STRING_H_
