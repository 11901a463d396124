// Sources: proc(5), sched_setaffinity(2), pthread_getcpuclockid(3).

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/schedule/os_thread.h"

namespace mortise {
namespace sim {
namespace {

class LinuxThread : public OsThread {
 public:
  LinuxThread()
      : stat_(absl::StrCat("/proc/self/task/", syscall(SYS_gettid), "/stat")),
        has_clock_(pthread_getcpuclockid(pthread_self(), &clock_) == 0) {}

  std::optional<Look> LookAt() const override {
    struct timespec used;
    if (!has_clock_ || clock_gettime(clock_, &used) != 0) return std::nullopt;
    const char state = State();
    if (state == '\0') return std::nullopt;
    const std::uint64_t nanoseconds =
        static_cast<std::uint64_t>(used.tv_sec) * 1000000000u +
        static_cast<std::uint64_t>(used.tv_nsec);
    // D is a wait for a disk, which ends by itself.
    return Look{state == 'S', nanoseconds};
  }

 private:
  // Returns the letter for the thread's state, or 0.
  char State() const {
    const int file = open(stat_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return '\0';
    std::array<char, 512> room;
    const ssize_t size = read(file, room.data(), room.size());
    close(file);
    if (size <= 0) return '\0';
    // "17 (name) S 1 ...". The name may have parentheses of its own.
    const absl::string_view text(room.data(), static_cast<std::size_t>(size));
    const auto end = text.rfind(')');
    if (end == text.npos || end + 2 >= text.size()) return '\0';
    return text[end + 2];
  }

  const std::string stat_;
  clockid_t clock_{};
  const bool has_clock_;
};

class LinuxOneCpu : public OneCpu {
 public:
  LinuxOneCpu() {
    if (sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    const int current = sched_getcpu();
    if (current < 0 || !CPU_ISSET(current, &before_)) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(current, &one);
    bound_ = sched_setaffinity(0, sizeof one, &one) == 0;
  }
  ~LinuxOneCpu() override {
    if (bound_) sched_setaffinity(0, sizeof before_, &before_);
  }

 private:
  // A machine may have more CPUs than this has room for. Then the first call
  // above fails, and the threads are not bound.
  cpu_set_t before_{};
  bool bound_ = false;
};

}  // namespace

std::unique_ptr<const OsThread> OsThread::This() {
  return std::make_unique<LinuxThread>();
}

bool OsThread::tells_state() { return true; }

std::unique_ptr<OneCpu> OneCpu::Bind() {
  return std::make_unique<LinuxOneCpu>();
}

void NameOsThread(const std::string& name) {
  // Linux takes 15 characters, and refuses longer names.
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

std::string OsThreadName() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return absl::StrCat(name.data(), " (thread ", syscall(SYS_gettid), ")");
}

}  // namespace sim
}  // namespace mortise
