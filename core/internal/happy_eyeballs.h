// Happy Eyeballs: which address of a host to try next, and when. This decides
// and does nothing else: it has no socket and reads no clock.
//
//   HappyEyeballs race({kHappyEyeballsDelay, kResolutionDelay, 64});
//   race.Ask(IpFamily::kIpv6);   // and begin the look-up
//   race.Ask(IpFamily::kIpv4);
//   // Whenever something has happened:
//   race.Answer(IpFamily::kIpv6, addresses, now);
//   while (std::optional<AddrInfo> next = race.Next(now)) {
//     // Begin to connect to *next.
//     race.AttemptRuns(now);
//   }
//   if (race.IsOver()) ...       // nothing has worked
//   wait(race.Patience(now));
//
// Source: RFC 8305, sections 3 to 6.

#ifndef MORTISE_CORE_INTERNAL_HAPPY_EYEBALLS_H_
#define MORTISE_CORE_INTERNAL_HAPPY_EYEBALLS_H_

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/socket_address.h"

namespace mortise {
namespace internal {

enum class IpFamily { kIpv6, kIpv4 };

// By what the packets to the address are: an IPv4-mapped address is IPv4.
IpFamily FamilyOf(const AddrInfo& info);

// Times are those of any clock that does not go back. For one thread.
class HappyEyeballs {
 public:
  struct Settings {
    // How long after an attempt the next one begins beside it. If infinite, the
    // addresses are tried one by one, in the order in which they came.
    absl::Duration attempt_delay;
    // How long IPv4 addresses wait for the answer about IPv6 ones.
    absl::Duration resolution_delay;
    // How many attempts may run at once; more than 0.
    std::size_t most_at_once;
  };
  // Whether the IPv4 address is to be tried before the IPv6 one. Asked once at
  // most, if the two have been looked up separately and both are there.
  using Ipv4GoesFirst =
      std::function<bool(const SocketAddress& ipv6, const SocketAddress& ipv4)>;

  explicit HappyEyeballs(const Settings& settings,
                         Ipv4GoesFirst ipv4_goes_first = nullptr)
      : settings_(settings), ipv4_goes_first_(std::move(ipv4_goes_first)) {}

  // Adds addresses that have been looked up together and sorted. The family of
  // the first one begins.
  void Add(absl::Span<const AddrInfo> addresses);

  // The addresses of `family` are being looked up.
  void Ask(IpFamily family);
  // That look-up has ended. There are no addresses if it has failed.
  void Answer(IpFamily family, absl::Span<const AddrInfo> addresses,
              absl::Duration now);
  // Whether a look-up has not ended.
  bool IsAsking() const;

  // Returns the address to try now, or nullopt if none may be tried yet. If the
  // attempt neither connects nor fails at once, AttemptRuns follows.
  std::optional<AddrInfo> Next(absl::Duration now);
  void AttemptRuns(absl::Duration now);
  // An attempt that ran has failed.
  void AttemptFailed(absl::Duration now);

  // Returns after what time Next may return an address although nothing has
  // happened; infinite if it cannot.
  absl::Duration Patience(absl::Duration now) const;

  // Whether nothing runs, nothing is left to try, and nothing will be added.
  bool IsOver() const;

  // Returns what is left to try, in its order, and forgets it.
  std::vector<AddrInfo> TakeUntried();

 private:
  static constexpr std::size_t kFamilies = 2;

  std::deque<AddrInfo>& UntriedOf(IpFamily family) {
    return untried_[static_cast<std::size_t>(family)];
  }
  void Put(absl::Span<const AddrInfo> addresses);
  bool HasUntried() const;
  // When Next may return an address: not before one is there.
  absl::Duration NextMoment() const;
  // Takes the address whose turn it is. There is one.
  AddrInfo Take();

  const Settings settings_;
  const Ipv4GoesFirst ipv4_goes_first_;
  std::array<std::deque<AddrInfo>, kFamilies> untried_;
  std::array<bool, kFamilies> asking_ = {};
  // Whose turn it is. It is the other family's if this one has none left.
  IpFamily turn_ = IpFamily::kIpv6;
  // Whether it is known which family begins.
  bool has_begun_ = false;
  std::size_t running_ = 0;
  // The next attempt waits until then, if one is running.
  absl::Duration pause_ = -absl::InfiniteDuration();
  // The first attempt waits until then.
  absl::Duration resolution_ = -absl::InfiniteDuration();
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_HAPPY_EYEBALLS_H_
