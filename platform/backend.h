// The vtable: all that the library asks of an operating system.
//
// `core/` validates, waits and reports errors; everything else it hands to a
// `Platform`, whose parts are the small abstract classes of the headers below.
// `posix/` and `winsock/` implement them with system calls, tests with mocks,
// and decorators (fault injection, tracing) by wrapping another platform's
// parts.
//
// Rules that hold for every method:
//   - A call is tried once. A backend neither waits nor retries nor maps errors
//     away: EINTR and would-block are results like any other, and the frontend
//     knows what to do with them. It asks `ErrorCalls` what a number means.
//   - What the platform lacks returns `kNotSupportedError`. Nothing aborts.
//   - Methods are safe to call from any thread, on the same handle too, except
//     that `Close` needs the handle to itself.
//   - Arguments have been validated: handles are valid, addresses fit.

#ifndef MORTISE_PLATFORM_BACKEND_H_
#define MORTISE_PLATFORM_BACKEND_H_

#include "mortise/platform/address_calls.h"    // IWYU pragma: export
#include "mortise/platform/clock_calls.h"      // IWYU pragma: export
#include "mortise/platform/error_calls.h"      // IWYU pragma: export
#include "mortise/platform/file_calls.h"       // IWYU pragma: export
#include "mortise/platform/interface_calls.h"  // IWYU pragma: export
#include "mortise/platform/message_calls.h"    // IWYU pragma: export
#include "mortise/platform/name_calls.h"       // IWYU pragma: export
#include "mortise/platform/readiness_calls.h"  // IWYU pragma: export
#include "mortise/platform/service_calls.h"    // IWYU pragma: export
#include "mortise/platform/socket_calls.h"     // IWYU pragma: export

namespace mortise {

// An operating system, a simulated network, a mock. Owns none of its parts,
// which must outlive it; it must outlive every `Socket` made with it.
class Platform {
 public:
  struct Parts {
    SocketCalls* sockets;
    MessageCalls* messages;
    ReadinessCalls* readiness;
    ClockCalls* clock;
    NameCalls* names;
    ServiceCalls* services;
    InterfaceCalls* interfaces;
    FileCalls* files;
    AddressCalls* addresses;
    ErrorCalls* errors;
  };

  explicit Platform(const Parts& parts) : parts_(parts) {}

  // Not copied: a `Socket` holds its address.
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  // That of the operating system the program was built for. Never destroyed.
  static Platform& Default();

  SocketCalls& sockets() const { return *parts_.sockets; }
  MessageCalls& messages() const { return *parts_.messages; }
  ReadinessCalls& readiness() const { return *parts_.readiness; }
  ClockCalls& clock() const { return *parts_.clock; }
  NameCalls& names() const { return *parts_.names; }
  ServiceCalls& services() const { return *parts_.services; }
  InterfaceCalls& interfaces() const { return *parts_.interfaces; }
  FileCalls& files() const { return *parts_.files; }
  AddressCalls& addresses() const { return *parts_.addresses; }
  ErrorCalls& errors() const { return *parts_.errors; }

 private:
  const Parts parts_;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_BACKEND_H_
