// kqueue(2), for macOS and the BSDs.

#include "mortise/platform/posix/poll_set.h"

#include <fcntl.h>
#include <sys/event.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/kqueue_events.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/posix/poll_refusal.h"
#include "mortise/platform/posix/process_number.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

using Event = struct kevent;

// What is stored with each filter: the cookie, and in its two lowest bits what
// must be known of the wish before the wish itself is looked up.
constexpr std::uintptr_t kOneShotBit = 1;
constexpr std::uintptr_t kEdgeBit = 2;
static_assert(kPollCookieAlignment > (kOneShotBit | kEdgeBit));

// The names of EVFILT_USER: Wake, and the descriptors of which BrokenName
// tells.
constexpr std::uintptr_t kWakeName = 0;
// Adding a filter fails with EPIPE if the peer is gone already (a pipe on
// macOS). An event of the program's own then stands for it, which is set until
// it is removed.
std::uintptr_t BrokenName(int fd) {
  return static_cast<std::uintptr_t>(fd) + 1;
}

// Changes to a kqueue, made together.
class Changes {
 public:
  void Add(std::uintptr_t name, int filter, int flags, unsigned fflags = 0,
           std::uintptr_t data = 0) {
    Event& event = events_[count_++];
    // EV_RECEIPT: each one gets an answer, and no other event is taken.
    EV_SET(&event, name, filter, flags | EV_RECEIPT, fflags, 0,
           reinterpret_cast<void*>(data));
  }

  // Returns the first error. What could not be removed because it was not there
  // is no error. If a filter could not be added because the peer is gone, sets
  // `*is_broken`.
  int Apply(int kqueue, bool* is_broken) {
    const timespec no_time = {};
    const int count =
        kevent(kqueue, events_, count_, events_, count_, &no_time);
    if (count == -1) return errno;
    int error = 0;
    for (int i = 0; i < count; ++i) {
      const auto answer = static_cast<int>(events_[i].data);
      if ((events_[i].flags & EV_ERROR) == 0 || answer == ENOENT) continue;
      if (answer == EPIPE) {
        *is_broken = true;
      } else if (error == 0) {
        error = answer;
      }
    }
    return error;
  }

 private:
  Event events_[6];
  int count_ = 0;
};

class KqueueSet final : public PollSet {
 public:
  // Owns the descriptor.
  explicit KqueueSet(int kqueue) : kqueue_(kqueue) {}
  ~KqueueSet() override {
    // A child does not have it, and may have another one by its number.
    if (IsOfThisProcess()) close(kqueue_);
  }

  // Makes the set closed by exec, and makes `Wake` end a wait.
  SysResult<void> Prepare() {
    if (fcntl(kqueue_, F_SETFD, FD_CLOEXEC) == -1) return {errno};
    Changes changes;
    changes.Add(kWakeName, EVFILT_USER, EV_ADD | EV_CLEAR);
    bool is_broken = false;
    return {changes.Apply(kqueue_, &is_broken)};
  }

  SysResult<void> Add(const PollWish& wish) override {
    if (!IsOfThisProcess()) return {kNotSupportedError};
    if (!IsWellFormed(wish)) return {EINVAL};
    const int refusal = PollRefusal(wish.handle);
    if (refusal != 0) return {refusal};
    const int fd = Fd(wish.handle);
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto [added, is_new] = wishes_.try_emplace(fd, Wish{wish, 0});
    if (!is_new) return {EEXIST};
    const int error = Arm(fd, wish);
    if (error != 0) {
      Disarm(fd);
      wishes_.erase(added);
    }
    return {error};
  }

  SysResult<void> Change(const PollWish& wish) override {
    if (!IsOfThisProcess()) return {kNotSupportedError};
    if (!IsWellFormed(wish)) return {EINVAL};
    const int fd = Fd(wish.handle);
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = wishes_.find(fd);
    if (found == wishes_.end()) return {ENOENT};
    const int error = Arm(fd, wish);
    if (error == 0) {
      found->second = {wish, 0};
    } else if (found->second.reported_in == 0) {
      // There is memory for it: what was there has been removed.
      Arm(fd, found->second.wish);
    } else {
      Disarm(fd);
    }
    return {error};
  }

  SysResult<void> Remove(NativeHandle handle) override {
    if (!IsOfThisProcess()) return {0};
    const int fd = Fd(handle);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (wishes_.erase(fd) == 0) return {ENOENT};
    Disarm(fd);
    return {0};
  }

  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override {
    if (!IsOfThisProcess()) return {0, kNotSupportedError};
    Event events[kMostAtOnce];
    // macOS refuses times of many years. A wait may end early.
    const timespec time = absl::ToTimespec(
        std::min(absl::Ceil(timeout, absl::Nanoseconds(1)), absl::Hours(1000)));
    const int count = kevent(
        kqueue_, nullptr, 0, events,
        static_cast<int>(std::min<std::size_t>(ready.size(), kMostAtOnce)),
        timeout == absl::InfiniteDuration() ? nullptr : &time);
    if (count == -1) return {0, errno};
    ++waits_;
    std::size_t filled = 0;
    for (int i = 0; i < count; ++i) {
      if (Report(events[i], &ready[filled])) ++filled;
    }
    return {filled, 0};
  }

  void Wake() override {
    if (!IsOfThisProcess()) return;
    if (is_woken_.exchange(true, std::memory_order_acq_rel)) return;
    // For a signal handler.
    const int saved_errno = errno;
    Event event;
    EV_SET(&event, kWakeName, EVFILT_USER, 0, NOTE_TRIGGER, 0, nullptr);
    while (kevent(kqueue_, &event, 1, nullptr, 0, nullptr) == -1 &&
           errno == EINTR) {
    }
    errno = saved_errno;
  }

  NativeHandle handle() const override { return NativeHandle(kqueue_); }

 private:
  struct Wish {
    PollWish wish;
    // The wait that has reported a one-shot wish, or 0. It is then over.
    std::uint64_t reported_in = 0;
  };

  bool IsOfThisProcess() const { return maker_.IsOfThisProcess(); }

  // Sets the filters of a wish. To add one that is there already would not
  // change its flags, so what is there is removed first.
  int Arm(int fd, const PollWish& wish) {
    Changes changes;
    AddRemovals(fd, &changes);
    const int flags =
        EV_ADD | (wish.mode == PollMode::kOneShot ? EV_DISPATCH : 0);
    const std::uintptr_t data = DataOf(wish);
    if (Has(wish.events, PollEvents::kReadable)) {
      changes.Add(fd, EVFILT_READ, flags, 0, data);
    }
    if (Has(wish.events, PollEvents::kWritable)) {
      changes.Add(fd, EVFILT_WRITE, flags, 0, data);
    }
    bool is_broken = false;
    const int error = changes.Apply(kqueue_, &is_broken);
    if (error == 0 && is_broken) {
      Changes instead;
      instead.Add(BrokenName(fd), EVFILT_USER, flags, 0, data);
      instead.Add(BrokenName(fd), EVFILT_USER, 0, NOTE_TRIGGER, data);
      return instead.Apply(kqueue_, &is_broken);
    }
    // EINVAL: there is no such filter for the descriptor.
    return error == EINVAL ? kNotSupportedError : error;
  }

  void Disarm(int fd) {
    Changes changes;
    AddRemovals(fd, &changes);
    bool is_broken = false;
    changes.Apply(kqueue_, &is_broken);
  }

  static void AddRemovals(int fd, Changes* changes) {
    changes->Add(fd, EVFILT_READ, EV_DELETE);
    changes->Add(fd, EVFILT_WRITE, EV_DELETE);
    changes->Add(BrokenName(fd), EVFILT_USER, EV_DELETE);
  }

  static std::uintptr_t DataOf(const PollWish& wish) {
    return reinterpret_cast<std::uintptr_t>(wish.cookie) |
           (wish.mode == PollMode::kOneShot ? kOneShotBit : 0);
  }

  // Fills `ready` with what an event means. Returns false if there is nothing
  // to report.
  bool Report(const Event& event, PollReady* ready) {
    if (event.filter == EVFILT_USER && event.ident == kWakeName) {
      *ready = PollReady();
      // Not before the event has been taken: if `Wake` is called in between,
      // it must find either an event or a flag that tells it to send one.
      is_woken_.exchange(false, std::memory_order_acq_rel);
      return true;
    }
    const auto data = reinterpret_cast<std::uintptr_t>(event.udata);
    ready->cookie = reinterpret_cast<void*>(data & ~(kOneShotBit | kEdgeBit));
    if (event.filter == EVFILT_USER) {
      ready->events = PollEvents::kWritable | PollEvents::kFailed;
      return (data & kOneShotBit) == 0 ||
             TakeOneShot(static_cast<int>(event.ident) - 1, *ready);
    }
    KqueueEvent reported;
    reported.is_write = event.filter == EVFILT_WRITE;
    reported.is_end = (event.flags & EV_EOF) != 0;
#ifdef EV_OOBAND
    reported.is_urgent = (event.flags & EV_OOBAND) != 0;
#endif
    reported.error = event.fflags;
    reported.data = event.data;
    const KqueueMeaning meaning = MeaningOf(reported);
    ready->events = meaning.events;
    const auto fd = static_cast<int>(event.ident);
    const bool is_edge = (data & kEdgeBit) != 0;
    // A filter that has fired without a report is set again if it was to fire
    // once.
    const bool is_spent =
        meaning.events == PollEvents::kNone && (data & kOneShotBit) != 0;
    if (is_spent || is_edge != (meaning.trigger == KqueueTrigger::kEdge)) {
      SetTrigger(fd, ready->cookie, meaning.trigger);
    }
    if (meaning.events == PollEvents::kNone) return false;
    return (data & kOneShotBit) == 0 || TakeOneShot(fd, *ready);
  }

  // Whether a one-shot wish is still to be reported. It may have two filters,
  // each of which fires once. The wait that reports one may report the other
  // one too.
  bool TakeOneShot(int fd, const PollReady& ready) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = wishes_.find(fd);
    if (found == wishes_.end()) return false;
    const PollWish& wish = found->second.wish;
    // It may have been changed since the event was taken.
    if (wish.cookie != ready.cookie ||
        (wish.events & ready.events) == PollEvents::kNone) {
      return false;
    }
    if (found->second.reported_in == 0) found->second.reported_in = waits_;
    return found->second.reported_in == waits_;
  }

  // Makes the filter for reading report in another way.
  void SetTrigger(int fd, const void* cookie, KqueueTrigger trigger) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = wishes_.find(fd);
    // It may have been changed or removed since the event was taken.
    if (found == wishes_.end() || found->second.reported_in != 0) return;
    const PollWish& wish = found->second.wish;
    if (wish.cookie != cookie || !Has(wish.events, PollEvents::kReadable)) {
      return;
    }
    const bool is_edge = trigger == KqueueTrigger::kEdge;
    Changes changes;
    changes.Add(fd, EVFILT_READ, EV_DELETE);
    changes.Add(fd, EVFILT_READ,
                EV_ADD | (is_edge ? EV_CLEAR : 0) |
                    (wish.mode == PollMode::kOneShot ? EV_DISPATCH : 0),
                0, DataOf(wish) | (is_edge ? kEdgeBit : 0));
    bool is_broken = false;
    changes.Apply(kqueue_, &is_broken);
  }

  const int kqueue_;
  const ProcessMark maker_ = MarkProcess();
  // Whether an event is on its way that no wait has taken.
  std::atomic<bool> is_woken_{false};
  // For the thread that waits: its number of waits.
  std::uint64_t waits_ = 0;
  std::mutex mutex_;
  // By descriptor. Guarded by mutex_.
  std::unordered_map<int, Wish> wishes_;
};

}  // namespace

SysResult<std::unique_ptr<PollSet>> NewSystemPollSet() {
  const int kqueue = ::kqueue();
  if (kqueue == -1) return {nullptr, errno};
  auto set = std::make_unique<KqueueSet>(kqueue);
  const SysResult<void> prepared = set->Prepare();
  if (!prepared.ok()) return {nullptr, prepared.error};
  return {std::move(set), 0};
}

}  // namespace posix
}  // namespace mortise
