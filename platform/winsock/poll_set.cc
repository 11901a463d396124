// Polls of AFD. Each waits for one socket, reports once, and is begun again by
// the next wait.

#include "mortise/platform/winsock/poll_set.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/afd_events.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/afd.h"
#include "mortise/platform/winsock/new_descriptor.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/poll_scan.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

// A handle of the driver's, and how many sockets are polled with it. The more
// polls it has, the longer a cancel takes.
struct Driver {
  static constexpr int kMostSockets = 32;

  std::unique_ptr<Afd> afd;
  int sockets = 0;
};

struct Entry;

// One poll. While it is pending, the driver has its address. Therefore it is
// found by its address once its packet has come, and freed only then. The
// number of its socket may by then belong to another socket.
struct Poll {
  AfdPoll afd;
  // nullptr once nobody waits for its answer.
  Entry* entry;
  // The wait in which it was begun.
  std::uint64_t wait;
};
// A packet has the address of the first part.
static_assert(std::is_standard_layout<Poll>::value);
static_assert(offsetof(Poll, afd) == 0 && offsetof(AfdPoll, overlapped) == 0);

struct Entry {
  static constexpr std::size_t kNotQueued = static_cast<std::size_t>(-1);

  PollWish wish;
  SOCKET base = INVALID_SOCKET;
  Driver* driver = nullptr;
  std::unique_ptr<Poll> poll;
  // Whether the packet of the poll is still to come.
  bool is_pending = false;
  // Its place among those whose poll the next wait begins.
  std::size_t place = kNotQueued;
};

class AfdPollSet final : public PollSet {
 public:
  // Owns the port.
  explicit AfdPollSet(HANDLE port) : port_(port) {}

  // The driver writes to the polls until their packets have come.
  ~AfdPollSet() override {
    for (const std::unique_ptr<Driver>& driver : drivers_) {
      driver->afd->CancelAll();
    }
    while (pending_ > 0) {
      OVERLAPPED_ENTRY packets[kMostAtOnce];
      const ULONG count = Dequeue(packets, kMostAtOnce, INFINITE);
      for (ULONG i = 0; i < count; ++i) {
        Poll* const poll = PollOf(packets[i]);
        if (poll == nullptr) continue;
        --pending_;
        if (poll->entry == nullptr) delete poll;
      }
    }
    CloseHandle(port_);
  }

  // Opens the driver, and tries whether it answers. It may do so for no socket,
  // if the sockets of Winsock are not those of the driver.
  SysResult<void> Prepare() {
    const SysResult<Driver*> driver = DriverWithRoom();
    if (!driver.ok()) return {driver.error};
    const SysResult<NativeHandle> socket =
        NewSocket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (!socket.ok()) return {socket.error};
    const SysResult<SOCKET> base = BaseSocket(AsSocket(socket.value));
    const int error =
        base.ok() ? driver.value->afd
                        ->Look(base.value, AfdMask(PollEvents::kReadable))
                        .error
                  : base.error;
    closesocket(AsSocket(socket.value));
    return {error};
  }

  SysResult<void> Add(const PollWish& wish) override {
    if (!IsWellFormed(wish)) return {WSAEINVAL};
    const int refusal = PollRefusal(wish.handle);
    if (refusal != 0) return {refusal};
    const SysResult<SOCKET> base = BaseSocket(AsSocket(wish.handle));
    if (!base.ok()) return {base.error};
    const std::lock_guard<std::mutex> lock(mutex_);
    if (entries_.count(wish.handle.value()) != 0) return {ERROR_FILE_EXISTS};
    const Entries::iterator added = NewEntry(wish.handle.value());
    Entry& entry = added->second;
    entry.wish = wish;
    entry.base = base.value;
    const int error = Begin(entry);
    if (error != 0) Drop(added);
    return {error};
  }

  SysResult<void> Change(const PollWish& wish) override {
    if (!IsWellFormed(wish)) return {WSAEINVAL};
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = entries_.find(wish.handle.value());
    if (found == entries_.end()) return {ERROR_FILE_NOT_FOUND};
    Entry& entry = found->second;
    const PollEvents before = entry.wish.events;
    entry.wish = wish;
    if (entry.is_pending) {
      if (wish.events == before) return {0};
      // The new poll need not wait for the packet of the old one.
      std::unique_ptr<Poll> next = TakeSpare();
      GiveUp(entry);
      entry.poll = std::move(next);
    }
    Arm(entry);
    return {0};
  }

  SysResult<void> Remove(NativeHandle handle) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = entries_.find(handle.value());
    if (found == entries_.end()) return {ERROR_FILE_NOT_FOUND};
    Entry& entry = found->second;
    Unqueue(entry);
    if (entry.is_pending) {
      GiveUp(entry);
    } else {
      KeepSpare(std::move(entry.poll));
    }
    --entry.driver->sockets;
    Drop(found);
    return {0};
  }

  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override {
    ready = ready.first(std::min<std::size_t>(ready.size(), kMostAtOnce));
    std::size_t filled = 0;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++waits_;
      const int error = BeginQueued(ready, &filled);
      if (error != 0 && filled == 0) return {0, error};
      is_waiting_ = true;
    }
    auto milliseconds = static_cast<DWORD>(PollMilliseconds(timeout));
    static_assert(INFINITE == static_cast<DWORD>(-1));
    bool goes_on = true;
    while (goes_on) {
      if (filled > 0) milliseconds = 0;
      OVERLAPPED_ENTRY packets[kMostAtOnce];
      const ULONG count = Dequeue(
          packets, static_cast<ULONG>(ready.size() - filled), milliseconds);
      const std::lock_guard<std::mutex> lock(mutex_);
      for (ULONG i = 0; i < count; ++i) {
        if (Take(packets[i], &ready[filled])) ++filled;
      }
      // If none of the packets has told anything, others may be there. Not for
      // the whole time once more: a wait may end early.
      goes_on = count > 0 && filled == 0;
      milliseconds = 0;
      is_waiting_ = goes_on;
    }
    return {filled, 0};
  }

  void Wake() override {
    if (is_woken_.exchange(true, std::memory_order_acq_rel)) return;
    if (PostQueuedCompletionStatus(port_, 0, 0, &wake_) == 0) {
      // Windows has no memory. The next call tries again.
      is_woken_.store(false, std::memory_order_release);
    }
  }

 private:
  // Returns the number of packets, which is 0 if none has come in time.
  ULONG Dequeue(OVERLAPPED_ENTRY* packets, ULONG room, DWORD milliseconds) {
    ULONG count = 0;
    if (room == 0 || GetQueuedCompletionStatusEx(port_, packets, room, &count,
                                                 milliseconds, FALSE) == 0) {
      return 0;
    }
    return count;
  }

  // Returns nullptr if the packet is not that of a poll. Other code of the
  // process may have sent one to the port.
  Poll* PollOf(const OVERLAPPED_ENTRY& packet) const {
    if (packet.lpOverlapped == nullptr || packet.lpOverlapped == &wake_) {
      return nullptr;
    }
    return reinterpret_cast<Poll*>(packet.lpOverlapped);
  }

  // --- The caller of all the following holds mutex_ --------------------------

  // By the number of the handle.
  using Entries = std::unordered_map<std::int64_t, Entry>;

  Entries::iterator NewEntry(std::int64_t handle) {
    if (spare_entries_.empty()) return entries_.try_emplace(handle).first;
    Entries::node_type node = std::move(spare_entries_.back());
    spare_entries_.pop_back();
    node.key() = handle;
    node.mapped() = Entry();
    return entries_.insert(std::move(node)).position;
  }

  // Keeps its memory, unless there is enough: a socket of which nothing is
  // wanted for some time leaves the set, and comes back without an allocation.
  void Drop(Entries::iterator entry) {
    Entries::node_type node = entries_.extract(entry);
    if (spare_entries_.size() < spare_entries_.capacity()) {
      spare_entries_.push_back(std::move(node));
    }
  }

  SysResult<Driver*> DriverWithRoom() {
    for (const std::unique_ptr<Driver>& driver : drivers_) {
      if (driver->sockets < Driver::kMostSockets) return {driver.get(), 0};
    }
    SysResult<std::unique_ptr<Afd>> afd = Afd::Open(port_);
    if (!afd.ok()) return {nullptr, afd.error};
    drivers_.push_back(std::make_unique<Driver>());
    drivers_.back()->afd = std::move(afd.value);
    return {drivers_.back().get(), 0};
  }

  // Makes a new entry complete, with memory for all that will happen to it.
  // Returns the error.
  int Begin(Entry& entry) {
    const SysResult<Driver*> driver = DriverWithRoom();
    if (!driver.ok()) return driver.error;
    entry.driver = driver.value;
    // The driver may refuse the socket.
    const int refusal =
        entry.driver->afd->Look(entry.base, AfdMask(entry.wish.events)).error;
    if (refusal != 0) return refusal;
    ++entry.driver->sockets;
    const std::size_t size = entries_.size();
    if (queue_.capacity() < size) queue_.reserve(2 * size + 16);
    if (spares_.capacity() < size) spares_.reserve(2 * size + 16);
    if (spare_entries_.capacity() < size) spare_entries_.reserve(2 * size + 16);
    entry.poll = TakeSpare();
    while (spares_.size() < size) KeepSpare(std::make_unique<Poll>());
    Arm(entry);
    return 0;
  }

  // Sees to it that the entry is polled. Its poll is not pending. Until a
  // thread waits, there is time: what is ready now may not be so then.
  void Arm(Entry& entry) {
    if (is_waiting_ && Submit(entry) == 0) {
      Unqueue(entry);
      return;
    }
    Queue(entry);
    // Makes the wait under way end, so that the next one tells what is wrong.
    if (is_waiting_) PostQueuedCompletionStatus(port_, 0, 0, nullptr);
  }

  // Returns the error.
  int Submit(Entry& entry) {
    Poll& poll = *entry.poll;
    const int error =
        entry.driver->afd
            ->Begin(entry.base, AfdMask(entry.wish.events), poll.afd)
            .error;
    if (error != 0) return error;
    poll.entry = &entry;
    poll.wait = waits_;
    entry.is_pending = true;
    ++pending_;
    return 0;
  }

  // Leaves the pending poll of an entry to its packet.
  void GiveUp(Entry& entry) {
    entry.poll->entry = nullptr;
    entry.is_pending = false;
    entry.driver->afd->Cancel(entry.poll->afd);
    entry.poll.release();
  }

  void Queue(Entry& entry) {
    if (entry.place != Entry::kNotQueued) return;
    entry.place = queue_.size();
    queue_.push_back(&entry);
  }
  void Unqueue(Entry& entry) {
    if (entry.place == Entry::kNotQueued) return;
    queue_[entry.place] = queue_.back();
    queue_[entry.place]->place = entry.place;
    queue_.pop_back();
    entry.place = Entry::kNotQueued;
  }

  // Begins the polls of the entries in the queue. Reports those that cannot be
  // polled, and leaves the rest in the queue if there is no room for more.
  // Returns the error if Windows has no memory.
  int BeginQueued(absl::Span<PollReady> ready, std::size_t* filled) {
    while (!queue_.empty() && *filled < ready.size()) {
      Entry& entry = *queue_.back();
      const int error = Submit(entry);
      if (error == WSAENOBUFS) return error;
      Unqueue(entry);
      if (error != 0) ready[(*filled)++] = Failed(entry);
    }
    return 0;
  }

  // A report of a socket that is not polled any more, until it is changed. Its
  // number may be that of another one soon.
  static PollReady Failed(const Entry& entry) {
    return {entry.wish.cookie, entry.wish.events | PollEvents::kFailed};
  }

  // Fills `ready` with what a packet tells. Returns false if there is nothing
  // to report.
  bool Take(const OVERLAPPED_ENTRY& packet, PollReady* ready) {
    if (packet.lpOverlapped == &wake_) {
      *ready = PollReady();
      // Not before the packet has been taken: if `Wake` is called in between,
      // it must find either a packet or a flag that tells it to send one.
      is_woken_.exchange(false, std::memory_order_acq_rel);
      return true;
    }
    Poll* const poll = PollOf(packet);
    if (poll == nullptr) return false;
    --pending_;
    if (poll->entry == nullptr) {
      KeepSpare(std::unique_ptr<Poll>(poll));
      return false;
    }
    Entry& entry = *poll->entry;
    entry.is_pending = false;
    PollEvents events = PollEvents::kNone;
    int error = EventsOf(entry, &events);
    if (error == 0 && events == PollEvents::kNone) error = Submit(entry);
    if (error == WSAENOBUFS) {
      Queue(entry);
      return false;
    }
    if (error != 0) {
      *ready = Failed(entry);
      return true;
    }
    if (events == PollEvents::kNone) return false;
    *ready = {entry.wish.cookie, events};
    if (entry.wish.mode == PollMode::kLevel) Queue(entry);
    return true;
  }

  // Sets what the answer to the poll of an entry means now. Returns the error
  // if the socket cannot be polled any more.
  int EventsOf(const Entry& entry, PollEvents* events) const {
    const AfdAnswer answer = Afd::Answer(entry.poll->afd);
    // Windows may cancel what was begun by a thread that has ended.
    if (answer.is_cancelled) return 0;
    if (answer.has_failed || (answer.found & kAfdLocalClose) != 0) {
      return WSAENOTSOCK;
    }
    SysResult<std::uint32_t> found = {answer.found, 0};
    // A poll that was begun by an earlier wait may have had its answer for
    // long, and what it has found may be over.
    if (entry.poll->wait != waits_) {
      found = entry.driver->afd->Look(entry.base, AfdMask(entry.wish.events));
    }
    *events = AfdMeaning(found.value, entry.wish.events);
    return found.error;
  }

  std::unique_ptr<Poll> TakeSpare() {
    if (spares_.empty()) return std::make_unique<Poll>();
    std::unique_ptr<Poll> poll = std::move(spares_.back());
    spares_.pop_back();
    return poll;
  }
  // Frees it if there are enough.
  void KeepSpare(std::unique_ptr<Poll> poll) {
    if (spares_.size() < spares_.capacity()) spares_.push_back(std::move(poll));
  }

  const HANDLE port_;
  // Whether a packet is on its way that no wait has taken.
  std::atomic<bool> is_woken_{false};
  // Its address tells the packet of `Wake` from others.
  OVERLAPPED wake_ = {};

  std::mutex mutex_;
  // The following are guarded by mutex_.
  Entries entries_;
  // Never closed before the set: other sockets will come.
  std::vector<std::unique_ptr<Driver>> drivers_;
  // The entries whose polls the next wait begins.
  std::vector<Entry*> queue_;
  // So that a change and a wait need no memory.
  std::vector<std::unique_ptr<Poll>> spares_;
  std::vector<Entries::node_type> spare_entries_;
  // How many packets of polls are still to come.
  std::size_t pending_ = 0;
  std::uint64_t waits_ = 0;
  // Whether a thread waits, so that nobody begins the polls in the queue.
  bool is_waiting_ = false;
};

}  // namespace

SysResult<std::unique_ptr<PollSet>> NewSystemPollSet() {
  const HANDLE port =
      CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1);
  if (port == nullptr) return {nullptr, WSAENOBUFS};
  auto set = std::make_unique<AfdPollSet>(port);
  const SysResult<void> prepared = set->Prepare();
  if (!prepared.ok()) return {nullptr, prepared.error};
  return {std::move(set), 0};
}

}  // namespace winsock
}  // namespace mortise
