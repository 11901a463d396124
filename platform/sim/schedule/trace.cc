#include "mortise/platform/sim/schedule/trace.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

std::string TimeText(Time time) {
  return absl::StrCat(time / kSecond, ".",
                      absl::Dec(time % kSecond, absl::kZeroPad9));
}

std::string DigestText(std::uint64_t digest) {
  return absl::StrCat(absl::Hex(digest, absl::kZeroPad16));
}

void Trace::Add(Time time, absl::string_view who, absl::string_view text) {
  std::string line = absl::StrCat(TimeText(time), " ", who, " ", text, "\n");
  for (const char c : line) {
    digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  line.pop_back();
  if (sink_ != nullptr) sink_->Line(line);
  if (last_.size() == kKept) last_.pop_front();
  last_.push_back(std::move(line));
}

}  // namespace sim
}  // namespace mortise
