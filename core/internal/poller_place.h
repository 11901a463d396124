// Which poller a socket is in.

#ifndef MORTISE_CORE_INTERNAL_POLLER_PLACE_H_
#define MORTISE_CORE_INTERNAL_POLLER_PLACE_H_

#include <cstdint>
#include <memory>

#include "mortise/core/internal/poller_link.h"
#include "mortise/core/internal/poller_state.h"

namespace mortise {
namespace internal {

// Any thread may call these at any time, but not in a forked child of the
// process that made `poller`.

// Notes that the socket of `link` is in `poller`, with a number of its own,
// which is never 0. Returns false, and does nothing, if it is in a poller that
// still exists. Allocates the first time.
bool Claim(PollerLink& link, const std::shared_ptr<PollerState>& poller,
           std::uint64_t number);
// Takes a Claim for `poller` back.
void Release(PollerLink& link, const PollerState& poller);
bool IsIn(const PollerLink& link, const PollerState& poller);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_POLLER_PLACE_H_
