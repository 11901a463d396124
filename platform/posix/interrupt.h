// An interrupt that poll(2) can wait for: a descriptor that is readable.

#ifndef MORTISE_PLATFORM_POSIX_INTERRUPT_H_
#define MORTISE_PLATFORM_POSIX_INTERRUPT_H_

#include <memory>

#include "mortise/platform/posix/process_number.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace posix {

// Two ends of something that carries bytes, both non-blocking and closed by
// exec. The ends may be the same descriptor.
struct WakeDescriptors {
  int readable = -1;
  int writable = -1;
};

// A pipe(2) on macOS, an eventfd(2) on Linux and the BSDs that have it.
SysResult<WakeDescriptors> OpenWakeDescriptors();
// Makes `descriptors.readable` readable. A signal handler may call it.
void SendToken(const WakeDescriptors& descriptors);
// Closes both ends.
void CloseWakeDescriptors(const WakeDescriptors& descriptors);

// A signal handler may call Set, too.
class Interrupt final : public WaitInterrupt {
 public:
  static SysResult<std::unique_ptr<WaitInterrupt>> Make();
  // `interrupt` is one that Make has made.
  static Interrupt& Of(WaitInterrupt& interrupt) {
    return static_cast<Interrupt&>(interrupt);
  }

  explicit Interrupt(WakeDescriptors descriptors);
  // In a forked child, leaves the descriptors open until exec: the child may
  // have closed them and use their numbers for something else.
  ~Interrupt() override;

  // Readable while it is set.
  int descriptor() const { return descriptors_.readable; }

  bool IsOfThisProcess() const override;

 private:
  // Do nothing in a forked child: an eventfd that it writes is readable in its
  // parent as well, whose waits would then all end at once.
  void Signal() override;
  void Drain() override;

  const WakeDescriptors descriptors_;
  const ProcessMark maker_ = MarkProcess();
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_INTERRUPT_H_
