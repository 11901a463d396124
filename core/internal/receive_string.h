// Receiving into a string of its own.

#ifndef MORTISE_CORE_INTERNAL_RECEIVE_STRING_H_
#define MORTISE_CORE_INTERNAL_RECEIVE_STRING_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/internal/make_error.h"
#include "mortise/internal/operation.h"
#include "mortise/platform/constants/native.h"

namespace mortise {
namespace internal {

// A string as long as what is to be received would have to be filled with zeros
// first. Up to this size the bytes arrive on the stack instead and are copied,
// which also keeps a short message from holding on to a large buffer.
inline constexpr std::size_t kStackBufferSize = 16 * 1024;

// OK iff `size`, which the caller gave as `argument`, is at most `most`.
inline absl::Status CheckBufSize(Operation operation,
                                 absl::string_view argument, std::size_t size,
                                 std::size_t most) {
  if (size <= most) return absl::OkStatus();
  return ArgumentError(absl::StatusCode::kOutOfRange, operation, argument,
                       absl::StrCat(size, " is not in 0 to ", most));
}

// Receives into a string of at most `bufsize` bytes, which are at most `most`.
// `receive` takes a span and returns how many bytes it received, or an error.
// With MSG_TRUNC in `flags` that may be more than it was given room for, and
// TCP then writes none of the bytes that it counts (tcp(7)): those are zeros.
template <typename Receive>
absl::StatusOr<std::string> ReceiveString(Operation operation,
                                          std::size_t bufsize, std::size_t most,
                                          int flags, Receive receive) {
  absl::Status valid = CheckBufSize(operation, "bufsize", bufsize, most);
  if (!valid.ok()) return valid;
  if (bufsize <= kStackBufferSize) {
    char buffer[kStackBufferSize];
    if ((flags & kMsgTrunc) != 0) std::memset(buffer, 0, bufsize);
    const absl::StatusOr<std::size_t> size =
        receive(absl::Span<char>(buffer, bufsize));
    if (!size.ok()) return size.status();
    return std::string(buffer, std::min(*size, bufsize));
  }
  std::string data(bufsize, '\0');
  const absl::StatusOr<std::size_t> size =
      receive(absl::Span<char>(&data[0], data.size()));
  if (!size.ok()) return size.status();
  data.resize(std::min(*size, bufsize));
  // A megabyte kept for a byte would be a surprise to whoever collects these.
  if (data.size() < bufsize / 2) data.shrink_to_fit();
  return data;
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_RECEIVE_STRING_H_
