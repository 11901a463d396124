// The random decisions of a run.
//
// No two decisions share a sequence. Each has a key: what is decided, for whom,
// and how many decisions of that kind came before. So a decision that is added
// to or removed from a run leaves all others as they were.
//
//   if (streams.For(What("loss"), link.number(), packet.number())
//           .Chance(1, 100)) {
//     Drop(packet);
//   }

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_STREAMS_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_STREAMS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {

// What is decided. The number depends on the text only, so it may be computed
// once for a constant.
class What {
 public:
  explicit constexpr What(absl::string_view text) : number_(Hash(text)) {}
  constexpr std::uint64_t number() const { return number_; }

 private:
  // 64-bit FNV-1a. Source: draft-eastlake-fnv.
  static constexpr std::uint64_t Hash(absl::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
    return hash;
  }

  std::uint64_t number_;
};

// Thread-safe, copyable, and does not block.
class Streams {
 public:
  explicit Streams(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t seed() const { return seed_; }

  // Returns the numbers for one decision.
  Random For(What what, std::uint64_t who, std::uint64_t how_manieth) const;

 private:
  const std::uint64_t seed_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_STREAMS_H_
