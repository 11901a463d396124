#include "mortise/core/create_connection.h"

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
#include "mortise/core/address.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/default_timeout.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/internal/any_host.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/core/internal/overloaded.h"
#include "mortise/core/internal/resolve.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::Deadline;
using internal::Operation;
using internal::PlatformError;

// The options of one call, checked and with its deadline.
struct Plan {
  Platform& platform;
  const CreateConnectionOptions& options;
  // The timeout of the socket and of the whole call.
  absl::Duration timeout;
  Deadline deadline;
  // nullptr if there is none.
  internal::CancellationState* cancellation;
};

absl::Status OutOfRange(absl::string_view argument,
                        absl::string_view complaint) {
  return ArgumentError(absl::StatusCode::kOutOfRange,
                       Operation::kCreateConnection, argument, complaint);
}

// Checks `address` for AF_INET6, because the family is not known yet and every
// host and port that AF_INET takes is right for AF_INET6 as well.
absl::Status CheckHostPort(Platform& platform, const HostPort& address) {
  return internal::CheckHostPort(
      {platform, kAfInet6, Operation::kCreateConnection}, address);
}

absl::Status CheckOptions(Platform& platform,
                          const CreateConnectionOptions& options) {
  absl::Status valid;
  if (options.timeout.has_value()) {
    valid = internal::CheckNotNegative(Operation::kCreateConnection, "timeout",
                                       *options.timeout);
  }
  if (valid.ok()) {
    valid = internal::CheckNotNegative(Operation::kCreateConnection,
                                       "attempt_delay", options.attempt_delay);
  }
  if (valid.ok() && options.attempt_timeout <= absl::ZeroDuration()) {
    valid =
        OutOfRange("attempt_timeout",
                   absl::StrCat(absl::FormatDuration(options.attempt_timeout),
                                " is not more than zero"));
  }
  if (valid.ok() && options.source_address.has_value() &&
      options.source_address->host_port() != nullptr) {
    valid = CheckHostPort(platform, *options.source_address->host_port());
  }
  return valid;
}

// Whether packets to the address are IPv4 packets.
bool IsByIpv4(const AddrInfo& info) {
  return info.family == kAfInet || info.address.IsIpv4Mapped();
}

// The order of RFC 8305, section 4: the families take turns, and each keeps the
// order that it has.
std::vector<const AddrInfo*> TakingTurns(absl::Span<const AddrInfo> addresses) {
  std::vector<const AddrInfo*> first;
  std::vector<const AddrInfo*> second;
  for (const AddrInfo& info : addresses) {
    (IsByIpv4(info) == IsByIpv4(addresses[0]) ? first : second)
        .push_back(&info);
  }
  std::vector<const AddrInfo*> order;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) order.push_back(first[i]);
    if (i < second.size()) order.push_back(second[i]);
  }
  return order;
}

std::vector<const AddrInfo*> OneByOne(absl::Span<const AddrInfo> addresses) {
  std::vector<const AddrInfo*> order;
  for (const AddrInfo& info : addresses) order.push_back(&info);
  return order;
}

// The attempts to connect. They run one after the other or at the same time;
// the only difference is how long the next attempt waits. All of them use
// non-blocking sockets.
class ConnectionAttempts {
 public:
  ConnectionAttempts(const Plan& plan, absl::Span<const AddrInfo> addresses)
      : plan_(plan),
        order_(plan.options.attempt_delay == absl::InfiniteDuration()
                   ? OneByOne(addresses)
                   : TakingTurns(addresses)),
        pause_(Now()) {}

  // `errors` receives the error of each address that has failed. They stay
  // there even if another address succeeds.
  absl::StatusOr<Socket> Run(std::vector<absl::Status>* errors) {
    errors_ = errors;
    const internal::TokenInterrupt token(plan_.cancellation,
                                         plan_.platform.readiness());
    if (token.error() != 0) {
      return PlatformError(plan_.platform, Operation::kCreateConnection,
                           ErrorDomain::kOs, token.error());
    }
    for (;;) {
      if (plan_.deadline.Remaining() <= absl::ZeroDuration()) {
        return GiveUp(IsCancelled() ? &internal::CancelledError
                                    : &internal::TimeoutError);
      }
      if (MayBegin()) {
        std::optional<Socket> socket = Begin(*order_[next_++]);
        if (socket.has_value()) return Finish(*std::move(socket));
        continue;
      }
      if (running_.empty()) return Failure();
      // Read before the last look: what is there then counts.
      const bool cancelled = IsCancelled();
      std::size_t ended = running_.size();
      absl::Status waited = Wait(token.span(), cancelled, &ended);
      if (!waited.ok()) return waited;
      if (ended == running_.size()) {
        if (cancelled) return GiveUp(&internal::CancelledError);
        DropSlow();
        continue;
      }
      const SysResult<int> pending = plan_.platform.sockets().TakeError(
          running_[ended].socket.native_handle());
      const int error = pending.ok() ? pending.value : pending.error;
      if (error == 0) return Finish(std::move(running_[ended].socket));
      Drop(ended,
           PlatformError(plan_.platform, Operation::kConnect, ErrorDomain::kOs,
                         error, running_[ended].info->address.ToString()));
    }
  }

 private:
  // An attempt that is under way.
  struct ConnectionAttempt {
    const AddrInfo* info;
    Socket socket;
    Deadline deadline;
  };

  // A deadline that has passed.
  Deadline Now() const { return After(absl::ZeroDuration()); }
  Deadline After(absl::Duration duration) const {
    return Deadline(plan_.platform.clock(), duration);
  }

  bool IsCancelled() const {
    return plan_.cancellation != nullptr && plan_.cancellation->is_cancelled();
  }

  bool HasNext() const {
    return next_ < order_.size() &&
           running_.size() < ReadinessCalls::kMaxTargets;
  }
  bool MayBegin() const {
    return HasNext() &&
           (running_.empty() || pause_.Remaining() <= absl::ZeroDuration());
  }

  // Begins the next attempt. Returns the socket if it is connected at once.
  // Otherwise the attempt is under way, or it has failed and its error is in
  // `errors_`.
  std::optional<Socket> Begin(const AddrInfo& info) {
    const Deadline deadline = After(plan_.options.attempt_timeout);
    absl::StatusOr<Socket> socket =
        Socket::Create(info.family, info.type, info.protocol, &plan_.platform);
    absl::Status status = socket.status();
    if (status.ok()) {
      status = socket->SetCancellation(plan_.options.cancellation);
    }
    // Linux refuses the option for raw sockets.
    if (status.ok() && info.type != kSockRaw && info.address.IsIpv4Mapped()) {
      status = socket->SetSockOpt(kIpprotoIpv6, kIpv6V6only, 0);
    }
    if (status.ok()) status = BindSource(*socket, deadline);
    if (status.ok()) status = socket->SetBlocking(false);
    if (!status.ok()) {
      errors_->push_back(InContext(info, status));
      return std::nullopt;
    }

    status = socket->Connect(info.address);
    if (status.ok()) return *std::move(socket);
    if (!IsInProgress(status)) {
      errors_->push_back(std::move(status));
    } else if (plan_.timeout == absl::ZeroDuration()) {
      errors_->push_back(InContext(info, status));
    } else {
      running_.push_back({&info, *std::move(socket), deadline});
      pause_ = After(plan_.options.attempt_delay);
    }
    return std::nullopt;
  }

  // Whether `source` leaves the port of an IP address to the system.
  static bool HasNoPort(const Address& source) {
    return source.Visit(internal::Overloaded{
        [](const HostPort& host_port) { return host_port.port == 0; },
        [](const SocketAddress& address) {
          return (address.family() == kAfInet ||
                  address.family() == kAfInet6) &&
                 address.port() == 0;
        },
        [](const auto&) { return false; }});
  }

  absl::Status BindSource(Socket& socket, const Deadline& attempt) const {
    if (!plan_.options.source_address.has_value()) return absl::OkStatus();
    // The source may be a name that has to be looked up. The look-up may take
    // the time that is left for the call and for this attempt. It gets more
    // than zero, because a zero timeout would let it take for ever.
    absl::Status status = socket.SetTimeout(
        std::max(std::min(plan_.deadline.Remaining(), attempt.Remaining()),
                 absl::Nanoseconds(1)));
    if (status.ok() && plan_.options.source_reuse != AddressReuse::kExclusive) {
      status = socket.SetAddressReuse(plan_.options.source_reuse);
    }
    if (!status.ok()) return status;
    // Without this, each connection would use up a port of the source address.
    // An error is ignored: a system that lacks the option can only do that.
    if (socket.type() == kSockStream &&
        HasNoPort(*plan_.options.source_address)) {
      plan_.platform.sockets().DeferPort(socket.native_handle());
    }
    return socket.Bind(
        internal::WithAnyHost(*plan_.options.source_address, socket.family()));
  }

  // Waits until an attempt has ended, the next one may begin, a deadline has
  // passed, or one of `interrupts` is set. Only looks if the call is
  // `cancelled`. Sets `*ended` to the index of an attempt that has ended, and
  // leaves it as it is if there is none.
  absl::Status Wait(absl::Span<WaitInterrupt* const> interrupts, bool cancelled,
                    std::size_t* ended) const {
    absl::Duration patience =
        cancelled ? absl::ZeroDuration() : plan_.deadline.Remaining();
    if (HasNext()) patience = std::min(patience, pause_.Remaining());
    std::vector<WaitTarget> targets;
    for (const ConnectionAttempt& attempt : running_) {
      patience = std::min(patience, attempt.deadline.Remaining());
      targets.push_back(
          {attempt.socket.native_handle(), WaitEvents::kConnected});
    }
    const SysResult<std::size_t> ready =
        plan_.platform.readiness().WaitInterruptibly(targets, interrupts,
                                                     patience);
    if (ready.ok()) {
      *ended = std::min(ready.value, targets.size());
    } else if (internal::PortableCode(plan_.platform, ErrorDomain::kOs,
                                      ready.error) != ErrorCode::kEintr) {
      return PlatformError(plan_.platform, Operation::kCreateConnection,
                           ErrorDomain::kOs, ready.error,
                           running_[0].info->address.ToString());
    }
    return absl::OkStatus();
  }

  // Ends a failed attempt. The next attempt may begin at once.
  void Drop(std::size_t index, absl::Status why) {
    errors_->push_back(std::move(why));
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(index));
    pause_ = Now();
  }

  // Ends the attempts whose own deadline has passed.
  void DropSlow() {
    for (std::size_t i = 0; i < running_.size();) {
      if (running_[i].deadline.Remaining() > absl::ZeroDuration()) {
        ++i;
      } else {
        Drop(i, TimedOut(*running_[i].info));
      }
    }
  }

  absl::StatusOr<Socket> Finish(Socket socket) const {
    absl::Status set = socket.SetTimeout(plan_.timeout);
    if (!set.ok()) return set;
    return socket;
  }

  // `error` makes the error of each address that is given up.
  absl::Status GiveUp(absl::Status (*error)(Operation, absl::string_view)) {
    for (const ConnectionAttempt& attempt : running_) {
      errors_->push_back(
          error(Operation::kConnect, attempt.info->address.ToString()));
    }
    for (; next_ < order_.size(); ++next_) {
      errors_->push_back(
          error(Operation::kConnect, order_[next_]->address.ToString()));
    }
    return Failure();
  }

  absl::Status Failure() const {
    if (errors_->size() == 1) return errors_->back();
    return internal::WithMessage(
        errors_->back(),
        absl::StrJoin(*errors_, "; ",
                      [](std::string* out, const absl::Status& error) {
                        absl::StrAppend(out, error.message());
                      }));
  }

  static absl::Status TimedOut(const AddrInfo& info) {
    return internal::TimeoutError(Operation::kConnect, info.address.ToString());
  }

  // Errors other than connect's do not name the address, so add it.
  static absl::Status InContext(const AddrInfo& info,
                                const absl::Status& step) {
    return internal::InContext(Operation::kCreateConnection,
                               info.address.ToString(), step);
  }

  const Plan& plan_;
  const std::vector<const AddrInfo*> order_;
  std::size_t next_ = 0;
  std::vector<ConnectionAttempt> running_;
  // The next attempt waits until then, unless no attempt is under way.
  Deadline pause_;
  std::vector<absl::Status>* errors_ = nullptr;
};

absl::StatusOr<Socket> ConnectToAny(const Plan& plan,
                                    absl::Span<const AddrInfo> addresses) {
  std::vector<absl::Status> own;
  std::vector<absl::Status>* const errors =
      plan.options.all_errors != nullptr ? plan.options.all_errors : &own;
  return ConnectionAttempts(plan, addresses).Run(errors);
}

absl::StatusOr<std::vector<AddrInfo>> LookUp(const Plan& plan,
                                             const HostPort& address) {
  const bool is_ipv6 = address.flowinfo != 0 || address.scope_id != 0;
  const absl::StatusOr<SocketAddress> numeric =
      SocketAddress::Numeric(address.host, address.port, address.flowinfo,
                             address.scope_id, &plan.platform);
  if (numeric.ok()) {
    AddrInfo info;
    info.family = numeric->family();
    info.type = kSockStream;
    info.protocol = kIpprotoTcp;
    info.address = *numeric;
    return std::vector<AddrInfo>{info};
  }

  GetAddrInfoOptions query;
  query.family = is_ipv6 ? kAfInet6 : 0;
  query.type = kSockStream;
  query.timeout = plan.deadline.Remaining();
  query.cancellation = plan.options.cancellation;
  query.platform = &plan.platform;
  absl::StatusOr<std::vector<AddrInfo>> found =
      GetAddrInfo(address.host, address.port, query);
  if (!found.ok()) return found;
  if (found->empty()) {
    return PlatformError(
        plan.platform, Operation::kCreateConnection, ErrorDomain::kGetAddrInfo,
        plan.platform.facts().errors.Native(ErrorCode::kEaiNoname),
        Address(address).ToString());
  }
  if (is_ipv6) {
    for (AddrInfo& info : *found) {
      SockAddr& raw = *info.address.mutable_raw();
      raw.flowinfo = address.flowinfo;
      if (address.scope_id != 0) raw.scope_id = address.scope_id;
    }
  }
  return found;
}

// Both CreateConnection functions begin with this after they have checked their
// arguments.
Plan MakePlan(Platform& platform, const CreateConnectionOptions& options) {
  const absl::Duration timeout = options.timeout.value_or(GetDefaultTimeout());
  internal::CancellationState* const cancellation =
      options.cancellation.has_value() ? options.cancellation->state().get()
                                       : nullptr;
  absl::Duration limit = internal::ResolveTimeout(timeout);
  // A non-blocking call does not wait, so its attempts need no time.
  if (cancellation != nullptr && timeout > absl::ZeroDuration()) {
    limit = std::min(limit, cancellation->Remaining());
  }
  return {platform, options, timeout, Deadline(platform.clock(), limit),
          cancellation};
}

}  // namespace

absl::StatusOr<Socket> CreateConnection(
    const HostPort& address, const CreateConnectionOptions& options) {
  Platform& platform = internal::OrDefault(options.platform);
  if (options.all_errors != nullptr) options.all_errors->clear();
  absl::Status valid = CheckOptions(platform, options);
  if (valid.ok()) valid = CheckHostPort(platform, address);
  if (!valid.ok()) return valid;
  const Plan plan = MakePlan(platform, options);
  const absl::StatusOr<std::vector<AddrInfo>> found = LookUp(plan, address);
  if (!found.ok()) return found.status();
  return ConnectToAny(plan, *found);
}

absl::StatusOr<Socket> CreateConnection(
    absl::Span<const AddrInfo> addresses,
    const CreateConnectionOptions& options) {
  Platform& platform = internal::OrDefault(options.platform);
  if (options.all_errors != nullptr) options.all_errors->clear();
  absl::Status valid = CheckOptions(platform, options);
  if (!valid.ok()) return valid;
  if (addresses.empty()) {
    return ArgumentError(absl::StatusCode::kInvalidArgument,
                         Operation::kCreateConnection, "addresses",
                         "there are none");
  }
  return ConnectToAny(MakePlan(platform, options), addresses);
}

}  // namespace mortise
