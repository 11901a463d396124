// The files that MORTISE_SIM_TRACE and MORTISE_SIM_PCAP in the environment ask
// for.

#ifndef MORTISE_PLATFORM_SIM_HOST_RECORDING_H_
#define MORTISE_PLATFORM_SIM_HOST_RECORDING_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/net/capture.h"
#include "mortise/platform/sim/net/tap.h"
#include "mortise/platform/sim/schedule/trace.h"

namespace mortise {
namespace sim {

// A file that is there in full after each Write, even if the process ends in
// the next moment. An error ends the process with a message.
//
// Thread-compatible. Blocks as files do.
class OutputFile {
 public:
  // `variable` is what has asked for it, for messages.
  OutputFile(const char* variable, const std::string& path);
  ~OutputFile() { std::fclose(file_); }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void Write(absl::string_view bytes);

 private:
  [[noreturn]] void Fail() const;

  const char* const variable_;
  const std::string path_;
  std::FILE* const file_;
};

// What is recorded of one simulation. The first simulation of the process
// writes to the files that the variables name, the second one to files with
// ".2" behind the names, and so on.
//
// Thread safety as of TraceSink and Tap.
class Recording final : public TraceSink {
 public:
  // Ends the process with a message if a file cannot be made. `next` gets the
  // lines of the trace as well, and may be nullptr. `epoch` is that of Capture.
  Recording(absl::Time epoch, TraceSink* next);

  // What writes the packets, or nullptr if there is nothing to write.
  Tap* tap() { return capture_.get(); }
  // What gets the lines of the trace, or nullptr if nobody wants them.
  TraceSink* sink() { return trace_ != nullptr ? this : next_; }

 private:
  void Line(absl::string_view line) override;

  TraceSink* const next_;
  std::unique_ptr<OutputFile> trace_;
  std::unique_ptr<OutputFile> packets_;
  std::unique_ptr<Capture> capture_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_RECORDING_H_
