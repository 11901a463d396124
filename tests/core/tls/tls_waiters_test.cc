#include "mortise/core/tls/internal/tls_waiters.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "gtest/gtest.h"
#include "mortise/core/poll_source.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace internal {
namespace {

class OneWaiter {
 public:
  explicit OneWaiter(WaitEvents events) {
    SysResult<std::unique_ptr<WaitInterrupt>> made =
        Platform::Default().readiness().NewInterrupt();
    EXPECT_TRUE(made.ok());
    interrupt_ = std::move(made.value);
    waiter_.events = events;
    waiter_.interrupt = interrupt_.get();
  }

  TlsWaiters::Waiter& waiter() { return waiter_; }
  bool was_told() const { return interrupt_->is_set(); }

 private:
  std::unique_ptr<WaitInterrupt> interrupt_;
  TlsWaiters::Waiter waiter_;
};

TEST(TlsWaitersTest, AChangeEndsTheWaitsThatItConcerns) {
  TlsWaiters waiters;
  OneWaiter reader(WaitEvents::kReadable);
  OneWaiter writer(WaitEvents::kWritable);
  OneWaiter both(WaitEvents::kReadable | WaitEvents::kWritable);
  waiters.Enter(reader.waiter());
  waiters.Enter(writer.waiter());
  waiters.Enter(both.waiter());
  const std::uint64_t before = waiters.moment();
  waiters.Changed(WaitEvents::kReadable);
  EXPECT_NE(waiters.moment(), before);
  EXPECT_TRUE(reader.was_told());
  EXPECT_FALSE(writer.was_told());
  EXPECT_TRUE(both.was_told());
  waiters.AllChanged();
  EXPECT_TRUE(writer.was_told());
}

// Three of them leave, one after the other, in every order.
TEST(TlsWaitersTest, WhoHasLeftIsNotTold) {
  std::array<std::size_t, 3> order = {0, 1, 2};
  do {
    for (std::size_t left = 0; left <= order.size(); ++left) {
      TlsWaiters waiters;
      std::array<OneWaiter, 3> all = {OneWaiter(WaitEvents::kReadable),
                                      OneWaiter(WaitEvents::kReadable),
                                      OneWaiter(WaitEvents::kReadable)};
      for (OneWaiter& one : all) waiters.Enter(one.waiter());
      for (std::size_t i = 0; i < left; ++i) {
        waiters.Leave(all[order[i]].waiter());
      }
      waiters.AllChanged();
      for (std::size_t i = 0; i < order.size(); ++i) {
        EXPECT_EQ(all[order[i]].was_told(), i >= left);
      }
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace
}  // namespace internal
}  // namespace mortise
