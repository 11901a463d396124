#include "mortise/platform/winsock/interrupt.h"

#include <memory>
#include <utility>

#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/platform/winsock/new_descriptor.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {

SysResult<std::unique_ptr<WaitInterrupt>> Interrupt::Make() {
  // No other program can send to a pair.
  const SysResult<HandlePair> pair = NewSocketPair(AF_INET, SOCK_DGRAM, 0);
  if (!pair.ok()) return {nullptr, pair.error};
  auto interrupt = std::make_unique<Interrupt>(pair.value);
  u_long non_blocking = 1;
  if (ioctlsocket(interrupt->socket(), FIONBIO, &non_blocking) ==
      SOCKET_ERROR) {
    return {nullptr, WSAGetLastError()};
  }
  return {std::move(interrupt), 0};
}

Interrupt::Interrupt(const HandlePair& ends)
    : readable_(AsSocket(ends.first)), writable_(AsSocket(ends.second)) {}

Interrupt::~Interrupt() {
  closesocket(readable_);
  closesocket(writable_);
}

void Interrupt::Signal() {
  const char token = 0;
  send(writable_, &token, sizeof(token), 0);
}

void Interrupt::Drain() {
  char token;
  while (recv(readable_, &token, sizeof(token), 0) == sizeof(token)) {
  }
}

}  // namespace winsock
}  // namespace mortise
