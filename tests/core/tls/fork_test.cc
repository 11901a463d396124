// A forked process has a copy of every connection. One of the two processes
// goes on with the connection, and the other one drops its copy, which leaves
// no trace on the connection.

#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poll_source.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_stream.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/tls/tls_pair.h"
#include "mortise/tests/tls/watched_platform.h"

namespace mortise {
namespace testing_tls {
namespace {

// The platform of the clients' ends. Each child process has a copy of its own.
WatchedPlatform& Below() {
  static auto* const below = new WatchedPlatform;
  return *below;
}

// A child that hangs is killed after this time, which fails its test.
constexpr unsigned kSecondsOfAChild = 60;

// Forks. The child runs `body` and ends, with exit code 0 if `body` returns
// true.
pid_t Fork(absl::FunctionRef<bool()> body) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    alarm(kSecondsOfAChild);
    _exit(body() ? 0 : 1);
  }
  EXPECT_GT(child, 0);
  return child;
}

// Returns the status of the child as wait(2) reports it: 0 if all was well.
int Await(pid_t child) {
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

// A way in which a process can drop its copy.
struct Way {
  const char* name;
  void (*let_go)(TlsSocket& socket);
};

constexpr Way kWays[] = {
    {"the destructor", [](TlsSocket& socket) { TlsSocket(std::move(socket)); }},
    {"a move assignment", [](TlsSocket& socket) { socket = TlsSocket(); }},
    {"Close", [](TlsSocket& socket) { socket.Close().IgnoreError(); }},
    {"a handle that was made of it",
     [](TlsSocket& socket) {
       const absl::StatusOr<std::unique_ptr<Stream>> copy = socket.Dup();
       socket = TlsSocket();
     }},
    {"a file",
     [](TlsSocket& socket) {
       const absl::StatusOr<SocketFile> file = MakeFile(socket, "rw");
       socket = TlsSocket();
     }},
    {"an iostream",
     [](TlsSocket& socket) {
       const SocketStream stream(socket);
       socket = TlsSocket();
     }},
};

std::string ReadExactly(TlsSocket& socket, std::size_t size) {
  std::string data;
  while (data.size() < size) {
    absl::StatusOr<std::string> more = socket.Read(size - data.size());
    if (!more.ok() || more->empty()) break;
    data += *more;
  }
  return data;
}

class ForkTest : public testing::TestWithParam<TlsVersion> {};

TEST_P(ForkTest, AChildLetsGoOfItsCopy) {
  for (const Way& way : kWays) {
    SCOPED_TRACE(way.name);
    Ends ends = MustMeet(GetParam(), &Below().platform());
    // Data is under way in both directions: in the session, in the system, and
    // at the peer.
    ASSERT_TRUE(ends.server.WriteAll("one two ").ok());
    ASSERT_EQ(*ends.client.Read(4), "one ");
    ASSERT_TRUE(ends.server.WriteAll("three ").ok());
    ASSERT_TRUE(ends.client.WriteAll("A ").ok());
    EXPECT_EQ(Await(Fork([&] {
                const int before = Below().transfers();
                way.let_go(ends.client);
                return Below().transfers() == before && !ends.client.is_open();
              })),
              0);
    ASSERT_TRUE(ends.client.WriteAll("B").ok());
    ASSERT_TRUE(ends.server.WriteAll("four").ok());
    EXPECT_EQ(ReadExactly(ends.client, 14), "two three four");
    ASSERT_TRUE(ends.client.Close().ok());
    absl::Status end;
    EXPECT_EQ(ReadToEnd(ends.server, &end), "A B");
    EXPECT_TRUE(end.ok()) << end;
  }
}

TEST_P(ForkTest, AParentLetsGoOfItsCopy) {
  for (const Way& way : kWays) {
    SCOPED_TRACE(way.name);
    Ends ends = MustMeet(GetParam(), &Below().platform());
    ASSERT_TRUE(ends.server.WriteAll("one two ").ok());
    ASSERT_EQ(*ends.client.Read(4), "one ");
    ASSERT_TRUE(ends.server.WriteAll("three ").ok());
    ASSERT_TRUE(ends.client.WriteAll("A ").ok());
    const pid_t child = Fork([&] {
      ends.server = TlsSocket();
      return ends.client.WriteAll("B").ok() &&
             ReadExactly(ends.client, 14) == "two three four" &&
             ends.client.WriteAll("C").ok() && ends.client.Close().ok();
    });
    // This shows that the child has sent its data.
    EXPECT_EQ(ReadExactly(ends.server, 3), "A B");
    const int before = Below().transfers();
    way.let_go(ends.client);
    EXPECT_EQ(Below().transfers(), before);
    ASSERT_TRUE(ends.server.WriteAll("four").ok());
    absl::Status end;
    EXPECT_EQ(ReadToEnd(ends.server, &end), "C");
    EXPECT_TRUE(end.ok()) << end;
    EXPECT_EQ(Await(child), 0);
  }
}

// A program that a child becomes has no descriptor of the connection.
TEST_P(ForkTest, AProgramThatIsStartedKeepsNothing) {
  for (const bool is_server : {false, true}) {
    SCOPED_TRACE(is_server);
    Ends ends = MustMeet(GetParam(), &Below().platform());
    TlsSocket& mine = is_server ? ends.server : ends.client;
    TlsSocket& peer = is_server ? ends.client : ends.server;
    ASSERT_TRUE(mine.WriteAll("before").ok());
    ASSERT_TRUE(peer.WriteAll("one").ok());
    // The program runs until the pipe is closed.
    std::array<int, 2> input;
    ASSERT_EQ(pipe(input.data()), 0);
    const pid_t child = Fork([&] {
      dup2(input[0], STDIN_FILENO);
      close(input[0]);
      close(input[1]);
      execlp("cat", "cat", static_cast<char*>(nullptr));
      return false;
    });
    close(input[0]);
    EXPECT_TRUE(mine.WriteAll(", after").ok());
    EXPECT_EQ(ReadExactly(peer, 13), "before, after");
    EXPECT_TRUE(peer.WriteAll(", two").ok());
    EXPECT_EQ(ReadExactly(mine, 8), "one, two");
    // The connection ends although the program still runs.
    mine = TlsSocket();
    absl::Status end;
    EXPECT_EQ(ReadToEnd(peer, &end), "");
    EXPECT_TRUE(IsTlsTruncated(end)) << end;
    close(input[1]);
    EXPECT_EQ(Await(child), 0);
  }
}

// A child that drops its copy and stays must not keep the connection open.
TEST_P(ForkTest, ACopyThatIsDroppedKeepsNothing) {
  for (const Way& way : kWays) {
    SCOPED_TRACE(way.name);
    Ends ends = MustMeet(GetParam(), &Below().platform());
    std::array<int, 2> input;
    ASSERT_EQ(pipe(input.data()), 0);
    const pid_t child = Fork([&] {
      close(input[1]);
      way.let_go(ends.client);
      char byte;
      return read(input[0], &byte, 1) == 0;
    });
    close(input[0]);
    ends.client = TlsSocket();
    absl::Status end;
    EXPECT_EQ(ReadToEnd(ends.server, &end), "");
    EXPECT_TRUE(IsTlsTruncated(end)) << end;
    close(input[1]);
    EXPECT_EQ(Await(child), 0);
  }
}

// The next record of this process would have the same number as a record of the
// other process.
TEST_P(ForkTest, AProcessThatSendsAfterTheOtherIsRefused) {
  Ends ends = MustMeet(GetParam(), &Below().platform());
  const pid_t child = Fork([&] {
    ends.server = TlsSocket();
    return ends.client.WriteAll("child").ok() &&
           ReadExactly(ends.client, 5) == "again" &&
           ends.client.WriteAll(" again").ok() && ends.client.Close().ok();
  });
  EXPECT_EQ(ReadExactly(ends.server, 5), "child");
  const int before = Below().transfers();
  for (int i = 0; i < 2; ++i) {
    const absl::Status refused = ends.client.WriteAll("parent");
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(refused.message()),
                testing::HasSubstr("another process has sent on this "
                                   "connection since the fork"));
  }
  for (const ShutdownHow how : {ShutdownHow::kWrite, ShutdownHow::kBoth}) {
    EXPECT_EQ(ends.client.Shutdown(how).code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(Below().transfers(), before);
  ASSERT_TRUE(ends.server.WriteAll("again").ok());
  absl::Status end;
  EXPECT_EQ(ReadToEnd(ends.server, &end), " again");
  EXPECT_TRUE(end.ok()) << end;
  EXPECT_EQ(Await(child), 0);
}

// The same, if the end is the first that this process would send.
TEST_P(ForkTest, AProcessThatEndsAfterTheOtherHasSentIsRefused) {
  for (const ShutdownHow how : {ShutdownHow::kWrite, ShutdownHow::kBoth}) {
    Ends ends = MustMeet(GetParam(), &Below().platform());
    const pid_t child = Fork([&] {
      ends.server = TlsSocket();
      return ends.client.WriteAll("child").ok() &&
             ReadExactly(ends.client, 5) == "again" &&
             ends.client.WriteAll(" again").ok() && ends.client.Close().ok();
    });
    EXPECT_EQ(ReadExactly(ends.server, 5), "child");
    EXPECT_EQ(ends.client.Shutdown(how).code(),
              absl::StatusCode::kInvalidArgument);
    ASSERT_TRUE(ends.server.WriteAll("again").ok());
    absl::Status end;
    EXPECT_EQ(ReadToEnd(ends.server, &end), " again");
    EXPECT_TRUE(end.ok()) << end;
    EXPECT_EQ(Await(child), 0);
  }
}

// A record is half out when the process forks. The process that goes on with
// the connection sends the rest, once.
TEST_P(ForkTest, WhatIsHalfOutIsSentOnce) {
  for (const bool child_goes_on : {true, false}) {
    SCOPED_TRACE(child_goes_on);
    Ends ends = MustMeet(GetParam(), &Below().platform());
    const std::string data = Pattern(16000);
    ASSERT_TRUE(ends.client.SetBlocking(false).ok());
    Below().HoldSendingAfter(5000);
    std::size_t sent = 0;
    EXPECT_TRUE(IsWouldBlock(ends.client.WriteAll(data, &sent)));
    EXPECT_EQ(sent, data.size());
    const pid_t child = Fork([&] {
      ends.server = TlsSocket();
      Below().LetSend();
      return !child_goes_on ||
             (ends.client.SetTimeout(kLong).ok() &&
              ends.client.WriteAll("child").ok() && ends.client.Close().ok());
    });
    if (child_goes_on) {
      ends.client = TlsSocket();
      Below().LetSend();
    } else {
      EXPECT_EQ(Await(child), 0);
      Below().LetSend();
      ASSERT_TRUE(ends.client.SetTimeout(kLong).ok());
      EXPECT_TRUE(ends.client.WriteAll("child").ok());
      EXPECT_TRUE(ends.client.Close().ok());
    }
    absl::Status end;
    EXPECT_TRUE(ReadToEnd(ends.server, &end) == data + "child");
    EXPECT_TRUE(end.ok()) << end;
    if (child_goes_on) {
      EXPECT_EQ(Await(child), 0);
    }
  }
}

// The parent has a record half out, and the child sends the rest of it. The
// parent then only reads, which must not send it again.
TEST_P(ForkTest, WhatTheOtherHasSentIsNotSentAgain) {
  Ends ends = MustMeet(GetParam(), &Below().platform());
  const std::string data = Pattern(16000);
  ASSERT_TRUE(ends.client.SetBlocking(false).ok());
  Below().HoldSendingAfter(5000);
  EXPECT_TRUE(IsWouldBlock(ends.client.WriteAll(data)));
  EXPECT_EQ(Await(Fork([&] {
              ends.server = TlsSocket();
              Below().LetSend();
              return ends.client.SetTimeout(kLong).ok() &&
                     ends.client.WriteAll("").ok();
            })),
            0);
  Below().LetSend();
  const int before = Below().transfers();
  EXPECT_TRUE(IsWouldBlock(ends.client.Read(1).status()));
  // It has asked for data, and has sent nothing.
  EXPECT_EQ(Below().transfers(), before + 1);
  EXPECT_TRUE(ReadExactly(ends.server, data.size()) == data);
}

// The parent's poller is of no use to the child.
TEST_P(ForkTest, AChildGoesOnInAPollerOfItsOwn) {
  Ends ends = MustMeet(GetParam());
  absl::StatusOr<Poller> poller = Poller::Create();
  ASSERT_TRUE(poller.ok()) << poller.status();
  ASSERT_TRUE(ends.client.SetBlocking(false).ok());
  ASSERT_TRUE(poller->Register(ends.client, PollEvents::kReadable, 1).ok());
  ASSERT_TRUE(ends.server.WriteAll("data").ok());
  EXPECT_EQ(
      Await(Fork([&] {
        absl::StatusOr<Poller> own = Poller::Create();
        PollResult ready;
        return own.ok() &&
               own->Register(ends.client, PollEvents::kReadable, 2).ok() &&
               own->Wait(kLong, &ready).ok() && (*ready.begin()).key == 2 &&
               ReadExactly(ends.client, 4) == "data" &&
               own->Unregister(ends.client).ok();
      })),
      0);
  EXPECT_TRUE(poller->Unregister(ends.client).ok());
}

TEST_P(ForkTest, AChildRunsTheHandshake) {
  auto [client_socket, server_socket] = MustConnect();
  TlsOptions options = Trusting(DefaultRoot());
  options.maximum_version = GetParam();
  TlsSocket client = *TlsSocket::Create(MustClient(options),
                                        std::move(client_socket), "localhost");
  TlsSocket server =
      *TlsSocket::Create(DefaultServer(), std::move(server_socket));
  const pid_t child = Fork([&] {
    server = TlsSocket();
    return client.Handshake().ok() && client.WriteAll("hello").ok() &&
           *client.Read(16) == "hello back" && client.Close().ok();
  });
  client = TlsSocket();
  EXPECT_EQ(ReadExactly(server, 5), "hello");
  EXPECT_TRUE(server.WriteAll("hello back").ok());
  absl::Status end;
  EXPECT_EQ(ReadToEnd(server, &end), "");
  EXPECT_TRUE(end.ok()) << end;
  EXPECT_EQ(Await(child), 0);
}

// Several processes use one client after another. Each of them ends the session
// itself.
TEST_P(ForkTest, EachProcessEndsWhatItHasSealed) {
  Ends ends = MustMeet(GetParam(), &Below().platform());
  const pid_t child = Fork([&] {
    ends.server = TlsSocket();
    if (!ends.client.WriteAll("from the child").ok()) return false;
    // This grandchild has sealed nothing, so its Close sends nothing.
    const int status = Await(Fork([&] {
      const int before = Below().transfers();
      return ends.client.Close().ok() && Below().transfers() == before;
    }));
    return status == 0 && ends.client.WriteAll(", twice").ok() &&
           ends.client.Close().ok();
  });
  ends.client = TlsSocket();
  absl::Status end;
  EXPECT_EQ(ReadToEnd(ends.server, &end), "from the child, twice");
  EXPECT_TRUE(end.ok()) << end;
  EXPECT_EQ(Await(child), 0);
}

// Makes this process's next child the first one in a namespace of its own, so
// that the child's number is 1. Returns false if this is not possible.
bool NumberChildrenAnew() {
#ifdef CLONE_NEWPID
  return unshare(CLONE_NEWPID) == 0;
#else
  return false;
#endif
}

// Two processes can have the same number: the first process of a container and
// the first process of a sandbox inside it both have number 1.
TEST_P(ForkTest, AChildOfTheSameNumberIsAnotherProcess) {
  if (Await(Fork(NumberChildrenAnew)) != 0) {
    GTEST_SKIP() << "there are no namespaces of processes here";
  }
  Ends ends = MustMeet(GetParam(), &Below().platform());
  const pid_t outer = Fork([&] {
    if (!NumberChildrenAnew()) return false;
    return Await(Fork([&] {
             const pid_t number = getpid();
             ends.server = TlsSocket();
             if (!ends.client.WriteAll("A").ok() || !NumberChildrenAnew()) {
               return false;
             }
             const int status = Await(Fork([&] {
               const int before = Below().transfers();
               return getpid() == number && ends.client.Close().ok() &&
                      Below().transfers() == before;
             }));
             return status == 0 && ends.client.WriteAll("B").ok() &&
                    ends.client.Close().ok();
           })) == 0;
  });
  ends.client = TlsSocket();
  absl::Status end;
  EXPECT_EQ(ReadToEnd(ends.server, &end), "AB");
  EXPECT_TRUE(end.ok()) << end;
  EXPECT_EQ(Await(outer), 0);
}

// For a process that ends by exit(3), which runs the destructors of static
// objects. This destructor runs last, and checks that the others have sent
// nothing.
struct AtExit {
  ~AtExit() {
    if (before >= 0 && Below().transfers() != before) _exit(2);
  }
  int before = -1;
};

TEST_P(ForkTest, AChildThatExitsLetsGoOfStaticOnes) {
  static AtExit at_exit;
  static TlsSocket client;
  Ends ends = MustMeet(GetParam(), &Below().platform());
  client = std::move(ends.client);
  ASSERT_TRUE(ends.server.WriteAll("one").ok());
  EXPECT_EQ(Await(Fork([&]() -> bool {
              at_exit.before = Below().transfers();
              std::exit(0);
            })),
            0);
  ASSERT_TRUE(client.WriteAll("two").ok());
  EXPECT_EQ(ReadExactly(client, 3), "one");
  ASSERT_TRUE(client.Close().ok());
  absl::Status end;
  EXPECT_EQ(ReadToEnd(ends.server, &end), "two");
  EXPECT_TRUE(end.ok()) << end;
}

// The child does not have the thread that was in the middle of a call. The
// state that the call left cannot be freed safely.
TEST_P(ForkTest, WhatAThreadOfTheParentIsUsingIsNotFreed) {
  absl::Notification is_asked;
  absl::Notification may_answer;
  auto used = std::make_shared<int>();
  const std::weak_ptr<int> freed = used;
  TlsOptions options = Being(DefaultIdentity());
  options.maximum_version = GetParam();
  options.on_server_name = [&is_asked, &may_answer,
                            used = std::move(used)](absl::string_view) {
    is_asked.Notify();
    may_answer.WaitForNotification();
    return TlsContext();
  };
  TlsContext context = MustServer(options);
  options.on_server_name = nullptr;
  auto [client_socket, server_socket] = MustConnect();
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  TlsSocket server = *TlsSocket::Create(context, std::move(server_socket));
  absl::Status client_status;
  absl::Status server_status;
  std::thread connecting([&] { client_status = client.Handshake(); });
  std::thread accepting([&] { server_status = server.Handshake(); });
  is_asked.WaitForNotification();
  const auto let_go = [&] {
    context = TlsContext();
    server = TlsSocket();
    return freed.expired();
  };
  EXPECT_EQ(Await(Fork([&] { return !let_go(); })), 0);
  may_answer.Notify();
  connecting.join();
  accepting.join();
  EXPECT_TRUE(client_status.ok()) << client_status;
  EXPECT_TRUE(server_status.ok()) << server_status;
  EXPECT_TRUE(let_go());
}

// The same for a thread that asks the connection for a poller. The child has
// the locks that the thread holds.
TEST_P(ForkTest, WhatAPollerOfTheParentIsAskingIsLetGoOf) {
  absl::Notification is_asked;
  absl::Notification may_answer;
  TlsOptions options = Being(DefaultIdentity());
  options.maximum_version = GetParam();
  options.on_server_name = [&](absl::string_view) {
    is_asked.Notify();
    may_answer.WaitForNotification();
    return TlsContext();
  };
  auto [client_socket, server_socket] = MustConnect();
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  TlsSocket server =
      *TlsSocket::Create(MustServer(options), std::move(server_socket));
  absl::Status client_status;
  std::thread connecting([&] { client_status = client.Handshake(); });
  std::thread asking([source = server.poll_source(), &is_asked] {
    while (!is_asked.HasBeenNotified()) {
      source->Ask(PollEvents::kNone, PollEvents::kNone);
    }
  });
  is_asked.WaitForNotification();
  EXPECT_EQ(Await(Fork([&] {
              server = TlsSocket();
              return true;
            })),
            0);
  may_answer.Notify();
  asking.join();
  EXPECT_TRUE(server.Handshake().ok());
  connecting.join();
  EXPECT_TRUE(client_status.ok()) << client_status;
}

// The child does not have the threads of the parent, but it has their locks,
// which are held as they were.
TEST_P(ForkTest, LetsGoWhateverTheParentsThreadsAreAt) {
  Ends ends = MustMeet(GetParam(), &Below().platform());
  std::atomic<bool> over{false};
  std::size_t written = 0;
  const std::string data = Pattern(4096);
  std::thread writing([&] {
    while (!over) {
      const std::size_t at = written % data.size();
      const absl::StatusOr<std::size_t> some =
          ends.client.Write(absl::string_view(data).substr(at));
      ASSERT_TRUE(some.ok()) << some.status();
      written += *some;
    }
    EXPECT_TRUE(ends.client.Shutdown(ShutdownHow::kWrite).ok());
  });
  // Sends back what it receives.
  std::thread echoing([&] {
    std::array<char, 4096> buffer;
    for (;;) {
      const absl::StatusOr<std::size_t> some =
          ends.server.Read(absl::MakeSpan(buffer));
      ASSERT_TRUE(some.ok()) << some.status();
      if (*some == 0) break;
      ASSERT_TRUE(
          ends.server.WriteAll(absl::string_view(buffer.data(), *some)).ok());
    }
    EXPECT_TRUE(ends.server.Shutdown(ShutdownHow::kWrite).ok());
  });
  std::size_t read = 0;
  std::thread reading([&] {
    std::array<char, 4096> buffer;
    for (;;) {
      const absl::StatusOr<std::size_t> some =
          ends.client.Read(absl::MakeSpan(buffer));
      ASSERT_TRUE(some.ok()) << some.status();
      if (*some == 0) break;
      for (std::size_t i = 0; i < *some; ++i) {
        ASSERT_EQ(buffer[i], data[(read + i) % data.size()]) << read + i;
      }
      read += *some;
    }
  });
  // Another connection, whose handles come and go.
  Ends other = MustMeet(GetParam(), &Below().platform());
  std::thread duplicating([&] {
    while (!over) EXPECT_TRUE(other.client.Dup().ok());
  });
  constexpr int kChildren = 100;
  int status = 0;
  for (int i = 0; i < kChildren && status == 0; ++i) {
    status = Await(Fork([&] {
      ends.client = TlsSocket();
      return true;
    }));
  }
  EXPECT_EQ(status, 0);
  over = true;
  duplicating.join();
  writing.join();
  echoing.join();
  reading.join();
  EXPECT_EQ(read, written);
}

INSTANTIATE_TEST_SUITE_P(Both, ForkTest,
                         testing::Values(TlsVersion::kTls12,
                                         TlsVersion::kTls13),
                         [](const testing::TestParamInfo<TlsVersion>& info) {
                           return VersionName(info.param);
                         });

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
