// A Cancellation in a child made by fork(2), and in a signal handler.

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/tests/platform/posix/child.h"

namespace mortise {
namespace posix {
namespace {

// A receive on a socket to which nothing is sent.
class Receiver {
 public:
  explicit Receiver(const Cancellation& token) {
    absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
    if (!pair.ok()) std::abort();
    pair_ = *std::move(pair);
    if (!pair_.first.SetCancellation(token).ok()) std::abort();
  }

  absl::Status Receive() { return pair_.first.Recv(1).status(); }
  void Release() { pair_.second.Send("x").IgnoreError(); }

 private:
  std::pair<Socket, Socket> pair_;
};

TEST(CancellationForkTest, AChildCancelsItself) {
  const Cancellation token;
  Receiver receiver(token);
  // The token has an interrupt before the fork, and a waiting thread.
  std::atomic<bool> ended{false};
  absl::Status status;
  std::thread waiting([&] {
    status = receiver.Receive();
    ended = true;
  });
  EXPECT_EQ(ExitCodeOfChild([&token] {
              Receiver own(token);
              std::thread other([&token] { token.Cancel(); });
              const bool cancelled = mortise::IsCancelled(own.Receive());
              other.join();
              return cancelled && token.IsCancelled() ? 0 : 1;
            }),
            0);
  EXPECT_FALSE(token.IsCancelled());
  EXPECT_FALSE(ended);
  receiver.Release();
  waiting.join();
  EXPECT_TRUE(status.ok()) << status;
}

TEST(CancellationForkTest, AParentDoesNotCancelItsChild) {
  const Cancellation token;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    alarm(30);
    char byte;
    if (read(ready[0], &byte, 1) != 1) _exit(2);
    _exit(token.IsCancelled() ? 1 : 0);
  }
  token.Cancel();
  EXPECT_EQ(write(ready[1], "x", 1), 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  close(ready[0]);
  close(ready[1]);
}

TEST(CancellationForkTest, WhatWasCancelledBeforeIsCancelledInBoth) {
  const Cancellation token;
  token.Cancel();
  EXPECT_EQ(ExitCodeOfChild([&token] {
              Receiver own(token);
              return mortise::IsCancelled(own.Receive()) ? 0 : 1;
            }),
            0);
}

const Cancellation* cancelled_by_signal = nullptr;

void CancelIt(int) { cancelled_by_signal->Cancel(); }

// Waits in a child, so that the handler is no other test's.
TEST(CancellationSignalTest, AHandlerMayCancel) {
  EXPECT_EQ(ExitCodeOfChild([] {
              const Cancellation token;
              cancelled_by_signal = &token;
              struct sigaction action = {};
              action.sa_handler = &CancelIt;
              action.sa_flags = SA_RESTART;
              if (sigaction(SIGTERM, &action, nullptr) != 0) return 2;
              Receiver receiver(token);
              // The signal finds the thread that waits, or another.
              std::thread other([] { kill(getpid(), SIGTERM); });
              const absl::Status status = receiver.Receive();
              other.join();
              return mortise::IsCancelled(status) ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
