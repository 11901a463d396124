// Standard input, output and error as bytes, as they come: unlike <cstdio> and
// <iostream>, a read returns what is there instead of waiting for a full
// buffer.
//
// Other programs may share these streams, and may make them blocking or
// non-blocking at any time. The functions below wait in both modes, and never
// change the mode.

#ifndef MORTISE_TOOLS_MORTISE_STANDARD_STREAMS_H_
#define MORTISE_TOOLS_MORTISE_STANDARD_STREAMS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise::program {

// Call it before the first socket is made. It keeps the system from translating
// line ends, makes a pipe that nobody reads an error of the write instead of
// the end of the program, and keeps a socket from becoming a standard stream
// that the program was started without. Such a stream is an input that has
// ended, or an output that cannot be written.
void PrepareStandardStreams();

// Waits for standard input. Returns 0 if and only if it has ended.
absl::StatusOr<std::size_t> ReadStandardInput(absl::Span<char> buffer);

// Both wait until all of `data` is written. If they fail, some of `data` may
// have been written.
absl::Status WriteStandardOutput(absl::string_view data);
absl::Status WriteStandardError(absl::string_view data);

// Returns what the system says about standard output only when it is closed:
// some network file systems and quotas report there that data was lost. The
// stream stays open.
absl::Status CheckStandardOutput();

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_STANDARD_STREAMS_H_
