// Wakes a server from another thread.

#ifndef MORTISE_TESTS_LOAD_WAKER_H_
#define MORTISE_TESTS_LOAD_WAKER_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "absl/time/time.h"
#include "mortise/tests/load/server.h"

namespace mortise {
namespace load {

// No wait of the load test takes as long on a machine that works.
inline constexpr absl::Duration kPatience = absl::Minutes(1);

// Wakes the server, again and again, and waits each time until it has noticed.
//
// Thread safety: one thread uses it, that of the server.
class Waker {
 public:
  // `server` must outlive it.
  explicit Waker(Server& server) : server_(server) {}
  ~Waker() { End(); }
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  // Wakes until End, or as often as `times` says. After each time it sleeps for
  // `pause`, on which nothing depends.
  void Begin(int times, absl::Duration pause);
  void End();

  // What the server does when it was woken.
  void Answer();

  bool is_at_work();
  std::int64_t answered();
  // Whether the server did not notice one within kPatience.
  bool has_lost();

 private:
  // Returns whether to go on.
  bool WakeOnce();

  Server& server_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t asked_ = 0;
  std::int64_t answered_ = 0;
  bool ending_ = false;
  bool is_at_work_ = false;
  bool has_lost_ = false;
  std::thread thread_;
};

}  // namespace load
}  // namespace mortise

#endif  // MORTISE_TESTS_LOAD_WAKER_H_
