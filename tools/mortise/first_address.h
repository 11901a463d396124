// Tries one address after the other, until one works.

#ifndef MORTISE_TOOLS_MORTISE_FIRST_ADDRESS_H_
#define MORTISE_TOOLS_MORTISE_FIRST_ADDRESS_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {

// Calls `open` with each of `addresses` until it succeeds. There must be at
// least one address. If `open` fails for every address, the error has the code
// of the last failure and the messages of all.
absl::StatusOr<Endpoint> OpenFirst(
    absl::Span<const AddrInfo> addresses,
    const std::function<absl::StatusOr<Endpoint>(const AddrInfo&)>& open);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_FIRST_ADDRESS_H_
