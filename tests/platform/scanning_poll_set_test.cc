// A scanning set over a scan of the test's own, which fails when it is told to.
// What every set does is in the poll_set_*_tests.

#include "mortise/platform/scanning_poll_set.h"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace {

constexpr int kNotASocket = 38;
constexpr NativeHandle kHandle(5);

class Flag final : public WaitInterrupt {
  void Signal() override {}
  void Drain() override {}
};

// What the next scans do before they fail. For the functions of the system,
// which have no argument for it.
std::function<void()>* during_scan = nullptr;

class FailingScan final : public PollScan {
 public:
  void Clear() override {}
  void Add(NativeHandle, PollEvents) override {}
  SysResult<void> Run(WaitInterrupt&, absl::Duration) override {
    (*during_scan)();
    return {kNotASocket};
  }
  // What a scan that has failed leaves behind may be anything.
  PollEvents Found(std::size_t) const override { return PollEvents::kReadable; }
};

class FailingScanTest : public ::testing::Test {
 protected:
  FailingScanTest() {
    during_scan = &during_scan_;
    PollScanSystem system = {};
    system.new_interrupt = []() -> SysResult<std::unique_ptr<WaitInterrupt>> {
      return {std::make_unique<Flag>(), 0};
    };
    system.new_scan = [](std::size_t) -> std::unique_ptr<PollScan> {
      return std::make_unique<FailingScan>();
    };
    system.refusal = [](NativeHandle) { return 0; };
    set_ = std::move(NewScanningPollSet(system).value);
    wish_.handle = kHandle;
    wish_.events = PollEvents::kReadable;
    wish_.cookie = this;
    EXPECT_TRUE(set_->Add(wish_).ok());
  }
  ~FailingScanTest() override { during_scan = nullptr; }

  SysResult<std::size_t> Wait() {
    return set_->Wait(absl::MakeSpan(ready_), absl::ZeroDuration());
  }

  std::function<void()> during_scan_ = [] {};
  std::unique_ptr<PollSet> set_;
  PollWish wish_;
  std::array<PollReady, 2> ready_;
};

TEST_F(FailingScanTest, AnErrorIsReturned) {
  EXPECT_EQ(Wait().error, kNotASocket);
}

// Windows' select fails if one of the sockets is closed during the call.
TEST_F(FailingScanTest, AHandleThatIsRemovedDuringTheScanIsNoError) {
  during_scan_ = [this] { EXPECT_TRUE(set_->Remove(kHandle).ok()); };
  const SysResult<std::size_t> found = Wait();
  EXPECT_EQ(found.error, 0);
  EXPECT_EQ(found.value, 0u);
}

TEST_F(FailingScanTest, ANumberThatIsUsedAgainDuringTheScanIsNoError) {
  during_scan_ = [this] {
    EXPECT_TRUE(set_->Remove(kHandle).ok());
    EXPECT_TRUE(set_->Add(wish_).ok());
  };
  const SysResult<std::size_t> found = Wait();
  EXPECT_EQ(found.error, 0);
  EXPECT_EQ(found.value, 0u);
}

TEST_F(FailingScanTest, AWakeIsNotLostWithTheScan) {
  during_scan_ = [this] {
    set_->Wake();
    EXPECT_TRUE(set_->Remove(kHandle).ok());
  };
  const SysResult<std::size_t> found = Wait();
  ASSERT_EQ(found.error, 0);
  ASSERT_EQ(found.value, 1u);
  EXPECT_EQ(ready_[0].cookie, nullptr);
}

TEST_F(FailingScanTest, AWakeIsNotLostWithAnError) {
  during_scan_ = [this] { set_->Wake(); };
  EXPECT_EQ(Wait().error, kNotASocket);
  during_scan_ = [this] { EXPECT_TRUE(set_->Remove(kHandle).ok()); };
  EXPECT_EQ(Wait().value, 1u);
}

}  // namespace
}  // namespace mortise
