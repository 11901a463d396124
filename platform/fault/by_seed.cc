#include "mortise/platform/fault/by_seed.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/schedule/streams.h"

namespace mortise {
namespace fault {
namespace {

using Kind = CallFault::Kind;

// What goes wrong together.
enum Area {
  kInterrupted,
  kNotReady,
  kShort,
  kSlow,
  kNoDescriptors,
  kNoMemory,
  kRefused,
  kLost,
  kLostAfterwards,
  kCloses,
  kNames,
  kFiles,
  kAreas,
};

struct Candidate {
  Area area;
  Call call;
  Kind kind;
  ErrorCode code = ErrorCode::kUnmapped;
};

constexpr Candidate kCandidates[] = {
    {kInterrupted, Call::kAccept, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kConnect, Kind::kFailAfter, ErrorCode::kEintr},
    {kInterrupted, Call::kRecv, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kRecvFrom, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kRecvMsg, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kSend, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kSendTo, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kSendMsg, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kSendFile, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kWaitInterruptibly, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kWaitInterruptibly, Kind::kFailAfter,
     ErrorCode::kEintr},
    {kInterrupted, Call::kPollSetWait, Kind::kFail, ErrorCode::kEintr},
    {kInterrupted, Call::kPollSetWait, Kind::kFailAfter, ErrorCode::kEintr},
    {kInterrupted, Call::kSleep, Kind::kFail, ErrorCode::kEintr},

    {kNotReady, Call::kAccept, Kind::kWouldBlock},
    {kNotReady, Call::kRecv, Kind::kWouldBlock},
    {kNotReady, Call::kRecvFrom, Kind::kWouldBlock},
    {kNotReady, Call::kRecvMsg, Kind::kWouldBlock},
    {kNotReady, Call::kSend, Kind::kWouldBlock},
    {kNotReady, Call::kSendTo, Kind::kWouldBlock},
    {kNotReady, Call::kSendMsg, Kind::kWouldBlock},
    {kNotReady, Call::kSendFile, Kind::kWouldBlock},
    {kNotReady, Call::kWaitInterruptibly, Kind::kFalseReady},
    {kNotReady, Call::kPollSetWait, Kind::kFalseReady},

    {kShort, Call::kRecv, Kind::kCut},
    {kShort, Call::kRecvMsg, Kind::kCut},
    {kShort, Call::kSend, Kind::kCut},
    {kShort, Call::kSendMsg, Kind::kCut},
    {kShort, Call::kSendFile, Kind::kCut},
    {kShort, Call::kReadAt, Kind::kCut},
    {kShort, Call::kReadNext, Kind::kCut},
    {kShort, Call::kPollSetWait, Kind::kCut},

    {kSlow, Call::kAccept, Kind::kTake},
    {kSlow, Call::kConnect, Kind::kTake},
    {kSlow, Call::kRecv, Kind::kTake},
    {kSlow, Call::kSend, Kind::kTake},
    {kSlow, Call::kWaitInterruptibly, Kind::kTake},
    {kSlow, Call::kPollSetWait, Kind::kTake},
    {kSlow, Call::kNow, Kind::kTake},
    {kSlow, Call::kFindAddresses, Kind::kTake},

    {kNoDescriptors, Call::kSocket, Kind::kFail, ErrorCode::kEmfile},
    {kNoDescriptors, Call::kSocket, Kind::kFailAfter, ErrorCode::kEnfile},
    {kNoDescriptors, Call::kSocketPair, Kind::kFail, ErrorCode::kEmfile},
    {kNoDescriptors, Call::kSocketPair, Kind::kFailAfter, ErrorCode::kEnfile},
    {kNoDescriptors, Call::kDup, Kind::kFail, ErrorCode::kEmfile},
    {kNoDescriptors, Call::kAccept, Kind::kFail, ErrorCode::kEmfile},
    {kNoDescriptors, Call::kNewInterrupt, Kind::kFail, ErrorCode::kEmfile},
    {kNoDescriptors, Call::kNewInterrupt, Kind::kFailAfter, ErrorCode::kEmfile},
    {kNoDescriptors, Call::kNewPollSet, Kind::kFail, ErrorCode::kEmfile},
    {kNoDescriptors, Call::kNewPollSet, Kind::kFailAfter, ErrorCode::kEmfile},

    {kNoMemory, Call::kSocket, Kind::kFail, ErrorCode::kEnobufs},
    {kNoMemory, Call::kListen, Kind::kFail, ErrorCode::kEnobufs},
    {kNoMemory, Call::kAccept, Kind::kFail, ErrorCode::kEnobufs},
    {kNoMemory, Call::kConnect, Kind::kFail, ErrorCode::kEnobufs},
    {kNoMemory, Call::kRecv, Kind::kFail, ErrorCode::kEnobufs},
    {kNoMemory, Call::kSend, Kind::kFail, ErrorCode::kEnobufs},
    {kNoMemory, Call::kSendTo, Kind::kFail, ErrorCode::kEnobufs},
    {kNoMemory, Call::kSetSockOpt, Kind::kFail, ErrorCode::kEnobufs},
    {kNoMemory, Call::kPollSetAdd, Kind::kFail, ErrorCode::kEnobufs},

    {kRefused, Call::kBind, Kind::kFail, ErrorCode::kEaddrinuse},
    {kRefused, Call::kListen, Kind::kFail, ErrorCode::kEaddrinuse},
    {kRefused, Call::kConnect, Kind::kFail, ErrorCode::kEconnrefused},
    {kRefused, Call::kConnect, Kind::kFail, ErrorCode::kEnetunreach},
    {kRefused, Call::kConnect, Kind::kFail, ErrorCode::kEaddrnotavail},
    {kRefused, Call::kTakeError, Kind::kFail, ErrorCode::kEnobufs},

    {kLost, Call::kAccept, Kind::kFail, ErrorCode::kEconnaborted},
    {kLost, Call::kRecv, Kind::kFail, ErrorCode::kEconnreset},
    {kLost, Call::kRecv, Kind::kFail, ErrorCode::kEtimedout},
    {kLost, Call::kSend, Kind::kFail, ErrorCode::kEconnreset},
    {kLost, Call::kSend, Kind::kFail, ErrorCode::kEpipe},
    {kLost, Call::kShutdown, Kind::kFail, ErrorCode::kEnotconn},
    {kLost, Call::kGetPeerName, Kind::kFail, ErrorCode::kEnotconn},

    {kLostAfterwards, Call::kAccept, Kind::kFailAfter,
     ErrorCode::kEconnaborted},
    {kLostAfterwards, Call::kConnect, Kind::kFailAfter, ErrorCode::kEtimedout},
    {kLostAfterwards, Call::kRecv, Kind::kFailAfter, ErrorCode::kEconnreset},
    {kLostAfterwards, Call::kRecvMsg, Kind::kFailAfter, ErrorCode::kEconnreset},
    {kLostAfterwards, Call::kSend, Kind::kFailAfter, ErrorCode::kEconnreset},
    {kLostAfterwards, Call::kSendFile, Kind::kFailAfter,
     ErrorCode::kEconnreset},

    {kCloses, Call::kClose, Kind::kFail, ErrorCode::kEintr},
    {kCloses, Call::kClose, Kind::kFailAfter, ErrorCode::kEio},

    {kNames, Call::kFindAddresses, Kind::kFail, ErrorCode::kEaiAgain},
    {kNames, Call::kFindAddresses, Kind::kFail, ErrorCode::kNoThread},
    {kNames, Call::kBeginFindAddresses, Kind::kFail, ErrorCode::kEaiAgain},
    {kNames, Call::kBeginFindAddresses, Kind::kFailAfter, ErrorCode::kEaiFail},
    {kNames, Call::kFindName, Kind::kFail, ErrorCode::kEaiAgain},
    {kNames, Call::kFindHostByName, Kind::kFail, ErrorCode::kTryAgain},
    {kNames, Call::kFindHostByAddress, Kind::kFail, ErrorCode::kTryAgain},

    {kFiles, Call::kSendFile, Kind::kFail, ErrorCode::kUnsupported},
    {kFiles, Call::kSendFile, Kind::kFail, ErrorCode::kEio},
    {kFiles, Call::kReadAt, Kind::kFail, ErrorCode::kEio},
    {kFiles, Call::kReadNext, Kind::kFail, ErrorCode::kEio},
};

CallFault DrawFault(const Candidate& candidate, sim::Random& random) {
  switch (candidate.kind) {
    case Kind::kFail:
      return CallFault::Fail(candidate.code);
    case Kind::kFailAfter:
      return CallFault::FailAfter(candidate.code);
    case Kind::kCut:
      return CallFault::Cut(std::size_t{1} << random.Below(8));
    case Kind::kWouldBlock:
      return CallFault::WouldBlock();
    case Kind::kFalseReady:
      return CallFault::FalseReady();
    case Kind::kTake:
      break;
  }
  return CallFault::Take(absl::Milliseconds(random.Between(1, 500)));
}

When DrawWhen(sim::Random& random) {
  constexpr int kRates[] = {2, 3, 5, 10, 30};
  const int rate = kRates[random.Below(std::size(kRates))];
  switch (random.Below(4)) {
    case 0:
      return When::Nth(static_cast<int>(random.Between(1, 6)));
    case 1:
      return When::Every(rate);
    default:
      return When::OneIn(rate);
  }
}

// Returns which areas are on.
std::vector<bool> DrawAreas(const sim::Streams& streams, int most_areas) {
  sim::Random random = streams.For(sim::What("fault areas"), 0, 0);
  const int most = std::min<int>(most_areas, kAreas);
  const std::uint64_t count =
      1 + random.Below(static_cast<std::uint64_t>(most));
  std::vector<bool> areas(kAreas);
  for (std::uint64_t i = 0; i < count; ++i) {
    // A second choice of the same area leaves one area less.
    areas[random.Below(kAreas)] = true;
  }
  return areas;
}

}  // namespace

std::vector<Rule> DrawRules(CallFaults& faults, std::uint64_t seed,
                            int most_areas) {
  if (most_areas < 1) {
    sim::Fatal(absl::StrCat("DrawRules: most_areas must be 1 or more, not ",
                            most_areas));
  }
  const sim::Streams streams(seed);
  const std::vector<bool> areas = DrawAreas(streams, most_areas);
  std::vector<Rule> rules;
  for (std::size_t i = 0; i < std::size(kCandidates); ++i) {
    const Candidate& candidate = kCandidates[i];
    if (!areas[candidate.area]) continue;
    // A stream of its own, so that a candidate that is left out changes
    // nothing.
    sim::Random random = streams.For(sim::What("fault candidate"), i, 0);
    if (random.Chance(1, 3)) continue;
    const CallFault fault = DrawFault(candidate, random);
    const When when = DrawWhen(random);
    if (!faults.Check({candidate.call}, fault, when).ok()) continue;
    rules.push_back(faults.OnCalls({candidate.call}, fault, when));
  }
  return rules;
}

std::string Describe(const std::vector<Rule>& rules) {
  std::string text;
  for (const Rule& rule : rules) {
    absl::StrAppend(&text, rule.text(), ": ", rule.hits(), " hits\n");
  }
  return text;
}

}  // namespace fault
}  // namespace mortise
