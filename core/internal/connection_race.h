// The attempts of CreateConnection to connect, and the look-ups beside them.
//
//   ConnectionRace race(plan, &errors);
//   absl::Status begun = race.LookUp({"example.org", 80});
//   if (!begun.ok()) return begun;
//   return race.Run();

#ifndef MORTISE_CORE_INTERNAL_CONNECTION_RACE_H_
#define MORTISE_CORE_INTERNAL_CONNECTION_RACE_H_

#include <cstddef>
#include <list>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/address.h"
#include "mortise/core/internal/begun_lookup.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/connection_attempt.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/happy_eyeballs.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/interrupt_pool.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace internal {

// What CreateConnection has been asked for, checked and with its deadline.
struct ConnectionPlan {
  AttemptOptions attempts;
  // The timeout of the socket and of the whole call.
  absl::Duration timeout;
  Deadline deadline;
  // The options with these names.
  absl::Duration attempt_timeout;
  absl::Duration attempt_delay;
  absl::Duration resolution_delay;

  // nullptr if there is none.
  CancellationState* cancellation() const {
    return attempts.cancellation.has_value()
               ? attempts.cancellation->state().get()
               : nullptr;
  }
};

// Returns the error for a host without addresses.
absl::Status NoAddressError(const Platform& platform, absl::string_view asked);

// The attempts to connect, and the look-ups beside them. The attempts run one
// after the other or at the same time; the only difference is how long the next
// one waits. HappyEyeballs decides that. All attempts use non-blocking sockets.
//
// For one thread. `plan` and `errors` must outlive it.
class ConnectionRace {
 public:
  // `errors`, if it is not nullptr, receives the error of each address that has
  // failed. They stay there even if another address succeeds.
  ConnectionRace(const ConnectionPlan& plan, std::vector<absl::Status>* errors);
  ConnectionRace(const ConnectionRace&) = delete;
  ConnectionRace& operator=(const ConnectionRace&) = delete;

  // Adds addresses that have been looked up.
  void Add(absl::Span<const AddrInfo> addresses) { order_.Add(addresses); }
  // Begins to look up the IPv6 and the IPv4 addresses of a host.
  absl::Status LookUp(const HostPort& address);

  absl::StatusOr<Socket> Run();

 private:
  // The error with which everything is given up.
  using EndError = absl::Status (*)(Operation, absl::string_view);

  // An attempt that is under way.
  struct Attempt {
    AddrInfo info;
    Socket socket;
    Deadline deadline;
  };

  // A look-up of the addresses of one family.
  struct FamilyLookup {
    FamilyLookup(const Platform& platform, IpFamily family,
                 const AddrInfoQuery& query, const CallLimit& limit)
        : family(family), query(query), lookup(platform, query, limit) {}

    const IpFamily family;
    const AddrInfoQuery query;
    BegunLookup lookup;
  };

  absl::Duration Now() const { return plan_.attempts.platform.clock().Now(); }

  bool IsCancelled() const {
    return cancellation_ != nullptr && cancellation_->is_cancelled();
  }

  void TakeAnswers();
  void KeepLookupError(IpFamily family, const absl::Status& error);
  std::optional<Socket> Begin(AddrInfo info);
  absl::Status Wait(WaitInterrupt* token, bool only_look,
                    std::size_t* ended) const;
  void Drop(std::size_t index, absl::Status why);
  void DropSlow();
  absl::StatusOr<Socket> Finish(Socket socket);
  absl::Status GiveUp(EndError error);
  void TellLookupError();
  absl::Status Failure();

  const ConnectionPlan& plan_;
  CancellationState* const cancellation_;
  std::vector<absl::Status> own_errors_;
  std::vector<absl::Status>* const errors_;
  HappyEyeballs order_;
  std::vector<Attempt> running_;
  // Whether an address has been tried, or given up untried.
  bool has_tried_ = false;
  // The look-ups set it when they are done. It is given back after they have
  // been destroyed.
  std::optional<LeasedInterrupt> answered_;
  // Those that have no answer yet.
  std::list<FamilyLookup> lookups_;
  // The error of a look-up that has failed. If both have, it is the one that
  // tells more.
  absl::Status lookup_error_;
  int lookup_rank_ = -1;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_CONNECTION_RACE_H_
