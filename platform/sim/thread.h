// Threads of a simulation.
//
//   sim::Thread server("server", [&] { Serve(listener); });
//   ...
//   server.join();

#ifndef MORTISE_PLATFORM_SIM_THREAD_H_
#define MORTISE_PLATFORM_SIM_THREAD_H_

#include <functional>
#include <memory>

#include "absl/strings/string_view.h"

namespace mortise {

class Platform;

namespace sim {

class SimThread;
class ThreadGroup;

// Runs a function in a thread of the run that the caller is part of. It has the
// names of std::thread. Two things are different: it has a name of its own,
// which reports and traces show, and its destructor joins it, because what the
// thread uses is mostly on the stack of its creator.
//
// The thread belongs to the same host as its creator, and has its creator's
// platform where it names none. When the run ends, the thread's calls fail with
// ECANCELED.
//
// Thread-compatible. Movable.
class [[nodiscard]] Thread {
 public:
  Thread() = default;
  // Ends the process if the caller is not part of a run, or if the OS starts no
  // further thread. A scheduling point: the new thread may run at once.
  Thread(absl::string_view name, std::function<void()> body);
  // For Host::Start: the thread is one of `group`, and nullptr means `platform`
  // in it.
  Thread(absl::string_view name, std::function<void()> body,
         std::shared_ptr<ThreadGroup> group, Platform* platform);
  Thread(Thread&& other) noexcept = default;
  // Joins the thread that it has.
  Thread& operator=(Thread&& other) noexcept;
  // Joins the thread, unless it has been joined or detached.
  ~Thread();

  bool joinable() const { return thread_ != nullptr; }

  // Waits until the thread has ended. It must be joinable. Also returns when
  // the thread is frozen, because its host has crashed, or because the run ends
  // and it ignores that its calls fail.
  void join();
  // Lets the thread go on by itself. It must only use what lasts until the end
  // of the run.
  void detach() { thread_ = nullptr; }

 private:
  std::shared_ptr<SimThread> thread_;
};

// Gives the other threads of the run a turn. Without effect in a thread that is
// not simulated.
void Yield();

// While it lives, the calling thread, which something else has started, is part
// of the only run in the process. The run is then marked as left to chance: the
// seed does not decide when the thread comes.
//
//   std::thread worker([&] {
//     sim::Adopt adopt("worker");
//     ...
//   });
//
// The thread belongs to no host, so it neither dies nor pauses with one.
// Without a PlatformScope, code that names no platform is on the real network.
// It must destroy what it has made on hosts before the run ends.
//
// Created and destroyed in one thread. Both wait for the thread's turn. Ends
// the process if the thread is part of a run already, or if there is not
// exactly one run.
class Adopt {
 public:
  explicit Adopt(absl::string_view name);
  ~Adopt();
  Adopt(const Adopt&) = delete;
  Adopt& operator=(const Adopt&) = delete;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_THREAD_H_
