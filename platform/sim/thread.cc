#include "mortise/platform/sim/thread.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/platform_scope.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/thread_platform.h"

namespace mortise {
namespace sim {
namespace {

std::shared_ptr<ThreadGroup> GroupOfThisThread() {
  Scheduler::Require("sim::Thread");
  return Scheduler::This()->group();
}

}  // namespace

Thread::Thread(absl::string_view name, std::function<void()> body)
    : Thread(name, std::move(body), GroupOfThisThread(), ThreadPlatform()) {}

Thread::Thread(absl::string_view name, std::function<void()> body,
               std::shared_ptr<ThreadGroup> group, Platform* platform) {
  absl::StatusOr<std::shared_ptr<SimThread>> started =
      Scheduler::Require("sim::Thread")
          .Start(
              name,
              [body = std::move(body), platform] {
                const PlatformScope scope(platform);
                body();
              },
              std::move(group));
  // There is nothing to start in a run that is over.
  if (absl::IsCancelled(started.status())) return;
  if (!started.ok()) {
    Fatal(absl::StrCat("The thread \"", name,
                       "\": ", started.status().message()));
  }
  thread_ = *std::move(started);
}

Thread& Thread::operator=(Thread&& other) noexcept {
  if (this == &other) return *this;
  if (joinable()) join();
  thread_ = std::move(other.thread_);
  return *this;
}

Thread::~Thread() {
  if (joinable()) join();
}

void Thread::join() {
  const std::shared_ptr<SimThread> thread = std::move(thread_);
  thread_ = nullptr;
  thread->scheduler()->Join(*thread);
}

void Yield() {
  Scheduler* const scheduler = Scheduler::Current();
  if (scheduler != nullptr) scheduler->Yield();
}

Adopt::Adopt(absl::string_view name) {
  const std::shared_ptr<Scheduler> run = Scheduler::OnlyRun();
  if (run == nullptr) {
    Fatal("sim::Adopt needs exactly one run that is under way.");
  }
  const absl::Status adopted = run->Adopt(name);
  if (!adopted.ok()) {
    Fatal(absl::StrCat("sim::Adopt: ", adopted.message()));
  }
}

Adopt::~Adopt() {
  // A child that was forked meanwhile is not part of the run.
  if (Scheduler::Current() != nullptr) Scheduler::Leave();
}

}  // namespace sim
}  // namespace mortise
