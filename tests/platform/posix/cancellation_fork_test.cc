// A Cancellation in a child made by fork(2), and in a signal handler. What it
// does to the mode of a descriptor.

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/posix/interrupt.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
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
  // Waits for a moment. After that the token has an interrupt.
  bool TimesOut() {
    return pair_.first.SetTimeout(absl::Milliseconds(1)).ok() &&
           IsTimeout(Receive()) &&
           pair_.first.SetTimeout(absl::InfiniteDuration()).ok();
  }
  void Release() { pair_.second.Send("x").IgnoreError(); }

 private:
  std::pair<Socket, Socket> pair_;
};

// Whether a wait of this process with the token would end at once.
bool IsSignalled(const Cancellation& token) {
  const SysResult<WaitInterrupt*> interrupt =
      token.state().get()->InterruptFor(Platform::Default().readiness());
  if (!interrupt.ok()) std::abort();
  pollfd entry = {Interrupt::Of(*interrupt.value).descriptor(), POLLIN, 0};
  return poll(&entry, 1, 0) != 0;
}

TEST(CancellationForkTest, AChildCancelsItself) {
  if (!ChildrenMayHaveThreads()) GTEST_SKIP() << "not in an emulator";
  const Cancellation token;
  Receiver receiver(token);
  ASSERT_TRUE(receiver.TimesOut());
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
  EXPECT_FALSE(IsSignalled(token));
  EXPECT_FALSE(ended);
  receiver.Release();
  waiting.join();
  EXPECT_TRUE(status.ok()) << status;
}

TEST(CancellationForkTest, AParentDoesNotCancelItsChild) {
  const Cancellation token;
  Receiver receiver(token);
  ASSERT_TRUE(receiver.TimesOut());
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    alarm(30);
    char byte;
    if (read(ready[0], &byte, 1) != 1) _exit(2);
    if (token.IsCancelled()) _exit(1);
    if (IsSignalled(token)) _exit(3);
    _exit(Receiver(token).TimesOut() ? 0 : 4);
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

bool IsNonBlocking(const Socket& socket) {
  const int flags =
      fcntl(static_cast<int>(socket.native_handle().value()), F_GETFL);
  if (flags == -1) std::abort();
  return (flags & O_NONBLOCK) != 0;
}

TEST(CancellationModeTest, AcceptAndConnectChangeItUntilTheTokenIsTakenAway) {
  // Where sends do not heed the flag, the token changes it at once and for
  // good.
  const bool at_once =
      !Platform::Default().facts().wait_flags.keep_all_from_waiting();
  absl::StatusOr<Socket> listener = CreateServer({"127.0.0.1", 0});
  ASSERT_TRUE(listener.ok()) << listener.status();
  absl::StatusOr<Socket> client = Socket::Create(kAfInet, kSockStream);
  ASSERT_TRUE(client.ok()) << client.status();
  for (Socket* socket : {&*listener, &*client}) {
    EXPECT_FALSE(IsNonBlocking(*socket));
    ASSERT_TRUE(socket->SetCancellation(Cancellation()).ok());
    EXPECT_EQ(IsNonBlocking(*socket), at_once);
  }
  ASSERT_TRUE(client->Connect(*listener->GetSockName()).ok());
  EXPECT_TRUE(IsNonBlocking(*client));
  absl::StatusOr<AcceptResult> accepted = listener->Accept();
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_TRUE(IsNonBlocking(*listener));
  EXPECT_FALSE(IsNonBlocking(accepted->socket));
  for (Socket* socket : {&*listener, &*client}) {
    ASSERT_TRUE(socket->SetCancellation(std::nullopt).ok());
    EXPECT_EQ(IsNonBlocking(*socket), at_once);
  }
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

TEST(CancelledSendFileTest, TellsHowMuchItHasSent) {
  // More than the buffers hold.
  constexpr off_t kSize = off_t{32} << 20;
  const std::unique_ptr<std::FILE, CloseFile> file(std::tmpfile());
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(ftruncate(fileno(file.get()), kSize), 0);
  absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
  ASSERT_TRUE(pair.ok()) << pair.status();
  const Cancellation token;
  ASSERT_TRUE(pair->first.SetCancellation(token).ok());
  std::uint64_t sent = 0;
  absl::Status status;
  std::thread sending([&] {
    status = SendFile(pair->first, file.get(), 0, kToTheEnd, &sent).status();
  });
  std::uint64_t received = 0;
  absl::StatusOr<std::string> piece = pair->second.Recv(10000);
  token.Cancel();
  sending.join();
  EXPECT_TRUE(mortise::IsCancelled(status)) << status;
  ASSERT_TRUE(pair->second.SetBlocking(false).ok());
  while (piece.ok()) {
    received += piece->size();
    piece = pair->second.Recv(65536);
  }
  EXPECT_TRUE(IsWouldBlock(piece.status())) << piece.status();
  EXPECT_EQ(received, sent);
  EXPECT_LT(sent, static_cast<std::uint64_t>(kSize));
}

}  // namespace
}  // namespace posix
}  // namespace mortise
