#include "mortise/platform/sim/schedule/order.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "mortise/platform/sim/schedule/streams.h"

namespace mortise {
namespace sim {
namespace {

using Ready = std::vector<std::uint64_t>;

class RandomOrder : public OrderOfTurns {
 public:
  explicit RandomOrder(const Streams& streams) : streams_(streams) {}

  bool GoesOn(std::uint64_t thread, std::uint64_t decision,
              const Ready&) override {
    return streams_.For(What("go on"), thread, decision).Chance(7, 8);
  }
  std::size_t Next(std::uint64_t from, std::uint64_t decision,
                   const Ready& ready) override {
    return static_cast<std::size_t>(
        streams_.For(What("next"), from, decision).Below(ready.size()));
  }
  void Yields(std::uint64_t) override {}

 private:
  const Streams& streams_;
};

class PctOrder : public OrderOfTurns {
 public:
  PctOrder(const Streams& streams, int changes, std::uint64_t length)
      : streams_(streams) {
    for (int i = 0; i < changes; ++i) {
      changes_.insert(
          streams.For(What("change"), 0, static_cast<std::uint64_t>(i))
              .Below(length));
    }
  }

  bool GoesOn(std::uint64_t thread, std::uint64_t,
              const Ready& ready) override {
    if (changes_.count(points_++) > 0) Yields(thread);
    const Priority own = PriorityOf(thread);
    return std::none_of(ready.begin(), ready.end(), [&](std::uint64_t other) {
      return own < PriorityOf(other);
    });
  }
  std::size_t Next(std::uint64_t, std::uint64_t, const Ready& ready) override {
    const auto highest = std::max_element(
        ready.begin(), ready.end(), [this](std::uint64_t a, std::uint64_t b) {
          return PriorityOf(a) < PriorityOf(b);
        });
    return static_cast<std::size_t>(highest - ready.begin());
  }
  void Yields(std::uint64_t thread) override { lowered_[thread] = --lowest_; }

 private:
  struct Priority {
    // 0 for a thread that has never been made the last; else below 0.
    std::int64_t level;
    std::uint64_t drawn;
    std::uint64_t thread;  // So that no two are the same.

    bool operator<(const Priority& other) const {
      if (level != other.level) return level < other.level;
      if (drawn != other.drawn) return drawn < other.drawn;
      return thread < other.thread;
    }
  };

  Priority PriorityOf(std::uint64_t thread) const {
    const auto lowered = lowered_.find(thread);
    return {lowered == lowered_.end() ? 0 : lowered->second,
            streams_.For(What("priority"), thread, 0).Next(), thread};
  }

  const Streams& streams_;
  std::set<std::uint64_t> changes_;
  std::map<std::uint64_t, std::int64_t> lowered_;
  std::int64_t lowest_ = 0;
  std::uint64_t points_ = 0;
};

class FifoOrder : public OrderOfTurns {
 public:
  bool GoesOn(std::uint64_t, std::uint64_t, const Ready&) override {
    return true;
  }
  std::size_t Next(std::uint64_t, std::uint64_t, const Ready&) override {
    return 0;
  }
  void Yields(std::uint64_t) override {}
};

}  // namespace

std::unique_ptr<OrderOfTurns> OrderOfTurns::Create(Order order,
                                                   const Streams& streams,
                                                   int changes,
                                                   std::uint64_t length) {
  switch (order) {
    case Order::kPct:
      return std::make_unique<PctOrder>(streams, changes, length);
    case Order::kFifo:
      return std::make_unique<FifoOrder>();
    case Order::kRandom:
      break;
  }
  return std::make_unique<RandomOrder>(streams);
}

}  // namespace sim
}  // namespace mortise
