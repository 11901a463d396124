// The two machines that run the same programs: the one that the test runs on,
// and a simulated host.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_MACHINE_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_MACHINE_H_

#include "absl/functional/function_ref.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace differential {

// Waits until everything that the last call has set off is done. It does not
// let timers run out.
using Settle = absl::FunctionRef<void()>;
using Body = absl::FunctionRef<void(Platform& platform, Settle settle)>;

// Runs `body` with the sockets of the operating system. Linux delivers what is
// sent over the loopback interface in the order in which a processor has sent
// it. So a datagram that arrives tells that what went before has arrived. The
// calling thread stays on its processor from then on, for that reason.
void OnThisMachine(Body body);

// Runs `body` as the only thread of a simulation.
void OnSimulatedHost(Body body);

// Whether this machine has IPv6 on its loopback interface.
bool ThisMachineHasV6();

}  // namespace differential
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_MACHINE_H_
