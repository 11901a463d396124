#include "mortise/platform/sim/net/link.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/numeric/int128.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

// The least that RFC 791 allows, and what the loopback interface has.
constexpr std::uint32_t kLeastMtu = 68;
constexpr std::uint32_t kMostMtu = 65536;

constexpr std::size_t kIpv4Header = 20;
// With the extension header for fragments. Source: RFC 8200, section 4.5.
constexpr std::size_t kIpv6FragmentHeaders = 40 + 8;
constexpr std::size_t kIpv6Header = 40;

void CheckRatio(const Ratio& ratio, const char* argument) {
  CheckArgument(ratio.of != 0 && ratio.times <= ratio.of, argument,
                "must be at most 1, and a ratio of something");
}

// A packet in pieces.
struct Pieces {
  std::size_t count = 1;
  std::size_t bytes = 0;  // of all, with their headers
};

// Source: RFC 791, section 3.2, and RFC 8200, section 4.5: each fragment but
// the last one carries a multiple of 8 bytes.
Pieces Cut(const PacketSize& size, std::uint32_t link_mtu) {
  const std::size_t mtu =
      std::max(std::min(link_mtu, size.interface_mtu), kLeastMtu);
  if (size.bytes <= mtu) return {1, size.bytes};
  const std::size_t whole = size.is_v4 ? kIpv4Header : kIpv6Header;
  const std::size_t each = size.is_v4 ? kIpv4Header : kIpv6FragmentHeaders;
  const std::size_t carried = (mtu - each) / 8 * 8;
  const std::size_t data = size.bytes - whole;
  const std::size_t count = (data + carried - 1) / carried;
  return {count, data + count * each};
}

// Only tells models apart: what it is depends on what the process did before.
std::uint64_t NextNumber() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

LinkModel::LinkModel(const LinkOptions& options)
    : number_(NextNumber()),
      latency_min_(TimeOf(options.latency_min)),
      latency_spread_(0),
      rate_(static_cast<std::uint64_t>(options.rate)),
      longest_wait_(0),
      loss_(options.loss),
      duplication_(options.duplication),
      reordering_(options.reordering),
      reordering_delay_(TimeOf(options.reordering_delay)),
      mtu_(options.mtu),
      routers_(options.routers) {
  CheckArgument(options.latency_min >= absl::ZeroDuration(),
                "LinkOptions::latency_min", "must not be negative");
  CheckArgument(options.latency_mean >= options.latency_min,
                "LinkOptions::latency_mean",
                "must not be less than latency_min");
  CheckArgument(options.rate >= 0, "LinkOptions::rate", "must not be negative");
  CheckArgument(options.queue >= 0, "LinkOptions::queue",
                "must not be negative");
  latency_spread_ = TimeOf(options.latency_mean) - latency_min_;
  CheckRatio(options.loss, "LinkOptions::loss");
  CheckRatio(options.duplication, "LinkOptions::duplication");
  CheckRatio(options.reordering, "LinkOptions::reordering");
  CheckArgument(options.reordering_delay > absl::ZeroDuration(),
                "LinkOptions::reordering_delay", "must be positive");
  CheckArgument(options.mtu >= kLeastMtu && options.mtu <= kMostMtu,
                "LinkOptions::mtu", "must be between 68 and 65536");
  CheckArgument(options.routers >= 0 && options.routers <= 255,
                "LinkOptions::routers", "must be between 0 and 255");
  if (has_rate()) {
    longest_wait_ = TimeToSend(static_cast<std::uint64_t>(options.queue));
  }
}

Time LinkModel::TimeToSend(std::uint64_t bytes) const {
  const absl::uint128 second = static_cast<std::uint64_t>(kSecond);
  const absl::uint128 time = (bytes * second + (rate_ - 1)) / rate_;
  return time > static_cast<std::uint64_t>(kNever)
             ? kNever
             : static_cast<Time>(absl::Uint128Low64(time));
}

Time Link::Latency(const LinkModel& model, What what,
                   std::uint64_t number) const {
  if (model.latency_spread() == 0) return model.latency_min();
  Random random = streams_.For(what, identity_, number);
  return Later(model.latency_min(), random.Exponential(model.latency_spread()));
}

Transit Link::Carry(const LinkModel& model, const PacketSize& size,
                    std::uint64_t number, Time now) {
  constexpr What kLoss("link: loss");
  constexpr What kLatency("link: latency");
  constexpr What kReordering("link: reordering");
  constexpr What kDuplication("link: duplication");
  constexpr What kLatencyOfCopy("link: latency of the copy");

  if (model.number() != model_number_) {
    model_number_ = model.number();
    free_at_ = 0;
    last_arrival_ = 0;
  }
  Transit transit;
  Time sent = now;
  Pieces pieces;
  if (!model.takes_large_segments()) {
    pieces = Cut(size, model.mtu());
  }
  if (model.has_rate()) {
    const Time time = model.TimeToSend(pieces.bytes);
    const Time begin = std::max(now, free_at_);
    sent = Later(begin, time);
    if (begin > now && sent - now > model.longest_wait()) {
      transit.loss = Transit::Loss::kQueueFull;
      return transit;
    }
    free_at_ = sent;
  }
  if (model.loss().times != 0) {
    Random random = streams_.For(kLoss, identity_, number);
    for (std::size_t i = 0; i < pieces.count; ++i) {
      if (random.Chance(model.loss().times, model.loss().of)) {
        transit.loss = Transit::Loss::kLost;
      }
    }
    if (transit.loss != Transit::Loss::kNone) return transit;
  }
  const Time in_order =
      std::max(Later(sent, Latency(model, kLatency, number)), last_arrival_);
  Random reordering = streams_.For(kReordering, identity_, number);
  if (model.reordering().times != 0 &&
      reordering.Chance(model.reordering().times, model.reordering().of)) {
    // Those behind need not wait for it.
    const Time held =
        Later(1, reordering.Exponential(model.reordering_delay()));
    transit.arrivals.push_back(Later(in_order, held));
  } else {
    last_arrival_ = in_order;
    transit.arrivals.push_back(in_order);
  }
  if (model.duplication().times != 0 &&
      streams_.For(kDuplication, identity_, number)
          .Chance(model.duplication().times, model.duplication().of)) {
    last_arrival_ = std::max(
        Later(sent, Latency(model, kLatencyOfCopy, number)), last_arrival_);
    transit.arrivals.push_back(last_arrival_);
  }
  return transit;
}

}  // namespace sim
}  // namespace mortise
