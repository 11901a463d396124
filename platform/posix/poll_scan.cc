#include "mortise/platform/posix/poll_scan.h"

#include <poll.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/posix/interrupt.h"
#include "mortise/platform/posix/poll_refusal.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/scanning_poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace posix {
namespace {

#ifdef POLLRDHUP
constexpr int kEnd = POLLRDHUP;
#else
constexpr int kEnd = 0;
#endif

struct Meaning {
  int bits;
  PollEvents event;
};
constexpr Meaning kMeanings[] = {
    {POLLIN | kEnd, PollEvents::kReadable},
    {POLLOUT, PollEvents::kWritable},
    {POLLHUP | kEnd, PollEvents::kEnded},
    {POLLERR | POLLNVAL, PollEvents::kFailed},
};
// What counts as each event that was wanted.
constexpr int kOverBits = POLLERR | POLLHUP | POLLNVAL;

class Scan final : public PollScan {
 public:
  explicit Scan(std::size_t capacity) {
    entries_.reserve(capacity + 1);
    Clear();
  }

  void Clear() override {
    entries_.clear();
    entries_.push_back({});  // for the interrupt
  }

  void Add(NativeHandle handle, PollEvents wanted) override {
    int events = 0;
    if (Has(wanted, PollEvents::kReadable)) events |= POLLIN | kEnd;
    if (Has(wanted, PollEvents::kWritable)) events |= POLLOUT;
    entries_.push_back(
        {Fd(handle), static_cast<decltype(pollfd::events)>(events), 0});
  }

  SysResult<void> Run(WaitInterrupt& interrupt,
                      absl::Duration timeout) override {
    entries_[0] = {Interrupt::Of(interrupt).descriptor(), POLLIN, 0};
    if (poll(entries_.data(), static_cast<nfds_t>(entries_.size()),
             PollMilliseconds(timeout)) == -1) {
      return {errno};
    }
    const int events = entries_[0].revents;
    // The program has closed a descriptor that is not its own.
    if ((events & POLLNVAL) != 0) return {EBADF};
    if (events != 0) interrupt.DrainUnlessSet();
    return {0};
  }

  PollEvents Found(std::size_t index) const override {
    const pollfd& entry = entries_[index + 1];
    int bits = entry.revents;
    if ((bits & kOverBits) != 0) bits |= entry.events & (POLLIN | POLLOUT);
    PollEvents found = PollEvents::kNone;
    for (const Meaning& meaning : kMeanings) {
      if ((bits & meaning.bits) != 0) found |= meaning.event;
    }
    return found;
  }

 private:
  std::vector<pollfd> entries_;
};

std::unique_ptr<PollScan> NewScan(std::size_t capacity) {
  return std::make_unique<Scan>(capacity);
}

}  // namespace

SysResult<std::unique_ptr<PollSet>> NewScanningPollSet() {
  return mortise::NewScanningPollSet(
      {Interrupt::Make, NewScan, PollRefusal, EINVAL, EEXIST, ENOENT});
}

}  // namespace posix
}  // namespace mortise
