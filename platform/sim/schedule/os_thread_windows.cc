// Sources: the pages of Microsoft's documentation on QueryThreadCycleTime,
// GetThreadTimes, SetThreadAffinityMask and SetThreadDescription.

// Before <windows.h>: without these macros it defines `min` and `max`, and
// brings half of Windows.
#define NOMINMAX
#define WIN32_LEAN_AND_MEAN

#include <process.h>
#include <windows.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "mortise/platform/sim/schedule/os_thread.h"

namespace mortise {
namespace sim {
namespace {

struct Start {
  void (*body)(void*);
  void* argument;
};

unsigned __stdcall RunBody(void* argument) {
  const std::unique_ptr<const Start> start(static_cast<Start*>(argument));
  start->body(start->argument);
  return 0;
}

// The times of GetThreadTimes count ticks of at most 16 ms. A thread that has
// been looked at for this long without a pause, and whose times have stayed the
// same, has not run.
constexpr std::chrono::milliseconds kLongSleep(50);
constexpr std::chrono::milliseconds kPause(10);

class WindowsThread : public OsThread {
 public:
  WindowsThread()
      : handle_(OpenThread(THREAD_QUERY_INFORMATION, FALSE,
                           GetCurrentThreadId())) {}
  ~WindowsThread() override {
    if (handle_ != nullptr) CloseHandle(handle_);
  }

  // No documented call tells whether a thread is asleep. A thread that has used
  // no cycle between two looks either is asleep or has found no free CPU.
  std::optional<Look> LookAt() const override {
    if (handle_ == nullptr) return std::nullopt;
    ULONG64 cycles = 0;
    if (QueryThreadCycleTime(handle_, &cycles)) return Look{true, cycles};
    return LookAtTimes();
  }

 private:
  // For Wine, which does not count cycles.
  std::optional<Look> LookAtTimes() const {
    FILETIME created;
    FILETIME ended;
    FILETIME in_kernel;
    FILETIME in_user;
    if (!GetThreadTimes(handle_, &created, &ended, &in_kernel, &in_user)) {
      return std::nullopt;
    }
    const std::uint64_t used = Number(in_kernel) + Number(in_user);
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (used != used_ || now - looked_at_ > kPause) since_ = now;
    used_ = used;
    looked_at_ = now;
    return Look{now - since_ >= kLongSleep, used};
  }

  static std::uint64_t Number(const FILETIME& time) {
    return std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
  }

  const HANDLE handle_;
  mutable std::mutex mutex_;
  // What LookAtTimes has seen, when, and since when.
  mutable std::uint64_t used_ = 0;
  mutable std::chrono::steady_clock::time_point looked_at_;
  mutable std::chrono::steady_clock::time_point since_;
};

class WindowsOneCpu : public OneCpu {
 public:
  WindowsOneCpu()
      : before_(SetThreadAffinityMask(
            GetCurrentThread(), DWORD_PTR{1} << GetCurrentProcessorNumber())) {}
  ~WindowsOneCpu() override {
    if (before_ != 0) SetThreadAffinityMask(GetCurrentThread(), before_);
  }

 private:
  const DWORD_PTR before_;
};

}  // namespace

// Threads do not inherit the affinity of the thread that starts them.
int StartOsThread(std::size_t stack_bytes, void (*body)(void*),
                  void* argument) {
  auto start = std::make_unique<Start>(Start{body, argument});
  const auto thread = _beginthreadex(
      nullptr, static_cast<unsigned>(stack_bytes), &RunBody, start.get(),
      CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (thread == 0) return errno;
  start.release();  // The new thread owns it.
  const auto handle = reinterpret_cast<HANDLE>(thread);
  // The mask of a thread can only be read by setting it.
  const DWORD_PTR mask = SetThreadAffinityMask(
      GetCurrentThread(), DWORD_PTR{1} << GetCurrentProcessorNumber());
  if (mask != 0) {
    SetThreadAffinityMask(GetCurrentThread(), mask);
    SetThreadAffinityMask(handle, mask);
  }
  ResumeThread(handle);
  CloseHandle(handle);
  return 0;
}

void AtOsThreadEnd(void (*last)(void*), void* argument) { last(argument); }

void AtOsFork(void (*)()) {}

std::unique_ptr<const OsThread> OsThread::This() {
  return std::make_unique<WindowsThread>();
}

bool OsThread::tells_state() { return false; }

std::unique_ptr<OneCpu> OneCpu::Bind() {
  return std::make_unique<WindowsOneCpu>();
}

// SetThreadDescription exists from Windows 10 on, and cannot be linked on older
// systems.
void NameOsThread(const std::string&) {}

std::string OsThreadName() {
  return absl::StrCat("thread ", GetCurrentThreadId());
}

// Sleep counts whole ticks of the system's clock, some 15 ms. So this gives the
// rest of the time slice away instead, to the threads of this CPU and of
// others.
void PauseForReal() { Sleep(0); }

}  // namespace sim
}  // namespace mortise
