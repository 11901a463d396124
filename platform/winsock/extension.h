// A function that the DLL of Winsock does not export. A program asks a socket
// for a pointer to it. The answer is the same for all sockets, so it is asked
// for once.

#ifndef MORTISE_PLATFORM_WINSOCK_EXTENSION_H_
#define MORTISE_PLATFORM_WINSOCK_EXTENSION_H_

#include <atomic>

#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {

// Finds such a function by its GUID. Thread-safe; does not wait.
template <typename Function>
class Extension {
 public:
  explicit constexpr Extension(const GUID& id) : id_(id) {}

  // Returns the function, or nullptr if this Windows does not have it.
  // WSAGetLastError then tells why.
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
