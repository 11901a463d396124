// Who is told that the readiness of a socket may have changed.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_WATCHERS_H_
#define MORTISE_PLATFORM_SIM_KERNEL_WATCHERS_H_

#include <cstdint>

namespace mortise {
namespace sim {

// A set of events, as poll(2) knows them.
using Events = std::uint8_t;
inline constexpr Events kReadable = 1;  // POLLIN
inline constexpr Events kWritable = 2;  // POLLOUT
inline constexpr Events kEnded = 4;     // POLLRDHUP
inline constexpr Events kHungUp = 8;    // POLLHUP
inline constexpr Events kFailed = 16;   // POLLERR
inline constexpr Events kAnything = 31;

class WatchList;

// Something that waits for a socket. It leaves its list when it is destroyed.
//
// Thread safety: none; the lock of the simulation guards it. Nothing blocks.
class Watcher {
 public:
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  virtual ~Watcher() { Leave(); }

  void Leave();
  bool is_listed() const { return list_ != nullptr; }

 private:
  friend class WatchList;

  // Called when one of `events` may be there now. It must neither call the
  // kernel nor change the list.
  virtual void OnEvents(Events events) = 0;
  // Called when the last file of the socket is closed. The watcher is in no
  // list any more.
  virtual void OnGone() {}

  WatchList* list_ = nullptr;
  Watcher* previous_ = nullptr;
  Watcher* next_ = nullptr;
};

// The watchers of one socket, in the order in which they came. Thread safety
// as of Watcher.
class WatchList {
 public:
  WatchList() = default;
  WatchList(const WatchList&) = delete;
  WatchList& operator=(const WatchList&) = delete;
  ~WatchList() { Clear(); }

  // `watcher` is in no list.
  void Add(Watcher& watcher);
  // Tells all watchers that the socket is gone, and takes them out.
  void Clear();
  void Notify(Events events);

 private:
  friend class Watcher;

  Watcher* first_ = nullptr;
  Watcher* last_ = nullptr;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_WATCHERS_H_
