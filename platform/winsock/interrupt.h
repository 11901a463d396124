// An interrupt that WSAPoll and select can wait for: one end of a pair of
// datagram sockets, which is readable while the interrupt is set.

#ifndef MORTISE_PLATFORM_WINSOCK_INTERRUPT_H_
#define MORTISE_PLATFORM_WINSOCK_INTERRUPT_H_

#include <memory>

#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {

class Interrupt final : public WaitInterrupt {
 public:
  static SysResult<std::unique_ptr<WaitInterrupt>> Make();
  // `interrupt` is one that Make has made.
  static Interrupt& Of(WaitInterrupt& interrupt) {
    return static_cast<Interrupt&>(interrupt);
  }

  // Owns both ends, which are connected to each other. The first one is
  // non-blocking.
  explicit Interrupt(const HandlePair& ends);
  ~Interrupt() override;

  SOCKET socket() const { return readable_; }

 private:
  void Signal() override;
  void Drain() override;

  const SOCKET readable_;
  const SOCKET writable_;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_INTERRUPT_H_
