// The threads of tests. They are those of the OS, unless the platform under
// test brings threads of its own.

#ifndef MORTISE_CONTRACT_TEST_THREAD_H_
#define MORTISE_CONTRACT_TEST_THREAD_H_

#include <functional>
#include <memory>
#include <optional>

namespace mortise {
namespace contract {

// A thread that runs.
class RunningThread {
 public:
  virtual ~RunningThread() = default;
  // Waits until the thread has ended.
  virtual void Join() = 0;
  // Whether the thread is waiting for something. nullopt if there is no way to
  // tell.
  virtual std::optional<bool> IsAsleep() = 0;
};

// Starts the threads of tests. Thread-safe.
class ThreadMaker {
 public:
  virtual ~ThreadMaker() = default;
  virtual std::unique_ptr<RunningThread> Start(std::function<void()> body) = 0;
};

// Makes `maker` start the threads of the process's tests. nullptr: the OS. To
// be called between tests; `maker` must last until then.
void UseThreadMaker(ThreadMaker* maker);

// What std::thread is elsewhere. Its destructor joins it. For one thread.
class TestThread {
 public:
  TestThread() = default;
  explicit TestThread(std::function<void()> body);
  TestThread(TestThread&&) = default;
  // `*this` must not be joinable.
  TestThread& operator=(TestThread&&) = default;
  ~TestThread() {
    if (joinable()) join();
  }

  bool joinable() const { return thread_ != nullptr; }
  void join() {
    thread_->Join();
    thread_ = nullptr;
  }
  // As RunningThread::IsAsleep. It must be joinable.
  std::optional<bool> IsAsleep() { return thread_->IsAsleep(); }

 private:
  std::unique_ptr<RunningThread> thread_;
};

// Waits until `condition` is true, which another thread makes it. Looks now and
// then.
void AwaitThat(const std::function<bool()>& condition);

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_TEST_THREAD_H_
