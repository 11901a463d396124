// A call that Winsock has no name for. Any socket can be asked for it, and the
// answer is the same for all of them: it is asked for once.

#ifndef MORTISE_PLATFORM_WINSOCK_EXTENSION_H_
#define MORTISE_PLATFORM_WINSOCK_EXTENSION_H_

#include <atomic>

#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {

template <typename Function>
class Extension {
 public:
  explicit constexpr Extension(const GUID& id) : id_(id) {}

  // nullptr iff this Windows has not got it; WSAGetLastError says why.
  Function Get(SOCKET socket) {
    Function function = function_.load(std::memory_order_acquire);
    if (function != nullptr) return function;
    GUID id = id_;
    DWORD size = 0;
    if (WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof(id),
                 &function, sizeof(function), &size, nullptr,
                 nullptr) == SOCKET_ERROR) {
      return nullptr;
    }
    function_.store(function, std::memory_order_release);
    return function;
  }

 private:
  const GUID id_;
  std::atomic<Function> function_{nullptr};
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_EXTENSION_H_
