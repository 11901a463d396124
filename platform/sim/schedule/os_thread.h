// What the scheduler asks of the operating system about its threads. Each
// system has one file that implements it, os_thread_NAME.cc; those of POSIX
// share os_thread_posix.cc.
//
// All functions are thread-safe. They do not block, except where they say so.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_OS_THREAD_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_OS_THREAD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace mortise {
namespace sim {

// Starts a detached thread that calls `body(argument)`. The OS may make the
// stack larger than `stack_bytes`. The new thread runs on the CPUs on which the
// caller runs. Returns 0, or the OS's error if it starts no thread.
int StartOsThread(std::size_t stack_bytes, void (*body)(void*), void* argument);

// Calls `last(argument)` when the calling thread ends: on POSIX after the
// destructors of its thread_local objects. To be called once per thread, as the
// last statement of the thread's function. On Windows `last` is called here, so
// these destructors come later.
void AtOsThreadEnd(void (*last)(void*), void* argument);

// Calls the function in each child that fork(2) makes from now on, in the one
// thread that the child has. Does nothing if the OS has no fork.
void AtOsFork(void (*in_child)());

// A name of the calling thread for tools and messages. The OS may cut it.
void NameOsThread(const std::string& name);
// Returns the name of the calling thread, with the OS's number of the thread.
std::string OsThreadName();

// A thread, to look at it from other threads.
class OsThread {
 public:
  // What one look has seen.
  struct Look {
    // Whether the thread is waiting in the OS. It is not if it is ready to run
    // and has no CPU, nor if a debugger has stopped it. Always true if the OS
    // does not tell the state of a thread.
    bool asleep = false;
    // The CPU time that it has used, in an arbitrary unit. If two looks see it
    // asleep and with the same number, it has done nothing between them.
    std::uint64_t cpu_time = 0;
  };

  virtual ~OsThread() = default;

  // Returns nullopt if the OS does not tell. The thread must not have ended.
  // Returns after some microseconds.
  virtual std::optional<Look> LookAt() const = 0;

  // Whether the OS tells the state of a thread. If not, only two looks together
  // say something.
  static bool tells_state();

  // Returns the calling thread.
  static std::unique_ptr<const OsThread> This();
};

// While it lives, its thread runs on one CPU, and so do the threads that this
// thread starts. Without effect if the OS cannot do that. It is created and
// destroyed in the same thread.
class OneCpu {
 public:
  virtual ~OneCpu() = default;
  static std::unique_ptr<OneCpu> Bind();
};

// Blocks the calling thread for some 50 microseconds of real time, whatever its
// clocks say. Other threads may use the CPU meanwhile.
void PauseForReal();

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_OS_THREAD_H_
