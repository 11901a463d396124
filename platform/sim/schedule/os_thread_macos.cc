// macOS binds no thread to a CPU, so a hand-over takes longer there. Source:
// mach/thread_info.h.

#include <mach/mach.h>
#include <pthread.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "mortise/platform/sim/schedule/os_thread.h"

namespace mortise {
namespace sim {
namespace {

std::uint64_t Microseconds(const time_value_t& time) {
  return static_cast<std::uint64_t>(time.seconds) * 1000000u +
         static_cast<std::uint64_t>(time.microseconds);
}

class MacThread : public OsThread {
 public:
  // The port is that of the thread itself, which counts no reference.
  MacThread() : port_(pthread_mach_thread_np(pthread_self())) {}

  std::optional<Look> LookAt() const override {
    thread_basic_info_data_t info;
    mach_msg_type_number_t count = THREAD_BASIC_INFO_COUNT;
    if (thread_info(port_, THREAD_BASIC_INFO,
                    reinterpret_cast<thread_info_t>(&info),
                    &count) != KERN_SUCCESS) {
      return std::nullopt;
    }
    return Look{info.run_state == TH_STATE_WAITING,
                Microseconds(info.user_time) + Microseconds(info.system_time)};
  }

 private:
  const mach_port_t port_;
};

}  // namespace

std::unique_ptr<const OsThread> OsThread::This() {
  return std::make_unique<MacThread>();
}

bool OsThread::tells_state() { return true; }

std::unique_ptr<OneCpu> OneCpu::Bind() { return nullptr; }

void NameOsThread(const std::string& name) { pthread_setname_np(name.c_str()); }

std::string OsThreadName() {
  std::array<char, 64> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  std::uint64_t number = 0;
  pthread_threadid_np(nullptr, &number);
  return absl::StrCat(name.data(), " (thread ", number, ")");
}

}  // namespace sim
}  // namespace mortise
