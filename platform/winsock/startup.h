// Winsock must be started before it is used. This happens on first use, never
// while static objects are initialised: a library must not load a DLL into a
// program that then opens no socket.

#ifndef MORTISE_PLATFORM_WINSOCK_STARTUP_H_
#define MORTISE_PLATFORM_WINSOCK_STARTUP_H_

namespace mortise {
namespace winsock {

// Starts Winsock unless it has been started. Every call that does not need an
// existing socket calls this first: making a socket, and look-ups. Returns 0,
// or the error of WSAStartup; the next call then tries again.
//
// Winsock counts its starts, and this start is never taken back. Therefore a
// WSACleanup of another library does not end Winsock for this one. The end of
// the process does. Thread-safe; costs one load after the first time.
int StartUp();

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_STARTUP_H_
