// A poll set for a system that can wait for many handles only once: each wait
// hands over all of them, and takes longer the more there are. The backend for
// such a system defines a PollScan.

#ifndef MORTISE_PLATFORM_SCANNING_POLL_SET_H_
#define MORTISE_PLATFORM_SCANNING_POLL_SET_H_

#include <cstddef>
#include <memory>

#include "absl/time/time.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

// One wait for many handles, with memory for as many as it was made for. For
// one thread.
class PollScan {
 public:
  virtual ~PollScan() = default;
  PollScan(const PollScan&) = delete;
  PollScan& operator=(const PollScan&) = delete;

  // Neither method allocates.
  virtual void Clear() = 0;
  virtual void Add(NativeHandle handle, PollEvents wanted) = 0;
  // Waits until one of the handles is ready, `interrupt` is set, or `timeout`
  // has passed. There may be no handles. Allocates nothing.
  virtual SysResult<void> Run(WaitInterrupt& interrupt,
                              absl::Duration timeout) = 0;
  // What the handle that was added as number `index`, from 0, is ready for:
  // events as in PollReady, or kNone.
  virtual PollEvents Found(std::size_t index) const = 0;

 protected:
  PollScan() = default;
};

// What a ScanningPollSet needs of its system.
struct PollScanSystem {
  SysResult<std::unique_ptr<WaitInterrupt>> (*new_interrupt)();
  std::unique_ptr<PollScan> (*new_scan)(std::size_t capacity);
  // Whether a set can wait for `handle`: 0, kNotSupportedError, or the system's
  // number for a handle that is not open.
  int (*refusal)(NativeHandle handle);
  // The system's numbers for EINVAL, EEXIST and ENOENT.
  int invalid;
  int exists;
  int not_found;
};

// Makes a set. `Wake` takes no lock: a signal handler may call it if it may set
// the system's interrupts.
SysResult<std::unique_ptr<PollSet>> NewScanningPollSet(
    const PollScanSystem& system);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SCANNING_POLL_SET_H_
