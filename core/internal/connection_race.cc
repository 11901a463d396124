#include "mortise/core/internal/connection_race.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/addr_info_query.h"
#include "mortise/core/internal/address_selection.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/connection_attempt.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/happy_eyeballs.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace internal {

absl::Status NoAddressError(const Platform& platform, absl::string_view asked) {
  return PlatformError(
      platform, Operation::kCreateConnection, ErrorDomain::kGetAddrInfo,
      platform.facts().errors.Native(ErrorCode::kEaiNoname), asked);
}

ConnectionRace::ConnectionRace(const ConnectionPlan& plan,
                               std::vector<absl::Status>* errors)
    : plan_(plan),
      cancellation_(plan.cancellation()),
      errors_(errors != nullptr ? errors : &own_errors_),
      order_({plan.attempt_delay, plan.resolution_delay,
              ReadinessCalls::kMaxTargets},
             [&plan](const SocketAddress& ipv6, const SocketAddress& ipv4) {
               const Platform& platform = plan.attempts.platform;
               return CompareDestinations({ipv6, FindSource(platform, ipv6)},
                                          {ipv4, FindSource(platform, ipv4)}) >
                      0;
             }) {}

absl::Status ConnectionRace::LookUp(const HostPort& address) {
  GetAddrInfoOptions options;
  options.type = kSockStream;
  const absl::StatusOr<CallLimit> limit =
      LimitOf(plan_.attempts.platform, Operation::kGetAddrInfo,
              plan_.deadline.Remaining(), cancellation_);
  if (!limit.ok()) return limit.status();
  bool all_done = true;
  // RFC 8305, section 3: IPv6 first.
  for (const IpFamily family : {IpFamily::kIpv6, IpFamily::kIpv4}) {
    options.family = family == IpFamily::kIpv6 ? kAfInet6 : kAfInet;
    const absl::StatusOr<AddrInfoQuery> query =
        MakeQuery(address.host, absl::StrCat(address.port), options);
    if (!query.ok()) return query.status();
    order_.Ask(family);
    lookups_.emplace_back(plan_.attempts.platform, family, *query, *limit);
    all_done = all_done && lookups_.back().lookup.done();
  }
  if (all_done) return absl::OkStatus();
  answered_.emplace(plan_.attempts.platform.interrupts(),
                    plan_.attempts.platform.readiness());
  if (answered_->error() != 0) {
    return OsError(plan_.attempts.platform, Operation::kCreateConnection,
                   answered_->error());
  }
  for (FamilyLookup& each : lookups_) each.lookup.Wake(answered_->get());
  return absl::OkStatus();
}

absl::StatusOr<Socket> ConnectionRace::Run() {
  const TokenInterrupt token(cancellation_,
                             plan_.attempts.platform.readiness());
  if (token.error() != 0) {
    return PlatformError(plan_.attempts.platform, Operation::kCreateConnection,
                         ErrorDomain::kOs, token.error());
  }
  for (;;) {
    // Read before the last look: what is there then counts.
    const bool is_late = plan_.deadline.Remaining() <= absl::ZeroDuration();
    const bool cancelled = IsCancelled();
    TakeAnswers();
    std::optional<AddrInfo> next;
    if (!is_late) next = order_.Next(Now());
    if (next.has_value()) {
      std::optional<Socket> socket = Begin(*std::move(next));
      if (socket.has_value()) return Finish(*std::move(socket));
      continue;
    }
    if (order_.IsOver()) return Failure();
    const bool is_end = is_late || cancelled;
    std::size_t ended = running_.size();
    if (!is_end || !running_.empty()) {
      absl::Status waited = Wait(token.get(), is_end, &ended);
      if (!waited.ok()) return waited;
    }
    if (ended < running_.size()) {
      Attempt& attempt = running_[ended];
      absl::Status status = EndAttempt(attempt.socket, attempt.info);
      if (status.ok()) return Finish(std::move(attempt.socket));
      Drop(ended, std::move(status));
    } else if (is_end) {
      return GiveUp(cancelled ? &CancelledError : &TimeoutError);
    } else {
      DropSlow();
    }
  }
}

// Hands the answers that are there to `order_`.
void ConnectionRace::TakeAnswers() {
  // Cleared before the look, so that no answer is missed.
  if (!lookups_.empty() && answered_.has_value()) answered_->get()->Clear();
  for (auto each = lookups_.begin(); each != lookups_.end();) {
    if (!each->lookup.done()) {
      ++each;
      continue;
    }
    const absl::StatusOr<std::vector<AddrInfo>> found = TakeAddrInfos(
        plan_.attempts.platform, each->query, each->lookup.Take());
    absl::Span<const AddrInfo> addresses;
    if (!found.ok()) {
      KeepLookupError(each->family, found.status());
    } else if (found->empty()) {
      KeepLookupError(each->family, NoAddressError(plan_.attempts.platform,
                                                   TextOf(each->query)));
    } else {
      addresses = *found;
    }
    order_.Answer(each->family, addresses, Now());
    each = lookups_.erase(each);
  }
}

// An error tells more if it is another one than that nothing was found. Among
// equals, that of the IPv4 addresses does, which most hosts have.
void ConnectionRace::KeepLookupError(IpFamily family,
                                     const absl::Status& error) {
  const int rank =
      (IsNameNotFound(error) ? 0 : 2) + (family == IpFamily::kIpv4 ? 1 : 0);
  if (rank <= lookup_rank_) return;
  lookup_rank_ = rank;
  lookup_error_ = error;
}

// Begins the next attempt. Returns the socket if it is connected at once.
// Otherwise the attempt is under way, or it has failed and its error is in
// `errors_`.
std::optional<Socket> ConnectionRace::Begin(AddrInfo info) {
  has_tried_ = true;
  const Deadline deadline(plan_.attempts.platform.clock(),
                          plan_.attempt_timeout);
  std::optional<Socket> socket;
  absl::Status status = BeginAttempt(
      {plan_.attempts.platform, plan_.attempts.cancellation,
       plan_.attempts.source_address, plan_.attempts.source_reuse},
      info, std::min(plan_.deadline.Remaining(), deadline.Remaining()),
      &socket);
  if (status.ok()) return socket;
  if (!IsInProgress(status)) {
    errors_->push_back(std::move(status));
  } else if (plan_.timeout == absl::ZeroDuration()) {
    errors_->push_back(AttemptError(info, status));
  } else {
    running_.push_back({std::move(info), *std::move(socket), deadline});
    order_.AttemptRuns(Now());
  }
  return std::nullopt;
}

// Waits until an attempt or a look-up has ended, the next attempt may begin, a
// deadline has passed, or `token` is set. Does not wait if it should
// `only_look`. Sets `*ended` to the index of an attempt that has ended, and
// leaves it as it is if there is none.
absl::Status ConnectionRace::Wait(WaitInterrupt* token, bool only_look,
                                  std::size_t* ended) const {
  absl::Duration patience =
      only_look ? absl::ZeroDuration()
                : std::min(plan_.deadline.Remaining(), order_.Patience(Now()));
  std::vector<WaitTarget> targets;
  for (const Attempt& attempt : running_) {
    patience = std::min(patience, attempt.deadline.Remaining());
    targets.push_back({attempt.socket.native_handle(), WaitEvents::kConnected});
  }
  std::vector<WaitInterrupt*> interrupts;
  if (!lookups_.empty()) interrupts.push_back(answered_->get());
  if (token != nullptr) interrupts.push_back(token);
  const SysResult<std::size_t> ready =
      plan_.attempts.platform.readiness().WaitInterruptibly(targets, interrupts,
                                                            patience);
  if (ready.ok()) {
    *ended = std::min(ready.value, targets.size());
  } else if (PortableCode(plan_.attempts.platform, ErrorDomain::kOs,
                          ready.error) != ErrorCode::kEintr) {
    return PlatformError(
        plan_.attempts.platform, Operation::kCreateConnection, ErrorDomain::kOs,
        ready.error,
        running_.empty() ? "" : running_[0].info.address.ToString());
  }
  return absl::OkStatus();
}

// Ends a failed attempt. The next attempt may begin at once.
void ConnectionRace::Drop(std::size_t index, absl::Status why) {
  errors_->push_back(std::move(why));
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(index));
  order_.AttemptFailed(Now());
}

// Ends the attempts whose own deadline has passed.
void ConnectionRace::DropSlow() {
  for (std::size_t i = 0; i < running_.size();) {
    if (running_[i].deadline.Remaining() > absl::ZeroDuration()) {
      ++i;
    } else {
      Drop(i, TimeoutError(Operation::kConnect,
                           running_[i].info.address.ToString()));
    }
  }
}

absl::StatusOr<Socket> ConnectionRace::Finish(Socket socket) {
  TellLookupError();
  absl::Status set = socket.SetTimeout(plan_.timeout);
  if (!set.ok()) return set;
  return socket;
}

// `error` makes the error of each address and each look-up that is given up.
absl::Status ConnectionRace::GiveUp(EndError error) {
  std::vector<AddrInfo> given_up;
  for (Attempt& attempt : running_) given_up.push_back(std::move(attempt.info));
  for (AddrInfo& info : order_.TakeUntried()) {
    given_up.push_back(std::move(info));
  }
  for (const AddrInfo& info : given_up) {
    has_tried_ = true;
    errors_->push_back(error(Operation::kConnect, info.address.ToString()));
  }
  for (const FamilyLookup& each : lookups_) {
    KeepLookupError(each.family,
                    error(Operation::kGetAddrInfo, TextOf(each.query)));
  }
  return Failure();
}

// Adds the error of a look-up, unless nothing was found, which is common for
// one family. It comes first: the last error is to be that of an address.
void ConnectionRace::TellLookupError() {
  if (has_tried_ && !lookup_error_.ok() && !IsNameNotFound(lookup_error_)) {
    errors_->insert(errors_->begin(), lookup_error_);
  }
}

absl::Status ConnectionRace::Failure() {
  if (!has_tried_) return lookup_error_;
  TellLookupError();
  if (errors_->size() == 1) return errors_->back();
  return WithMessage(
      errors_->back(),
      absl::StrJoin(*errors_, "; ",
                    [](std::string* out, const absl::Status& error) {
                      absl::StrAppend(out, error.message());
                    }));
}

}  // namespace internal
}  // namespace mortise
