// Ancillary data of a simulated host: from the layout of the build into what
// kernels keep, and back.

#ifndef MORTISE_PLATFORM_SIM_HOST_CONTROL_H_
#define MORTISE_PLATFORM_SIM_HOST_CONTROL_H_

#include <cstddef>

#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/socket.h"

namespace mortise {
namespace sim {

// Both need the lock of the simulation, which the call holds.

// Reads the messages of `control`, which a program sends on `socket`. Returns
// what is wrong with them: kEbadf for a descriptor that is no open handle of
// the host, kEinval for a message that cannot be sent.
ErrorCode ReadControl(const Call& call, const Socket& socket,
                      absl::Span<const char> control, Ancillary* ancillary);

struct WrittenControl {
  std::size_t size = 0;
  bool is_truncated = false;
};

// Writes what `socket` wants to know of `ancillary` into `room`. The open files
// get handles, as far as there is room. The rest of them are given up.
WrittenControl WriteControl(const Call& call, const Socket& socket,
                            const Ancillary& ancillary, absl::Span<char> room);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_CONTROL_H_
