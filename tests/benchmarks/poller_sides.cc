#include "mortise/tests/benchmarks/poller_sides.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/poller.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/tests/benchmarks/poller_side.h"
#include "mortise/tests/platform/scanning_platform.h"

namespace mortise {
namespace benchmarks {
namespace {

[[noreturn]] ABSL_ATTRIBUTE_COLD ABSL_ATTRIBUTE_NOINLINE void Fail(
    const char* call) {
  std::perror(call);
  std::exit(1);
}

[[noreturn]] ABSL_ATTRIBUTE_COLD ABSL_ATTRIBUTE_NOINLINE void Fail(
    const absl::Status& status) {
  std::cerr << status << "\n";
  std::exit(1);
}

class BareSide final : public PollerSide {
 public:
  BareSide()
      : epoll_(epoll_create1(EPOLL_CLOEXEC)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (epoll_ == -1) Fail("epoll_create1");
    if (wake_ == -1) Fail("eventfd");
    // Need not be read, because each write counts as new.
    Control(EPOLL_CTL_ADD, wake_, EPOLLIN | EPOLLET);
  }
  ~BareSide() override {
    close(epoll_);
    close(wake_);
  }

  void Watch(int fd) override { Control(EPOLL_CTL_ADD, fd, EPOLLIN); }
  void Forget(int fd) override { Control(EPOLL_CTL_DEL, fd, 0); }

  int Wait(int* ready) override {
    epoll_event events[kMostReady];
    const int count = epoll_wait(epoll_, events, kMostReady, -1);
    if (ABSL_PREDICT_FALSE(count == -1)) Fail("epoll_wait");
    int kept = 0;
    for (int i = 0; i < count; ++i) {
      if (events[i].data.fd != wake_) ready[kept++] = events[i].data.fd;
    }
    return kept;
  }

  void Wake() override {
    const std::uint64_t one = 1;
    if (write(wake_, &one, sizeof(one)) != sizeof(one)) Fail("write");
  }

 private:
  void Control(int operation, int fd, std::uint32_t events) {
    epoll_event event = {};
    event.events = events;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, operation, fd, &event) != 0) Fail("epoll_ctl");
  }

  const int epoll_;
  const int wake_;
};

class MortiseSide final : public PollerSide {
 public:
  explicit MortiseSide(Platform* platform)
      : poller_(Create(platform)), result_(kMostReady) {}

  void Watch(int fd) override {
    Check(poller_.Register(NativeHandle(fd), PollEvents::kReadable,
                           static_cast<std::uint64_t>(fd)));
  }
  void Forget(int fd) override { Check(poller_.Unregister(NativeHandle(fd))); }

  int Wait(int* ready) override {
    Check(poller_.Wait(absl::InfiniteDuration(), &result_));
    int count = 0;
    for (const PollEvent event : result_) {
      ready[count++] = static_cast<int>(event.key);
    }
    return count;
  }

  void Wake() override { poller_.Wake(); }

 private:
  static Poller Create(Platform* platform) {
    absl::StatusOr<Poller> poller = Poller::Create(platform);
    if (!poller.ok()) Fail(poller.status());
    return *std::move(poller);
  }

  static void Check(const absl::Status& status) {
    if (ABSL_PREDICT_FALSE(!status.ok())) Fail(status);
  }

  Poller poller_;
  PollResult result_;
};

}  // namespace

std::unique_ptr<PollerSide> NewBareSide() {
  return std::make_unique<BareSide>();
}

std::unique_ptr<PollerSide> NewMortiseSide() {
  return std::make_unique<MortiseSide>(nullptr);
}

std::unique_ptr<PollerSide> NewScanningSide() {
  return std::make_unique<MortiseSide>(&ScanningPlatform());
}

}  // namespace benchmarks
}  // namespace mortise
