#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "mortise/platform/native_handle.h"
#include "mortise/tests/contract/process.h"

extern char** environ;

namespace mortise {
namespace contract {
namespace {

constexpr int kStormSignal = SIGUSR1;

// The OS gives out the lowest free number, so that a leaked descriptor is among
// the first ones even if the limit is a million.
constexpr int kCountedDescriptors = 8192;

std::atomic<int> storm_signals(0);
std::atomic<int> broken_pipes(0);
static_assert(std::atomic<int>::is_always_lock_free,
              "signal handlers count with it");

void CountStormSignal(int) { ++storm_signals; }
void CountBrokenPipe(int) { ++broken_pipes; }

// Handles `signal` with `handler` while it lives.
class ScopedHandler {
 public:
  ScopedHandler(int signal, void (*handler)(int)) : signal_(signal) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = 0;  // no SA_RESTART: calls fail with EINTR
    sigemptyset(&action.sa_mask);
    sigaction(signal_, &action, &before_);
  }
  ~ScopedHandler() { sigaction(signal_, &before_, nullptr); }
  ScopedHandler(const ScopedHandler&) = delete;
  ScopedHandler& operator=(const ScopedHandler&) = delete;

 private:
  const int signal_;
  struct sigaction before_;
};

class PosixFamine : public DescriptorFamine {
 public:
  PosixFamine() {
    getrlimit(RLIMIT_NOFILE, &before_);
    // The limit applies to the numbers of descriptors. The lowest free number
    // is given out first, so that none is free below the limit.
    const int free = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(free);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(free);
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~PosixFamine() override { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_;
};

class PosixStorm : public SignalStorm {
 public:
  explicit PosixStorm(absl::Duration period)
      : handler_(kStormSignal, &CountStormSignal),
        victim_(pthread_self()),
        sender_([this, period] {
          while (!over_.WaitForNotificationWithTimeout(period)) {
            pthread_kill(victim_, kStormSignal);
          }
        }) {}
  ~PosixStorm() override {
    over_.Notify();
    sender_.join();
  }

 private:
  const ScopedHandler handler_;
  const pthread_t victim_;
  absl::Notification over_;
  std::thread sender_;
};

class PosixBrokenPipeWatch : public BrokenPipeWatch {
 public:
  PosixBrokenPipeWatch() : handler_(SIGPIPE, &CountBrokenPipe) {
    broken_pipes = 0;
  }
  int signals() const override { return broken_pipes; }

 private:
  const ScopedHandler handler_;
};

}  // namespace

bool RunsUnderWine() { return false; }

// tools/toolchains/under_qemu sets this variable. A program cannot find out
// itself.
bool RunsUnderQemu() {
  const char* launcher = std::getenv("MORTISE_TEST_LAUNCHER");
  return launcher != nullptr && absl::StartsWith(launcher, "qemu");
}

bool KnowsLocalhost() {
  addrinfo hints = {};
  hints.ai_family = AF_INET;
  addrinfo* found = nullptr;
  bool known = getaddrinfo("localhost", nullptr, &hints, &found) == 0;
  if (known) {
    char name[NI_MAXHOST];
    known = getnameinfo(found->ai_addr, found->ai_addrlen, name, sizeof(name),
                        nullptr, 0, NI_NAMEREQD) == 0;
    freeaddrinfo(found);
  }
  return known;
}

std::optional<int> OpenDescriptors() {
  const long limit = sysconf(_SC_OPEN_MAX);
  const int end =
      limit < 0 ? kCountedDescriptors
                : static_cast<int>(std::min<long>(limit, kCountedDescriptors));
  int open = 0;
  for (int fd = 0; fd < end; ++fd) {
    if (fcntl(fd, F_GETFD) != -1) ++open;
  }
  return open;
}

bool AllowDescriptors(int count) {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1) return false;
  const auto wanted = static_cast<rlim_t>(count);
  if (limit.rlim_cur >= wanted) return true;
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted) return false;
  limit.rlim_cur = wanted;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

std::unique_ptr<DescriptorFamine> DescriptorFamine::Begin() {
  return std::make_unique<PosixFamine>();
}

std::unique_ptr<SignalStorm> SignalStorm::Begin(absl::Duration period) {
  return std::make_unique<PosixStorm>(period);
}

int SignalStorm::Signals() { return storm_signals; }

std::unique_ptr<BrokenPipeWatch> BrokenPipeWatch::Begin() {
  return std::make_unique<PosixBrokenPipeWatch>();
}

std::optional<bool> ChildInherits(NativeHandle handle) {
  // The script uses no redirection, because some small shells know only
  // descriptors of one digit.
  const auto fd = static_cast<int>(handle.value());
  const std::string script =
      absl::StrCat("test -e /dev/fd/", fd, " && exit 10; exit 11");
  const std::string shell = "/bin/sh";
  std::string arguments[] = {shell, "-c", script};
  char* const argv[] = {&arguments[0][0], &arguments[1][0], &arguments[2][0],
                        nullptr};
  pid_t child;
  if (posix_spawn(&child, shell.c_str(), nullptr, nullptr, argv, environ) !=
      0) {
    return std::nullopt;
  }
  int status = 0;
  while (waitpid(child, &status, 0) == -1) {
    if (errno != EINTR) return std::nullopt;
  }
  if (!WIFEXITED(status)) return std::nullopt;
  switch (WEXITSTATUS(status)) {
    case 10:
      return true;
    case 11:
      return false;
    default:
      return std::nullopt;
  }
}

bool MakeInheritable(NativeHandle handle) {
  return fcntl(static_cast<int>(handle.value()), F_SETFD, 0) == 0;
}

std::uint32_t ThisProcess() { return static_cast<std::uint32_t>(getpid()); }

std::string ThisThread() {
  // Only Linux has this link.
  std::error_code error;
  const std::filesystem::path thread =
      std::filesystem::read_symlink("/proc/thread-self", error);
  return error ? std::string() : absl::StrCat("/proc/", thread.string());
}

std::optional<bool> IsAsleep(const std::string& thread) {
  if (thread.empty()) return std::nullopt;
  std::ifstream file(absl::StrCat(thread, "/stat"));
  std::string stat;
  if (!std::getline(file, stat)) return std::nullopt;
  // "12 (name) S ...": the name may hold anything, so look from the end.
  const std::string::size_type name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= stat.size()) {
    return std::nullopt;
  }
  return stat[name_end + 2] == 'S';
}

std::string MakeShortDirectory() {
  char path[] = "/tmp/mortise.XXXXXX";
  if (mkdtemp(path) == nullptr) {
    std::perror("mkdtemp /tmp/mortise.XXXXXX");
    std::abort();
  }
  return path;
}

void RemoveTree(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

bool FileExists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

void RemoveFile(const std::string& path) { unlink(path.c_str()); }

}  // namespace contract
}  // namespace mortise
