#include "mortise/platform/sim/kernel/options.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/native_number.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

constexpr int kMax = std::numeric_limits<int>::max();
constexpr Holders kAll = kTcpHolds | kUdpHolds | kUnixHolds;
constexpr Holders kIp = kTcpHolds | kUdpHolds;

// Sources: socket(7), ip(7), ipv6(7), tcp(7), udp(7), unix(7). Sizes of buffers
// are those of the design, and of Linux for AF_UNIX (a socket sets its own).
constexpr OptionRow kRows[] = {
    {Option::kReuseAddress, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_REUSEADDR", 0, 0, 0},
    {Option::kReusePort, OptionKind::kFlag, kIp, 0, "SOL_SOCKET",
     "SO_REUSEPORT", 0, 0, 0},
    {Option::kKeepAlive, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_KEEPALIVE", 0, 0, 0},
    {Option::kBroadcast, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_BROADCAST", 0, 0, 0},
    {Option::kDontRoute, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_DONTROUTE", 0, 0, 0},
    {Option::kOutOfBandInline, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_OOBINLINE", 0, 0, 0},
    {Option::kPriority, OptionKind::kInt, kAll, 0, "SOL_SOCKET", "SO_PRIORITY",
     0, 6, 0},
    {Option::kReceiveBuffer, OptionKind::kBuffer, kAll, 0, "SOL_SOCKET",
     "SO_RCVBUF", 2304, 425984, 262144},
    {Option::kSendBuffer, OptionKind::kBuffer, kAll, 0, "SOL_SOCKET",
     "SO_SNDBUF", 4608, 425984, 262144},
    {Option::kReceiveLowWater, OptionKind::kInt, kAll, 0, "SOL_SOCKET",
     "SO_RCVLOWAT", 0, kMax, 1},
    {Option::kSendLowWater, OptionKind::kReadOnly, kAll, 0, "SOL_SOCKET",
     "SO_SNDLOWAT", 0, 0, 1},
    {Option::kPassCredentials, OptionKind::kFlag, kUnixHolds, 0, "SOL_SOCKET",
     "SO_PASSCRED", 0, 0, 0},
    {Option::kTimestamp, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_TIMESTAMP", 0, 0, 0},
    {Option::kTimestampOld, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_TIMESTAMP_OLD", 0, 0, 0},
    {Option::kTimestampNew, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_TIMESTAMP_NEW", 0, 0, 0},
    {Option::kTimestampNs, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_TIMESTAMPNS", 0, 0, 0},
    {Option::kTimestampNsOld, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_TIMESTAMPNS_OLD", 0, 0, 0},
    {Option::kTimestampNsNew, OptionKind::kFlag, kAll, 0, "SOL_SOCKET",
     "SO_TIMESTAMPNS_NEW", 0, 0, 0},
    {Option::kLinger, OptionKind::kLinger, kAll, 0, "SOL_SOCKET", "SO_LINGER",
     0, 0, 0},
    {Option::kReceiveTimeout, OptionKind::kTimeout, kAll, 0, "SOL_SOCKET",
     "SO_RCVTIMEO", 0, 0, 0},
    {Option::kSendTimeout, OptionKind::kTimeout, kAll, 0, "SOL_SOCKET",
     "SO_SNDTIMEO", 0, 0, 0},
    {Option::kType, OptionKind::kReadOnly, kAll, 0, "SOL_SOCKET", "SO_TYPE", 0,
     0, 0},
    {Option::kFamily, OptionKind::kReadOnly, kAll, 0, "SOL_SOCKET", "SO_DOMAIN",
     0, 0, 0},
    {Option::kProtocol, OptionKind::kReadOnly, kAll, 0, "SOL_SOCKET",
     "SO_PROTOCOL", 0, 0, 0},
    {Option::kError, OptionKind::kReadOnly, kAll, 0, "SOL_SOCKET", "SO_ERROR",
     0, 0, 0},
    {Option::kAccepts, OptionKind::kReadOnly, kAll, 0, "SOL_SOCKET",
     "SO_ACCEPTCONN", 0, 0, 0},
    {Option::kPeerCredentials, OptionKind::kCredentials, kUnixHolds, 0,
     "SOL_SOCKET", "SO_PEERCRED", 0, 0, 0},

    {Option::kTtl, OptionKind::kInt, kIp, 0, "IPPROTO_IP", "IP_TTL", 1, 255,
     64},
    {Option::kTos, OptionKind::kInt, kIp, 0, "IPPROTO_IP", "IP_TOS", 0, 255, 0},
    {Option::kPacketInfo, OptionKind::kFlag, kIp, 0, "IPPROTO_IP", "IP_PKTINFO",
     0, 0, 0},
    {Option::kReceiveTtl, OptionKind::kFlag, kIp, 0, "IPPROTO_IP", "IP_RECVTTL",
     0, 0, 0},
    {Option::kReceiveTos, OptionKind::kFlag, kIp, 0, "IPPROTO_IP", "IP_RECVTOS",
     0, 0, 0},
    {Option::kDeferPort, OptionKind::kFlag, kIp, 0, "IPPROTO_IP",
     "IP_BIND_ADDRESS_NO_PORT", 0, 0, 0},
    {Option::kMulticastTtl, OptionKind::kInt, kUdpHolds, 0, "IPPROTO_IP",
     "IP_MULTICAST_TTL", 0, 255, 1},
    {Option::kMulticastLoop, OptionKind::kFlag, kUdpHolds, 0, "IPPROTO_IP",
     "IP_MULTICAST_LOOP", 0, 0, 1},
    {Option::kMtuDiscover, OptionKind::kInt, kIp, 0, "IPPROTO_IP",
     "IP_MTU_DISCOVER", 0, 5, 1},

    {Option::kV6Only, OptionKind::kFlag, kIp, kV6Holds, "IPPROTO_IPV6",
     "IPV6_V6ONLY", 0, 0, 0},
    {Option::kHopLimit, OptionKind::kInt, kIp, kV6Holds, "IPPROTO_IPV6",
     "IPV6_UNICAST_HOPS", -1, 255, 64},
    {Option::kTrafficClass, OptionKind::kInt, kIp, kV6Holds, "IPPROTO_IPV6",
     "IPV6_TCLASS", -1, 255, 0},
    {Option::kV6PacketInfo, OptionKind::kFlag, kIp, kV6Holds, "IPPROTO_IPV6",
     "IPV6_RECVPKTINFO", 0, 0, 0},
    {Option::kReceiveHopLimit, OptionKind::kFlag, kIp, kV6Holds, "IPPROTO_IPV6",
     "IPV6_RECVHOPLIMIT", 0, 0, 0},
    {Option::kReceiveTrafficClass, OptionKind::kFlag, kIp, kV6Holds,
     "IPPROTO_IPV6", "IPV6_RECVTCLASS", 0, 0, 0},
    {Option::kV6MulticastHops, OptionKind::kInt, kUdpHolds, kV6Holds,
     "IPPROTO_IPV6", "IPV6_MULTICAST_HOPS", -1, 255, 1},
    {Option::kV6MulticastLoop, OptionKind::kFlag, kUdpHolds, kV6Holds,
     "IPPROTO_IPV6", "IPV6_MULTICAST_LOOP", 0, 0, 1},

    {Option::kNoDelay, OptionKind::kFlag, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_NODELAY", 0, 0, 0},
    {Option::kMaxSegment, OptionKind::kInt, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_MAXSEG", 88, 65535, 536},
    {Option::kCork, OptionKind::kFlag, kTcpHolds, 0, "IPPROTO_TCP", "TCP_CORK",
     0, 0, 0},
    {Option::kKeepIdle, OptionKind::kInt, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_KEEPIDLE", 1, 32767, 7200},
    {Option::kKeepInterval, OptionKind::kInt, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_KEEPINTVL", 1, 32767, 75},
    {Option::kKeepCount, OptionKind::kInt, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_KEEPCNT", 1, 127, 9},
    {Option::kUserTimeout, OptionKind::kInt, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_USER_TIMEOUT", 0, kMax, 0},
    {Option::kDeferAccept, OptionKind::kInt, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_DEFER_ACCEPT", 0, kMax, 0},
    {Option::kQuickAck, OptionKind::kFlag, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_QUICKACK", 0, 0, 1},
    {Option::kFinTimeout, OptionKind::kInt, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_LINGER2", -1, 60, 60},
    {Option::kSynCount, OptionKind::kInt, kTcpHolds, 0, "IPPROTO_TCP",
     "TCP_SYNCNT", 1, 127, 6},
};
static_assert(sizeof(kRows) / sizeof(kRows[0]) == kOptionCount,
              "a row for each option");

constexpr bool RowsAreInOrder() {
  std::size_t index = 0;
  for (const OptionRow& row : kRows) {
    if (static_cast<std::size_t>(row.option) != index++) return false;
  }
  return true;
}
static_assert(RowsAreInOrder(), "RowOf takes the number for the place");

// struct linger has two ints, which are shorts on Windows, and struct timeval
// has the sizes of the build. On Windows a time limit is an int that counts
// milliseconds.
#ifdef _WIN32
using LingerNumber = std::uint16_t;
constexpr bool kTimeoutIsInt = true;
#else
using LingerNumber = int;
constexpr bool kTimeoutIsInt = false;
#endif
struct Linger {
  LingerNumber on;
  LingerNumber seconds;
};
struct Timeval {
  std::time_t seconds;
  long microseconds;  // NOLINT: suseconds_t
};

ErrorCode SetTimeout(absl::Span<const char> value, Time* timeout) {
  Time limit = 0;
  if (kTimeoutIsInt) {
    const Result<int> milliseconds = ReadIntOption(value);
    if (!milliseconds.ok()) return milliseconds.error;
    limit = std::max(milliseconds.value, 0) * kMillisecond;
  } else {
    Timeval native;
    if (value.data() == nullptr) return ErrorCode::kEfault;
    if (value.size() < sizeof(native)) return ErrorCode::kEinval;
    std::memcpy(&native, value.data(), sizeof(native));
    if (native.microseconds < 0 || native.microseconds >= 1000000) {
      return ErrorCode::kEoverflow;
    }
    limit = native.seconds < 0 ? 0
            : native.seconds > kNever / kSecond - 1
                ? kNever
                : native.seconds * kSecond + native.microseconds * kMicrosecond;
  }
  *timeout = limit == 0 ? kNever : limit;
  return kDone;
}

template <typename Structure>
std::string BytesOf(const Structure& structure) {
  return std::string(reinterpret_cast<const char*>(&structure),
                     sizeof(structure));
}

std::string ReadTimeout(Time timeout) {
  if (timeout == kNever) timeout = 0;
  if (kTimeoutIsInt) return IntOption(static_cast<int>(timeout / kMillisecond));
  Timeval native = {};
  native.seconds = static_cast<std::time_t>(timeout / kSecond);
  native.microseconds = timeout % kSecond / kMicrosecond;
  return BytesOf(native);
}

ErrorCode SetLinger(absl::Span<const char> value, OptionValues* values) {
  Linger native;
  if (value.data() == nullptr) return ErrorCode::kEfault;
  if (value.size() < sizeof(native)) return ErrorCode::kEinval;
  std::memcpy(&native, value.data(), sizeof(native));
  values->lingers = native.on != 0;
  values->linger_seconds = native.seconds;
  return kDone;
}

}  // namespace

const OptionRow& RowOf(Option option) {
  return kRows[static_cast<std::size_t>(option)];
}

namespace {

// The rows by level and name. Two options can have the same number, such as
// SO_TIMESTAMP and SO_TIMESTAMP_OLD; the first row is that of both.
using Index = std::map<std::pair<int, int>, const OptionRow*>;

const Index& AllOptions() {
  static const auto* const index = [] {
    auto* const made = new Index;
    for (const OptionRow& row : kRows) {
      const std::optional<int> level = NativeNumber(row.level);
      const std::optional<int> name = NativeNumber(row.name);
      if (!level.has_value() || !name.has_value()) continue;
      made->emplace(std::make_pair(*level, *name), &row);
    }
    return made;
  }();
  return *index;
}

}  // namespace

const OptionRow* FindOption(int level, int name) {
  const auto found = AllOptions().find({level, name});
  return found == AllOptions().end() ? nullptr : found->second;
}

int NumberOf(Option option) {
  static const auto* const numbers = [] {
    auto* const made = new std::array<int, kOptionCount>;
    for (const OptionRow& row : kRows) {
      (*made)[static_cast<std::size_t>(row.option)] =
          NativeNumber(row.name).value_or(0);
    }
    return made;
  }();
  return (*numbers)[static_cast<std::size_t>(option)];
}

OptionValues::OptionValues() {
  for (std::size_t i = 0; i < kOptionCount; ++i) values_[i] = kRows[i].initial;
}

Result<int> ReadIntOption(absl::Span<const char> value) {
  int number = 0;
  if (value.size() < sizeof(number)) return {0, ErrorCode::kEinval};
  if (value.data() == nullptr) return {0, ErrorCode::kEfault};
  std::memcpy(&number, value.data(), sizeof(number));
  return {number, kDone};
}

ErrorCode SetOption(const OptionRow& row, absl::Span<const char> value,
                    OptionValues* values) {
  switch (row.kind) {
    case OptionKind::kLinger:
      return SetLinger(value, values);
    case OptionKind::kTimeout:
      return SetTimeout(value, row.option == Option::kReceiveTimeout
                                   ? &values->receive_timeout
                                   : &values->send_timeout);
    case OptionKind::kReadOnly:
    case OptionKind::kCredentials:
      return ErrorCode::kEnoprotoopt;
    default:
      break;
  }
  const Result<int> number = ReadIntOption(value);
  if (!number.ok()) return number.error;
  switch (row.kind) {
    case OptionKind::kFlag:
      values->Set(row.option, number.value != 0 ? 1 : 0);
      return kDone;
    case OptionKind::kBuffer:
      // Linux doubles what it is asked for.
      values->Set(row.option, number.value > row.most / 2
                                  ? row.most
                                  : std::max(2 * number.value, row.least));
      return kDone;
    default:
      if (number.value < row.least || number.value > row.most) {
        return ErrorCode::kEinval;
      }
      values->Set(row.option, number.value);
      return kDone;
  }
}

std::string IntOption(int value) { return BytesOf(value); }

std::string ReadOption(const OptionRow& row, const OptionValues& values) {
  switch (row.kind) {
    case OptionKind::kLinger: {
      Linger native = {};
      native.on = values.lingers ? 1 : 0;
      native.seconds = static_cast<LingerNumber>(values.linger_seconds);
      return BytesOf(native);
    }
    case OptionKind::kTimeout:
      return ReadTimeout(row.option == Option::kReceiveTimeout
                             ? values.receive_timeout
                             : values.send_timeout);
    default:
      return IntOption(values[row.option]);
  }
}

}  // namespace sim
}  // namespace mortise
