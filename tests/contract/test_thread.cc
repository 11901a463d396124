#include "mortise/tests/contract/test_thread.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mortise/tests/contract/process.h"

namespace mortise {
namespace contract {
namespace {

ThreadMaker* thread_maker = nullptr;

class OsThread final : public RunningThread {
 public:
  explicit OsThread(std::function<void()> body)
      : thread_([this, body = std::move(body)] {
          id_ = ThisThread();
          started_.Notify();
          body();
        }) {}

  void Join() override { thread_.join(); }
  std::optional<bool> IsAsleep() override {
    started_.WaitForNotification();
    return contract::IsAsleep(id_);
  }

 private:
  std::string id_;
  absl::Notification started_;
  std::thread thread_;  // The last member, because it uses the others.
};

}  // namespace

void UseThreadMaker(ThreadMaker* maker) { thread_maker = maker; }

TestThread::TestThread(std::function<void()> body) {
  if (thread_maker != nullptr) {
    thread_ = thread_maker->Start(std::move(body));
  } else {
    thread_ = std::make_unique<OsThread>(std::move(body));
  }
}

void AwaitThat(const std::function<bool()>& condition) {
  while (!condition()) absl::SleepFor(absl::Milliseconds(1));
}

}  // namespace contract
}  // namespace mortise
