#include "mortise/platform/sim/host/recording.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/net/capture.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/schedule/trace.h"

namespace mortise {
namespace sim {
namespace {

// Returns the file of the `number`-th simulation, or nullptr if `variable` is
// not set.
std::unique_ptr<OutputFile> Open(const char* variable, int number) {
  const char* const path = std::getenv(variable);
  if (path == nullptr || *path == '\0') return nullptr;
  return std::make_unique<OutputFile>(
      variable, number == 1 ? path : absl::StrCat(path, ".", number));
}

}  // namespace

OutputFile::OutputFile(const char* variable, const std::string& path)
    : variable_(variable), path_(path), file_(std::fopen(path.c_str(), "wb")) {
  if (file_ == nullptr) Fail();
  std::setvbuf(file_, nullptr, _IONBF, 0);
}

void OutputFile::Write(absl::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) Fail();
}

void OutputFile::Fail() const {
  const int error = errno;
  Fatal(absl::StrCat(variable_, ": the file ", path_,
                     " cannot be written: errno ", error));
}

Recording::Recording(absl::Time epoch, TraceSink* next) : next_(next) {
  static std::atomic<int> simulations{0};
  const int number = ++simulations;
  trace_ = Open("MORTISE_SIM_TRACE", number);
  packets_ = Open("MORTISE_SIM_PCAP", number);
  if (packets_ == nullptr) return;
  capture_ = std::make_unique<Capture>(
      epoch, [this](absl::string_view bytes) { packets_->Write(bytes); });
}

void Recording::Line(absl::string_view line) {
  trace_->Write(absl::StrCat(line, "\n"));
  if (next_ != nullptr) next_->Line(line);
}

}  // namespace sim
}  // namespace mortise
