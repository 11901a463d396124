// Checks the system calls that the kernel sees. Each deed is done in a child
// process that may make only the named system calls; for any other call, the
// kernel kills it. platform_calls_test checks how many calls the library makes.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/config.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/message.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"

#if !defined(ABSL_HAVE_ADDRESS_SANITIZER) && \
    !defined(ABSL_HAVE_THREAD_SANITIZER) &&  \
    !defined(ABSL_HAVE_MEMORY_SANITIZER)
#define MORTISE_CAN_CONFINE 1
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace mortise {
namespace benchmarks {
namespace {

#ifdef MORTISE_CAN_CONFINE

// From now on, this process may only make these system calls, and end.
bool Confine(const std::vector<int>& allowed) {
  std::vector<sock_filter> filter = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const int number : allowed) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                              static_cast<unsigned>(number), 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
  const sock_fprog program = {static_cast<unsigned short>(filter.size()),
                              filter.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

constexpr int kCannotConfine = 77;

// Whether `deed` succeeds in a process that may make only `allowed` calls. The
// deed is done once without limits before, because calls that are made only
// once per process do not count.
testing::AssertionResult DoneWithOnly(std::vector<int> allowed,
                                      const std::function<bool()>& deed) {
  const pid_t child = fork();
  if (child == -1) return testing::AssertionFailure() << "fork failed";
  if (child == 0) {
    if (!deed()) _exit(2);
    allowed.push_back(SYS_exit_group);
    if (!Confine(allowed)) _exit(kCannotConfine);
    _exit(deed() ? 0 : 1);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) {
    return testing::AssertionFailure() << "waitpid failed";
  }
  if (WIFSIGNALED(status)) {
    return testing::AssertionFailure()
           << "another system call was made (signal " << WTERMSIG(status)
           << ")";
  }
  const int code = WEXITSTATUS(status);
  if (code == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "it failed with " << code;
}

bool CanConfine() {
  return static_cast<bool>(DoneWithOnly({}, [] { return true; }));
}

class SystemCallsTest : public testing::TestWithParam<absl::Duration> {
 protected:
  void SetUp() override {
    if (!CanConfine()) GTEST_SKIP() << "no seccomp filters here";
  }

  void OpenPair() {
    absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
    ASSERT_TRUE(pair.ok()) << pair.status();
    sender_ = std::move(pair->first);
    receiver_ = std::move(pair->second);
    SetTimeouts();
  }

  void OpenDatagrams() {
    for (Socket* const socket : {&sender_, &receiver_}) {
      absl::StatusOr<Socket> made = Socket::Create(kAfInet, kSockDgram);
      ASSERT_TRUE(made.ok()) << made.status();
      *socket = *std::move(made);
      const absl::Status bound = socket->Bind({"127.0.0.1", 0});
      ASSERT_TRUE(bound.ok()) << bound;
    }
    const absl::StatusOr<SocketAddress> address = receiver_.GetSockName();
    ASSERT_TRUE(address.ok()) << address.status();
    address_ = *address;
    SetTimeouts();
  }

  void SetTimeouts() {
    for (Socket* const socket : {&sender_, &receiver_}) {
      const absl::Status set = socket->SetTimeout(GetParam());
      ASSERT_TRUE(set.ok()) << set;
    }
  }

  absl::Span<char> Buffer() { return absl::MakeSpan(buffer_); }

  Socket sender_;
  Socket receiver_;
  SocketAddress address_;
  char buffer_[4];
};

constexpr absl::string_view kData = "data";

INSTANTIATE_TEST_SUITE_P(
    , SystemCallsTest,
    testing::Values(absl::InfiniteDuration(), absl::Seconds(10)),
    [](const testing::TestParamInfo<absl::Duration>& info) {
      return info.param == absl::InfiniteDuration() ? "Blocking" : "Timeout";
    });

TEST_P(SystemCallsTest, TheFilterSeesACallMore) {
  EXPECT_FALSE(DoneWithOnly({}, [] { return getppid() > 0; }));
}

TEST_P(SystemCallsTest, SendAndRecvMakeNoOtherCall) {
  ASSERT_NO_FATAL_FAILURE(OpenPair());
  EXPECT_TRUE(DoneWithOnly({SYS_sendto, SYS_recvfrom}, [&] {
    return sender_.Send(kData).ok() && receiver_.Recv(Buffer()).ok();
  }));
}

TEST_P(SystemCallsTest, SendMsgAndRecvMsgMakeNoOtherCall) {
  ASSERT_NO_FATAL_FAILURE(OpenPair());
  EXPECT_TRUE(DoneWithOnly({SYS_sendmsg, SYS_recvmsg}, [&] {
    return SendMsg(sender_, {kData}).ok() &&
           RecvMsg(receiver_, {Buffer()}).ok();
  }));
}

TEST_P(SystemCallsTest, SendToAndRecvFromMakeNoOtherCall) {
  ASSERT_NO_FATAL_FAILURE(OpenDatagrams());
  EXPECT_TRUE(DoneWithOnly({SYS_sendto, SYS_recvfrom}, [&] {
    return sender_.SendTo(kData, address_).ok() &&
           receiver_.RecvFrom(Buffer()).ok();
  }));
}

TEST_P(SystemCallsTest, ANumericHostMakesNone) {
  for (const char* const host :
       {"203.0.113.254", "0x7f.1", "2001:db8::1", "fe80::1%2"}) {
    EXPECT_TRUE(DoneWithOnly({}, [host] {
      return SocketAddress::Numeric(host, 80).ok();
    })) << host;
  }
}

TEST_P(SystemCallsTest, AWaitMakesOne) {
  ASSERT_NO_FATAL_FAILURE(OpenPair());
  const absl::StatusOr<std::size_t> sent = sender_.Send(kData);
  ASSERT_TRUE(sent.ok()) << sent.status();
  // Made when the deed is done without limits: a child of the process that made
  // a poller cannot use it.
  std::optional<Poller> poller;
  PollResult ready;
  // The second where the system has it, and the timeout is finite.
  EXPECT_TRUE(DoneWithOnly({SYS_epoll_wait, SYS_epoll_pwait2}, [&] {
    if (!poller.has_value()) {
      absl::StatusOr<Poller> made = Poller::Create();
      if (!made.ok()) return false;
      poller.emplace(*std::move(made));
      if (!poller->Register(receiver_, PollEvents::kReadable, 1).ok()) {
        return false;
      }
    }
    return poller->Wait(GetParam(), &ready).ok() && !ready.empty();
  }));
}

#else

TEST(SystemCallsTest, NotHere) {
  GTEST_SKIP() << "a sanitizer makes system calls of its own";
}

#endif  // MORTISE_CAN_CONFINE

}  // namespace
}  // namespace benchmarks
}  // namespace mortise
