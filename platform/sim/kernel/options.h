// The options of simulated sockets, as one table.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_OPTIONS_H_
#define MORTISE_PLATFORM_SIM_KERNEL_OPTIONS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

enum class Option : std::uint8_t {
  // Level SOL_SOCKET.
  kReuseAddress,
  kReusePort,
  kKeepAlive,
  kBroadcast,
  kDontRoute,
  kOutOfBandInline,
  kPriority,
  kReceiveBuffer,
  kSendBuffer,
  kReceiveLowWater,
  kSendLowWater,
  kPassCredentials,
  kTimestamp,
  kTimestampOld,
  kTimestampNew,
  kTimestampNs,
  kTimestampNsOld,
  kTimestampNsNew,
  kLinger,
  kReceiveTimeout,
  kSendTimeout,
  kType,
  kFamily,
  kProtocol,
  kError,
  kAccepts,
  kPeerCredentials,
  // Level IPPROTO_IP.
  kTtl,
  kTos,
  kPacketInfo,
  kReceiveTtl,
  kReceiveTos,
  kDeferPort,
  kMulticastTtl,
  kMulticastLoop,
  kMtuDiscover,
  // Level IPPROTO_IPV6.
  kV6Only,
  kHopLimit,
  kTrafficClass,
  kV6PacketInfo,
  kReceiveHopLimit,
  kReceiveTrafficClass,
  kV6MulticastHops,
  kV6MulticastLoop,
  // Level IPPROTO_TCP.
  kNoDelay,
  kMaxSegment,
  kCork,
  kKeepIdle,
  kKeepInterval,
  kKeepCount,
  kUserTimeout,
  kDeferAccept,
  kQuickAck,
  kFinTimeout,
  kSynCount,

  kCount,
};

inline constexpr std::size_t kOptionCount =
    static_cast<std::size_t>(Option::kCount);

// What the value of an option is.
enum class OptionKind : std::uint8_t {
  kFlag,         // an int that reads back as 0 or 1
  kInt,          // an int within a range
  kBuffer,       // a size that reads back doubled
  kLinger,       // struct linger
  kTimeout,      // struct timeval
  kReadOnly,     // an int that cannot be set
  kCredentials,  // struct ucred, which cannot be set
};

// Which sockets have an option. A set.
using Holders = std::uint8_t;
inline constexpr Holders kTcpHolds = 1;
inline constexpr Holders kUdpHolds = 2;
inline constexpr Holders kUnixHolds = 4;
inline constexpr Holders kV4Holds = 8;
inline constexpr Holders kV6Holds = 16;

struct OptionRow {
  Option option;
  OptionKind kind;
  // A socket has the option if it has one of these bits in `transports`, and
  // one in `families` or `families` is 0.
  Holders transports;
  Holders families;
  const char* level;
  const char* name;
  int least;
  int most;
  int initial;
};

// Returns the row of `option`.
const OptionRow& RowOf(Option option);

// Returns the row of the option that has this level and name in the build's
// headers, or nullptr. A name that the headers lack is no option.
const OptionRow* FindOption(int level, int name);

// The number of `option` in the build's headers, or 0 if they lack it.
int NumberOf(Option option);

// The values of one socket. A value type. Thread safety: none.
class OptionValues {
 public:
  OptionValues();

  int operator[](Option option) const {
    return values_[static_cast<std::size_t>(option)];
  }
  bool Has(Option option) const { return (*this)[option] != 0; }
  void Set(Option option, int value) {
    values_[static_cast<std::size_t>(option)] = value;
  }

  // SO_RCVTIMEO and SO_SNDTIMEO. kNever means no limit.
  Time receive_timeout = kNever;
  Time send_timeout = kNever;
  // SO_LINGER.
  bool lingers = false;
  int linger_seconds = 0;

 private:
  std::array<int, kOptionCount> values_;
};

// Reads an int that the caller of setsockopt has passed. Returns kEfault for a
// length without bytes, and kEinval for too few bytes.
Result<int> ReadIntOption(absl::Span<const char> value);

// Sets `row` to `value`, with the checks of its kind. kReadOnly options are
// refused.
ErrorCode SetOption(const OptionRow& row, absl::Span<const char> value,
                    OptionValues* values);

// The bytes of an option, as getsockopt returns them.
std::string IntOption(int value);
std::string ReadOption(const OptionRow& row, const OptionValues& values);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_OPTIONS_H_
