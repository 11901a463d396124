// Standard input and output as bytes, as they come: unlike <cstdio> and
// <iostream>, a read returns what is there instead of waiting for a full
// buffer.

#ifndef MORTISE_TOOLS_MORTISE_STANDARD_STREAMS_H_
#define MORTISE_TOOLS_MORTISE_STANDARD_STREAMS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise::program {

// To be called before the first socket is made: keeps the system from
// translating line ends, and a socket from becoming standard input where the
// program was started without one.
void PrepareStandardStreams();

// Waits for standard input. 0 iff it has ended.
absl::StatusOr<std::size_t> ReadStandardInput(absl::Span<char> buffer);

absl::Status WriteStandardOutput(absl::string_view data);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_STANDARD_STREAMS_H_
