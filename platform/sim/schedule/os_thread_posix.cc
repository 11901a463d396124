// What Linux and macOS have in common.

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <memory>

#include "mortise/platform/sim/schedule/os_thread.h"

namespace mortise {
namespace sim {
namespace {

struct Start {
  void (*body)(void*);
  void* argument;
};

void* RunBody(void* argument) {
  const std::unique_ptr<const Start> start(static_cast<Start*>(argument));
  start->body(start->argument);
  return nullptr;
}

// The OS calls the destructors of a thread's values again and again for as long
// as they set new values, four times or more. In the first rounds others still
// destroy what they have, thread_local objects too. Round three is not the
// last, because the sanitizers end their work on a thread in the last one.
constexpr int kLastRound = 3;
static_assert(_POSIX_THREAD_DESTRUCTOR_ITERATIONS > kLastRound,
              "the system must have a round after it");

struct Ending {
  void (*last)(void*);
  void* argument;
  int round;
};

void EndRound(void* value);

pthread_key_t EndKey() {
  static const pthread_key_t key = [] {
    pthread_key_t made{};
    pthread_key_create(&made, &EndRound);
    return made;
  }();
  return key;
}

void EndRound(void* value) {
  auto* const ending = static_cast<Ending*>(value);
  if (++ending->round < kLastRound) {
    pthread_setspecific(EndKey(), ending);
    return;
  }
  const std::unique_ptr<const Ending> owner(ending);
  ending->last(ending->argument);
}

}  // namespace

int StartOsThread(std::size_t stack_bytes, void (*body)(void*),
                  void* argument) {
  auto start = std::make_unique<Start>(Start{body, argument});
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return error;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(
      &attributes,
      std::max(stack_bytes, static_cast<std::size_t>(PTHREAD_STACK_MIN)));
  pthread_t thread;
  error = pthread_create(&thread, &attributes, &RunBody, start.get());
  pthread_attr_destroy(&attributes);
  if (error == 0) start.release();  // The new thread owns it.
  return error;
}

void AtOsThreadEnd(void (*last)(void*), void* argument) {
  pthread_setspecific(EndKey(), new Ending{last, argument, 0});
}

void AtOsFork(void (*in_child)()) {
  pthread_atfork(nullptr, nullptr, in_child);
}

void PauseForReal() {
  const struct timespec pause = {0, 50 * 1000};
  nanosleep(&pause, nullptr);
}

}  // namespace sim
}  // namespace mortise
