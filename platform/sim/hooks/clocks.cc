// The clocks of the C library, for simulated threads: virtual time. All other
// threads get the real time, from the kernel.
//
// The functions have names of their own here, and get those of the C library
// from the assembler. Libraries differ in how they declare them (noexcept,
// restrict), and a definition would have to repeat that.

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <optional>

#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

// What the monotonic clocks show at the virtual time 0. It is not 0, because
// some programs take that for no time at all, and large enough for a program
// that goes back some minutes.
constexpr std::int64_t kBoot = 1000000 * kSecond;

// Returns what the clock shows to a simulated thread. nullopt for a thread that
// is not simulated, and for clocks that do not show the time, such as those of
// the CPU.
std::optional<std::int64_t> Virtual(clockid_t clock) {
  const SimThread* const me = Scheduler::This();
  if (me == nullptr) return std::nullopt;
  const Scheduler& scheduler = *me->scheduler();
  const LocalClock* const local = me->clock();
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE: {
      const Time now = scheduler.ReadClock();
      return scheduler.epoch() +
             (local == nullptr ? now : local->WallTime(now));
    }
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME: {
      const Time now = scheduler.ReadClock();
      return kBoot + (local == nullptr ? now : local->LocalTime(now));
    }
    default:
      return std::nullopt;
  }
}

int GetTime(clockid_t clock, timespec* time) {
  const std::optional<std::int64_t> shown = Virtual(clock);
  if (shown.has_value()) {
    // Rounded down before 1970, too.
    const std::int64_t second = kSecond;
    const std::int64_t part = (*shown % second + second) % second;
    time->tv_sec = static_cast<time_t>((*shown - part) / second);
    time->tv_nsec = static_cast<long>(part);  // NOLINT
    return 0;
  }
  // The layout that the old call has on every machine.
  static_assert(sizeof(timespec) == 2 * sizeof(long),  // NOLINT
                "the kernel's times are not the C library's");
  return static_cast<int>(syscall(SYS_clock_gettime, clock, time));
}

}  // namespace
}  // namespace sim
}  // namespace mortise

extern "C" {

__attribute__((visibility("default"))) int MortiseSimClockGetTime(
    clockid_t clock, timespec* time) __asm__("clock_gettime");
__attribute__((visibility("default"))) int MortiseSimGetTimeOfDay(
    timeval* time, void* zone) __asm__("gettimeofday");
__attribute__((visibility("default"))) time_t MortiseSimTime(
    time_t* time) __asm__("time");

int MortiseSimClockGetTime(clockid_t clock, timespec* time) {
  return mortise::sim::GetTime(clock, time);
}

int MortiseSimGetTimeOfDay(timeval* time, void* zone) {
  // The zone is obsolete, and the C libraries set it to 0.
  if (zone != nullptr) *static_cast<struct timezone*>(zone) = {};
  if (time == nullptr) return 0;
  timespec now;
  const int failed = mortise::sim::GetTime(CLOCK_REALTIME, &now);
  if (failed != 0) return failed;
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t MortiseSimTime(time_t* time) {
  timespec now = {};
  mortise::sim::GetTime(CLOCK_REALTIME, &now);
  if (time != nullptr) *time = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"
