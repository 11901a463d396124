// Says how far a long exploration is.

#ifndef MORTISE_PLATFORM_SIM_EXPLORE_PROGRESS_H_
#define MORTISE_PLATFORM_SIM_EXPLORE_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <iostream>

namespace mortise {
namespace sim {

// Writes a line to standard error every ten seconds of real time. For one
// thread.
class Progress {
 public:
  explicit Progress(std::uint64_t count) : count_(count) {}

  void Show(std::uint64_t done) {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < std::chrono::seconds(10)) return;
    shown_ = now;
    std::cerr << done << " of " << count_ << " seeds" << std::endl;
  }

 private:
  const std::uint64_t count_;
  std::chrono::steady_clock::time_point shown_ =
      std::chrono::steady_clock::now();
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_EXPLORE_PROGRESS_H_
