// Platform: everything that the library asks of an operating system.
//
// `core/` validates, waits and reports errors. It passes everything else to a
// `Platform`, whose parts are the small classes of the headers below. A backend
// implements them: `posix/` and `winsock/` with system calls, tests with mocks,
// and decorators (fault injection, tracing) by wrapping the parts of another
// platform (mortise/platform/forwarding.h).
//
// Calls are virtual, facts are data:
//   - Each call to a system is a method of a part.
//   - What is always true of a system is in `SystemFacts`. A platform is made
//     with a `SystemFacts` of its own, so that a simulated system can have the
//     facts of another system.
//   - Some facts are the same for every platform in one build, such as the
//     layout of control messages. They belong to the system that is built for
//     and not to a platform. Functions return them: control_layout.h,
//     family_layout.h, file_handle.h, plain_socket_type.h.
//
// Rules that hold for every method:
//   - A method has a default, so a backend goes on compiling when a method is
//     added. Unless the comment of the method says otherwise, the default fails
//     with `kNotSupportedError` (sys_result.h).
//   - A method that the platform lacks returns `kNotSupportedError`. Nothing
//     aborts.
//   - A method tries its call once. A backend does not wait, except as the
//     handle's mode, a `timeout` or `limit` argument, or the comment of the
//     method says. A backend does not retry, and it does not hide errors: EINTR
//     and would-block are results like any other. `core/` looks up in
//     `SystemFacts` what a number means, and handles it.
//   - Methods may be called from any thread, also for the same handle at the
//     same time. No other call may use a handle while `Close` runs on it.
//   - A signal handler may call `WaitInterrupt::Set` and `PollSet::Wake`, and
//     nothing else.
//   - A forked child may call every method of a part, whatever the threads of
//     its parent were doing. So a part waits for no lock that the child may
//     have inherited from a thread which does not exist there.
//   - The caller has validated the arguments: handles are valid, and addresses
//     are of a family and a length that the call takes.
//   - A method uses its arguments only until it returns. A look-up that goes on
//     afterwards works on copies.

#ifndef MORTISE_PLATFORM_BACKEND_H_
#define MORTISE_PLATFORM_BACKEND_H_

#include "mortise/platform/clock_calls.h"      // IWYU pragma: export
#include "mortise/platform/error_calls.h"      // IWYU pragma: export
#include "mortise/platform/file_calls.h"       // IWYU pragma: export
#include "mortise/platform/interface_calls.h"  // IWYU pragma: export
#include "mortise/platform/interrupt_pool.h"   // IWYU pragma: export
#include "mortise/platform/name_calls.h"       // IWYU pragma: export
#include "mortise/platform/readiness_calls.h"  // IWYU pragma: export
#include "mortise/platform/service_calls.h"    // IWYU pragma: export
#include "mortise/platform/socket_calls.h"     // IWYU pragma: export
#include "mortise/platform/system_facts.h"     // IWYU pragma: export
#include "mortise/platform/wait_registry.h"    // IWYU pragma: export

namespace mortise {

// An operating system, a simulated network, or a mock.
//
// Lifetime. A platform does not own its parts, which must outlive it. A
// platform must outlive everything that was made with it: sockets, pollers,
// timers, and look-ups that go on after a timeout.
//
// Thread safety. The methods here are thread-safe and do not block.
class Platform {
 public:
  // No pointer may be nullptr.
  struct Parts {
    SocketCalls* sockets;
    ReadinessCalls* readiness;
    ClockCalls* clock;
    NameCalls* names;
    ServiceCalls* services;
    InterfaceCalls* interfaces;
    FileCalls* files;
    ErrorCalls* errors;
  };

  Platform(const Parts& parts, const SystemFacts& facts)
      : parts_(parts), facts_(facts) {}

  // A platform is not copied, because a `Socket` holds its address.
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  // Returns the platform of the operating system that the program was built
  // for. It is never destroyed.
  static Platform& Default();

  SocketCalls& sockets() const { return *parts_.sockets; }
  ReadinessCalls& readiness() const { return *parts_.readiness; }
  ClockCalls& clock() const { return *parts_.clock; }
  NameCalls& names() const { return *parts_.names; }
  ServiceCalls& services() const { return *parts_.services; }
  InterfaceCalls& interfaces() const { return *parts_.interfaces; }
  FileCalls& files() const { return *parts_.files; }
  ErrorCalls& errors() const { return *parts_.errors; }

  // A decorator copies the parts, replaces some of them, and makes a platform
  // of the copy:
  //
  //   Platform::Parts parts = os.parts();
  //   parts.clock = &my_clock;
  //   Platform platform(parts, os.facts());
  const Parts& parts() const { return parts_; }

  const SystemFacts& facts() const { return facts_; }

  // The interrupts that `readiness()` has made for threads that wait.
  InterruptPool& interrupts() const { return interrupts_; }

  // The waits that `Socket::Shutdown` has to wake, because the system's own
  // shutdown does not: see `SystemFacts`.
  WaitRegistry& waits() const { return waits_; }

 private:
  const Parts parts_;
  const SystemFacts facts_;
  mutable InterruptPool interrupts_;
  mutable WaitRegistry waits_{interrupts_};
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_BACKEND_H_
