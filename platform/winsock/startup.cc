#include "mortise/platform/winsock/startup.h"

#include <atomic>

#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

std::atomic<bool> started(false);

}  // namespace

int StartUp() {
  if (started.load(std::memory_order_acquire)) return 0;
  WSADATA unused;
  const int error = WSAStartup(MAKEWORD(2, 2), &unused);
  if (error != 0) return error;
  // If two threads come here at once, both have started Winsock, and one of the
  // two starts is given back.
  if (started.exchange(true, std::memory_order_acq_rel)) WSACleanup();
  return 0;
}

}  // namespace winsock
}  // namespace mortise
