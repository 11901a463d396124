// Winsock has to be started before it is used. That happens on first use, never
// while static objects are made: a library must not bring a DLL to life in a
// program that then opens no socket.

#ifndef MORTISE_PLATFORM_WINSOCK_STARTUP_H_
#define MORTISE_PLATFORM_WINSOCK_STARTUP_H_

namespace mortise {
namespace winsock {

// Whatever needs no socket yet calls it first: making one, and look-ups. 0, or
// the error that WSAStartup failed with; then the next call tries again.
//
// Winsock counts its starts, and this one is never taken back: a WSACleanup of
// some other library does not end what is ours. The end of the process does.
// Thread-safe; costs one load after the first time.
int StartUp();

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_STARTUP_H_
