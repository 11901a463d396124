// The trace of a run: one line of text per event, and their digest.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_TRACE_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_TRACE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// Receives the lines of a trace as they are written.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  // `line` has no newline at its end, and is gone when Line returns. Called by
  // one thread at a time, in the order of the trace. It must not call the
  // scheduler, and no Abseil lock may be taken in it.
  virtual void Line(absl::string_view line) = 0;
};

// Writes `time` in seconds, with nine digits behind the point.
std::string TimeText(Time time);
// Writes a digest: 16 hexadecimal digits.
std::string DigestText(std::uint64_t digest);

// The lines, which depend on the seed only: they have no addresses of memory
// and no real times.
//
// Thread-compatible, and does not block, unless the sink does.
class Trace {
 public:
  // How many lines are kept for messages.
  static constexpr std::size_t kKept = 200;

  // `sink` may be nullptr, and must outlive the trace.
  explicit Trace(TraceSink* sink) : sink_(sink) {}

  // Adds the line "12.000345000 web/2 connect 10.0.0.3:80 = EINPROGRESS".
  void Add(Time time, absl::string_view who, absl::string_view text);

  // The 64-bit FNV-1a of all lines, each with a newline at its end. Source:
  // draft-eastlake-fnv.
  std::uint64_t digest() const { return digest_; }
  // The last lines, the oldest one first.
  const std::deque<std::string>& last() const { return last_; }

 private:
  TraceSink* const sink_;
  std::uint64_t digest_ = 0xcbf29ce484222325u;
  std::deque<std::string> last_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_TRACE_H_
