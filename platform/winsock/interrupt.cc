#include "mortise/platform/winsock/interrupt.h"

#include <memory>
#include <utility>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/platform/winsock/new_descriptor.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

// Returns Winsock's number, 0 for success. Nobody else can send to the socket:
// one that is connected takes datagrams of its peer only, which is itself.
int ConnectToItself(SOCKET socket) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  int length = sizeof(address);
  u_long non_blocking = 1;
  const bool connected = bind(socket, raw, length) == 0 &&
                         getsockname(socket, raw, &length) == 0 &&
                         connect(socket, raw, length) == 0 &&
                         ioctlsocket(socket, FIONBIO, &non_blocking) == 0;
  return connected ? 0 : WSAGetLastError();
}

}  // namespace

SysResult<std::unique_ptr<WaitInterrupt>> Interrupt::Make() {
  const SysResult<NativeHandle> made = NewSocket(AF_INET, SOCK_DGRAM, 0);
  if (!made.ok()) return {nullptr, made.error};
  auto interrupt = std::make_unique<Interrupt>(AsSocket(made.value));
  if (const int error = ConnectToItself(interrupt->socket())) {
    return {nullptr, error};
  }
  return {std::move(interrupt), 0};
}

Interrupt::~Interrupt() { closesocket(socket_); }

void Interrupt::DrainUnlessSet() {
  if (is_set()) return;
  Drain();
  // Another thread may have set it since, and the datagram was its own.
  if (is_set()) Signal();
}

void Interrupt::Signal() {
  const char token = 0;
  send(socket_, &token, sizeof(token), 0);
}

void Interrupt::Drain() {
  char token;
  while (recv(socket_, &token, sizeof(token), 0) == sizeof(token)) {
  }
}

}  // namespace winsock
}  // namespace mortise
