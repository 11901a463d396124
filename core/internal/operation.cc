#include "mortise/internal/operation.h"

#include <cstddef>
#include <iterator>

#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {
namespace {

// In the order of the enumerators.
constexpr absl::string_view kNames[] = {
    "accept",     "address",     "bind",        "close",       "connect",
    "dup",        "getaddrinfo", "getpeername", "getsockname", "getsockopt",
    "inet_aton",  "inet_ntoa",   "inet_ntop",   "inet_pton",   "listen",
    "recv",       "recvfrom",    "send",        "sendto",      "setblocking",
    "setsockopt", "settimeout",  "shutdown",    "socket",      "socketpair",
};
static_assert(std::size(kNames) == kOperationCount);

}  // namespace

absl::string_view OperationName(Operation operation) {
  const auto index = static_cast<std::size_t>(operation);
  return index < std::size(kNames) ? kNames[index] : absl::string_view();
}

}  // namespace internal
}  // namespace mortise
