// Knows whether anything has been sealed. Windows has no fork, so no other
// process ever has a copy of a connection: see posix/sealing_log.h.

#ifndef MORTISE_PLATFORM_TLS_WINSOCK_SEALING_LOG_H_
#define MORTISE_PLATFORM_TLS_WINSOCK_SEALING_LOG_H_

#include <atomic>

namespace mortise {
namespace tls {

class SealingLog {
 public:
  bool Note() {
    noted_.store(true, std::memory_order_relaxed);
    return true;
  }
  bool IsLast() const { return noted_.load(std::memory_order_relaxed); }
  bool IsOfThisProcess() const { return true; }

 private:
  std::atomic<bool> noted_{false};
};

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_WINSOCK_SEALING_LOG_H_
