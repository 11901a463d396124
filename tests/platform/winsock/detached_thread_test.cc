#include "mortise/platform/winsock/detached_thread.h"

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

TEST(DetachedThreadTest, TheWorkIsDoneInAnotherThread) {
  DWORD worker = 0;
  absl::Notification done;
  ASSERT_EQ(RunDetached([&] {
              worker = GetCurrentThreadId();
              done.Notify();
            }),
            0);
  done.WaitForNotification();
  EXPECT_NE(worker, GetCurrentThreadId());
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
