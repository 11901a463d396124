// An interrupt that WSAPoll and select can wait for: a datagram socket that is
// connected to itself, and readable while it is set.

#ifndef MORTISE_PLATFORM_WINSOCK_INTERRUPT_H_
#define MORTISE_PLATFORM_WINSOCK_INTERRUPT_H_

#include <memory>

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

  // Owns `socket`, which is non-blocking and connected to itself.
  explicit Interrupt(SOCKET socket) : socket_(socket) {}
  ~Interrupt() override;

  SOCKET socket() const { return socket_; }

  // Takes back the signal of a Set that was in progress during Clear.
  void DrainUnlessSet();

 private:
  void Signal() override;
  void Drain() override;

  const SOCKET socket_;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_INTERRUPT_H_
