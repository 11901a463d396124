// Waiting for many sockets with a Poller: what is reported, and when.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/poll_suites.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/test_thread.h"

namespace mortise {
namespace contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr PollEvents kReadable = PollEvents::kReadable;
constexpr PollEvents kWritable = PollEvents::kWritable;
constexpr PollEvents kBoth = kReadable | kWritable;
constexpr std::uint64_t kKey = 0x1234567890abcdef;

// What Wait reports, without the hints, which not every system gives.
PollEvents WaitFor(Poller& poller, std::uint64_t key,
                   absl::Duration timeout = kLong) {
  PollResult ready;
  EXPECT_THAT(poller.Wait(timeout, &ready), IsOk());
  PollEvents found = PollEvents::kNone;
  for (const PollEvent& event : ready) {
    EXPECT_EQ(event.key, key);
    EXPECT_EQ(found, PollEvents::kNone) << "reported twice";
    found = event.events & kBoth;
    EXPECT_NE(found, PollEvents::kNone) << "hints alone";
  }
  return found;
}

PollEvents Look(Poller& poller, std::uint64_t key) {
  return WaitFor(poller, key, absl::ZeroDuration());
}

// Waits until all of `events` are reported together: on some systems the second
// half comes a moment later.
void AwaitAll(Poller& poller, std::uint64_t key, PollEvents events) {
  while (!Has(WaitFor(poller, key), events)) {
  }
}

class PollPair {
 public:
  PollPair(ContractTestBase& test, const Transport& transport)
      : pair_(test.MustConnectPair(transport)) {
    EXPECT_THAT(mine().SetTimeout(absl::ZeroDuration()), IsOk());
    EXPECT_THAT(peer().SetTimeout(absl::ZeroDuration()), IsOk());
  }
  Socket& mine() { return pair_.first; }
  Socket& peer() { return pair_.second; }

 private:
  std::pair<Socket, Socket> pair_;
};

Poller MustCreatePoller(const ContractTestBase& test) {
  absl::StatusOr<Poller> poller = Poller::Create(&test.platform());
  EXPECT_THAT(poller.status(), IsOk());
  return *std::move(poller);
}

// Sends until there is no more room.
void FillUp(Socket& socket) {
  const std::string data(65536, 'x');
  while (socket.Send(data).ok()) {
  }
}

TEST_P(PollContract, DataIsReadableUntilItHasBeenRead) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
  ASSERT_THAT(pair.peer().SendAll("data"), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  ASSERT_EQ(*pair.mine().Recv(2), "da");
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  ASSERT_EQ(*pair.mine().Recv(2), "ta");
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
}

TEST_P(PollContract, RoomIsWritableUntilItIsFull) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kWritable, kKey), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kWritable);
  // The system moves what was sent on, and makes room, for a while.
  FillUp(pair.mine());
  while (Look(poller, kKey) != PollEvents::kNone) FillUp(pair.mine());
  Background<PollEvents> wait([&] { return WaitFor(poller, kKey); });
  while (!wait.ended()) {
    char buffer[65536];
    pair.peer().Recv(MutableBuffer(buffer, sizeof(buffer))).IgnoreError();
  }
  EXPECT_EQ(wait.Result(), kWritable);
}

TEST_P(PollContract, BothHalvesAtOnce) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kBoth, kKey), IsOk());
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  AwaitAll(poller, kKey, kBoth);
  EXPECT_EQ(WaitFor(poller, kKey), kBoth);
}

TEST_P(PollContract, OnlyWhatIsWantedIsReported) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kBoth, kKey), IsOk());
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  AwaitAll(poller, kKey, kBoth);
  ASSERT_THAT(poller.Modify(pair.mine(), kReadable), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  ASSERT_THAT(poller.Modify(pair.mine(), kWritable), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kWritable);
}

TEST_P(PollContract, EndIsReadable) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  ASSERT_THAT(pair.peer().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  EXPECT_EQ(*pair.mine().Recv(1), "");
}

TEST_P(PollContract, EndWithDataIsReadable) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  ASSERT_THAT(pair.peer().SendAll("last"), IsOk());
  ASSERT_THAT(pair.peer().Close(), IsOk());
  std::string received;
  for (;;) {
    EXPECT_EQ(WaitFor(poller, kKey), kReadable);
    const absl::StatusOr<std::string> more = pair.mine().Recv(1);
    ASSERT_THAT(more.status(), IsOk());
    if (more->empty()) break;
    received += *more;
  }
  EXPECT_EQ(received, "last");
}

TEST_P(PollContract, HangUpIsReadableAndWritable) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  // What the peer has not read makes its close a reset.
  ASSERT_THAT(pair.mine().SendAll("unread"), IsOk());
  ASSERT_THAT(pair.peer().Close(), IsOk());
  ASSERT_THAT(poller.Register(pair.mine(), kWritable, kKey), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kWritable);
  ASSERT_THAT(poller.Modify(pair.mine(), kReadable), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  ASSERT_THAT(poller.Modify(pair.mine(), kBoth), IsOk());
  AwaitAll(poller, kKey, kBoth);
}

TEST_P(PollContract, PausedReportsNothing) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), PollEvents::kNone, kKey), IsOk());
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
  ASSERT_THAT(poller.Modify(pair.mine(), kReadable), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  ASSERT_THAT(poller.Modify(pair.mine(), PollEvents::kNone), IsOk());
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
  EXPECT_EQ(poller.size(), 1u);
}

TEST_P(PollContract, PausedAndReset) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(pair.mine().SendAll("unread"), IsOk());
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  ASSERT_THAT(pair.peer().Close(), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  ASSERT_THAT(poller.Modify(pair.mine(), PollEvents::kNone), IsOk());
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
}

TEST_P(PollContract, ConnectionIsReadable) {
  Socket listener = MustListen(transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(listener, kReadable, kKey), IsOk());
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
  Socket client = MustCreate(transport());
  ASSERT_THAT(client.Connect(MustGetSockName(listener)), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  ASSERT_THAT(listener.Accept().status(), IsOk());
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
}

// Begins to connect to `address`.
void BeginConnect(Socket& socket, const SocketAddress& address) {
  ASSERT_THAT(socket.SetTimeout(absl::ZeroDuration()), IsOk());
  const absl::Status status = socket.Connect(address);
  EXPECT_TRUE(status.ok() || IsInProgress(status)) << status;
}

TEST_P(PollContract, FinishedConnectIsWritable) {
  Socket listener = MustListen(transport());
  Poller poller = MustCreatePoller(*this);
  Socket client = MustCreate(transport());
  BeginConnect(client, MustGetSockName(listener));
  ASSERT_THAT(poller.Register(client, kWritable, kKey), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kWritable);
  EXPECT_THAT(client.TakeError(), IsOk());
  EXPECT_THAT(client.GetPeerName().status(), IsOk());
}

TEST_P(PollContract, RefusedConnectIsWritable) {
  if (!transport().is_ip()) GTEST_SKIP() << "is refused at once";
  // Nobody listens there, and nobody else can have the port.
  Socket taken = MustBind(transport());
  for (const PollEvents wanted : {kWritable, kReadable, kBoth}) {
    Poller poller = MustCreatePoller(*this);
    Socket client = MustCreate(transport());
    ASSERT_THAT(client.SetTimeout(absl::ZeroDuration()), IsOk());
    if (!IsInProgress(client.Connect(MustGetSockName(taken)))) {
      GTEST_SKIP() << "this system refuses it at once";
    }
    ASSERT_THAT(poller.Register(client, wanted, kKey), IsOk());
    AwaitAll(poller, kKey, wanted);
    EXPECT_TRUE(IsConnectionRefused(client.TakeError()));
  }
}

// No ordinary receive takes an urgent byte, so a program cannot make an event
// of one go away.
TEST_P(PollContract, UrgentDataDoesNotSpin) {
  if (!transport().is_ip()) GTEST_SKIP() << "only TCP has urgent data";
  const auto flag = static_cast<int>(FindConstant("MSG_OOB")->value);
  const auto peek = static_cast<int>(FindConstant("MSG_PEEK")->value);
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  ASSERT_THAT(pair.peer().Send("!", flag), IsOk());
  // Until it has arrived.
  while (!pair.mine().Recv(1, flag | peek).ok()) std::this_thread::yield();
  // It may be reported, but not without end.
  for (int i = 0; i < 3 && Look(poller, kKey) != PollEvents::kNone; ++i) {
    EXPECT_THAT(pair.mine().Recv(1).status(), Fails(IsWouldBlock));
  }
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
  ASSERT_THAT(pair.peer().Send("x"), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
}

TEST_P(PollContract, OneShotIsReportedOnce) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kBoth, kKey, PollMode::kOneShot),
              IsOk());
  EXPECT_NE(WaitFor(poller, kKey), PollEvents::kNone);
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
  ASSERT_THAT(poller.Modify(pair.mine(), kReadable), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
}

// --- Where a socket is -------------------------------------------------------

TEST_P(PollContract, TwiceIsAlreadyExists) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  const absl::Status again = poller.Register(pair.mine(), kBoth, 1);
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists) << again;
  EXPECT_EQ(poller.Register(pair.mine().native_handle(), kBoth, 1).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
  // What is there is still there.
  EXPECT_EQ(poller.size(), 1u);
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
}

TEST_P(PollContract, SecondPollerIsRefused) {
  PollPair pair(*this, transport());
  Poller first = MustCreatePoller(*this);
  Poller second = MustCreatePoller(*this);
  ASSERT_THAT(first.Register(pair.mine(), kReadable, kKey), IsOk());
  EXPECT_EQ(second.Register(pair.mine(), kReadable, kKey).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(second.Modify(pair.mine(), kReadable).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(second.Unregister(pair.mine()).code(), absl::StatusCode::kNotFound);
  ASSERT_THAT(first.Unregister(pair.mine()), IsOk());
  EXPECT_THAT(second.Register(pair.mine(), kReadable, kKey), IsOk());
}

TEST_P(PollContract, SocketOutlivesItsPoller) {
  PollPair pair(*this, transport());
  {
    Poller poller = MustCreatePoller(*this);
    ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  }
  Poller next = MustCreatePoller(*this);
  EXPECT_EQ(next.Unregister(pair.mine()).code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(next.Register(pair.mine(), kReadable, kKey), IsOk());
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  EXPECT_EQ(WaitFor(next, kKey), kReadable);
}

TEST_P(PollContract, UnregisteredIsNotReported) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  ASSERT_THAT(poller.Unregister(pair.mine()), IsOk());
  EXPECT_EQ(poller.size(), 0u);
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
  EXPECT_EQ(poller.Unregister(pair.mine()).code(), absl::StatusCode::kNotFound);
}

TEST_P(PollContract, MoveKeepsIt) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  Socket moved = std::move(pair.mine());
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  EXPECT_THAT(poller.Modify(moved, kBoth), IsOk());
  Poller other = std::move(poller);
  EXPECT_THAT(other.Unregister(moved), IsOk());
}

TEST_P(PollContract, NoEventOfAClosedSocket) {
  Poller poller = MustCreatePoller(*this);
  const auto ready = [&] {
    auto pair = std::make_unique<PollPair>(*this, transport());
    EXPECT_THAT(pair->peer().SendAll("x"), IsOk());
    EXPECT_THAT(poller.Register(pair->mine(), kReadable, kKey), IsOk());
    EXPECT_EQ(WaitFor(poller, kKey), kReadable);
    return pair;
  };
  {
    const auto closed = ready();
    ASSERT_THAT(closed->mine().Close(), IsOk());
    EXPECT_EQ(poller.size(), 0u);
  }
  ready();  // destroyed
  EXPECT_EQ(poller.size(), 0u);
  {
    const auto assigned = ready();
    assigned->mine() = Socket();
    EXPECT_EQ(poller.size(), 0u);
  }
  {
    const auto detached = ready();
    const NativeHandle handle = detached->mine().Detach();
    EXPECT_EQ(poller.size(), 0u);
    EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
    EXPECT_THAT(poller.Register(handle, kReadable, kKey), IsOk());
    EXPECT_EQ(WaitFor(poller, kKey), kReadable);
    EXPECT_THAT(poller.Unregister(handle), IsOk());
    EXPECT_EQ(platform().sockets().Close(handle).error, 0);
  }
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
}

TEST_P(PollContract, ClosedWhileADuplicateLives) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  const absl::StatusOr<Socket> duplicate = pair.mine().Dup();
  ASSERT_THAT(duplicate.status(), IsOk());
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  EXPECT_EQ(WaitFor(poller, kKey), kReadable);
  ASSERT_THAT(pair.mine().Close(), IsOk());
  EXPECT_EQ(Look(poller, kKey), PollEvents::kNone);
}

TEST_P(PollContract, DuplicatesAreInPollersOfTheirOwn) {
  PollPair pair(*this, transport());
  Poller one = MustCreatePoller(*this);
  Poller two = MustCreatePoller(*this);
  absl::StatusOr<Socket> duplicate = pair.mine().Dup();
  ASSERT_THAT(duplicate.status(), IsOk());
  ASSERT_THAT(one.Register(pair.mine(), kReadable, 1), IsOk());
  ASSERT_THAT(two.Register(*duplicate, kReadable, 2), IsOk());
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  EXPECT_EQ(WaitFor(one, 1), kReadable);
  EXPECT_EQ(WaitFor(two, 2), kReadable);
}

// --- Results -----------------------------------------------------------------

std::vector<std::uint64_t> Keys(const PollResult& ready) {
  std::vector<std::uint64_t> keys;
  for (const PollEvent& event : ready) keys.push_back(event.key);
  return keys;
}

// `count` connections, each of which has something to read, in `poller` with
// the keys 0, 1, and so on.
std::vector<std::unique_ptr<PollPair>> ReadyPairs(ContractTestBase& test,
                                                  const Transport& transport,
                                                  Poller& poller, int count) {
  std::vector<std::unique_ptr<PollPair>> pairs;
  for (int i = 0; i < count; ++i) {
    pairs.push_back(std::make_unique<PollPair>(test, transport));
    EXPECT_THAT(pairs.back()->peer().SendAll("x"), IsOk());
    EXPECT_THAT(poller.Register(pairs.back()->mine(), kReadable, i), IsOk());
  }
  return pairs;
}

void AwaitEvents(Poller& poller, std::size_t count, PollResult* ready) {
  do {
    ASSERT_THAT(poller.Wait(kLong, ready), IsOk());
  } while (Keys(*ready).size() < count);
}

TEST_P(PollContract, OneSlotServesAll) {
  constexpr int kPairs = 5;
  Poller poller = MustCreatePoller(*this);
  const auto pairs = ReadyPairs(*this, transport(), poller, kPairs);
  PollResult all;
  AwaitEvents(poller, kPairs, &all);
  PollResult one(1);
  std::vector<bool> served(kPairs);
  // Nothing is read, so everything stays ready.
  for (int i = 0; i < 2 * kPairs; ++i) {
    ASSERT_THAT(poller.Wait(kLong, &one), IsOk());
    ASSERT_EQ(Keys(one).size(), 1u);
    served[Keys(one)[0]] = true;
  }
  EXPECT_THAT(served, testing::Each(true));
}

TEST_P(PollContract, WhatLeavesAfterTheWaitIsPassedOver) {
  Poller poller = MustCreatePoller(*this);
  const auto pairs = ReadyPairs(*this, transport(), poller, 3);
  PollResult ready;
  AwaitEvents(poller, 3, &ready);
  std::vector<std::uint64_t> seen;
  for (const PollEvent& event : ready) {
    seen.push_back(event.key);
    // All others leave, each in a way of its own.
    for (std::uint64_t other = 0; seen.size() == 1 && other < 3; ++other) {
      if (other == event.key) continue;
      Socket& socket = pairs[other]->mine();
      ASSERT_THAT(other % 2 == 0 ? socket.Close() : poller.Unregister(socket),
                  IsOk());
    }
  }
  EXPECT_EQ(seen.size(), 1u);
}

TEST_P(PollContract, NumberReusedWithinABatch) {
  Poller poller = MustCreatePoller(*this);
  const auto pairs = ReadyPairs(*this, transport(), poller, 2);
  PollResult ready;
  AwaitEvents(poller, 2, &ready);
  // The new sockets get the numbers of the closed ones.
  for (const auto& pair : pairs) ASSERT_THAT(pair->mine().Close(), IsOk());
  PollPair silent(*this, transport());
  ASSERT_THAT(poller.Register(silent.mine(), kReadable, 2), IsOk());
  ASSERT_THAT(poller.Register(silent.peer(), kReadable, 3), IsOk());
  EXPECT_THAT(Keys(ready), IsEmpty());
  ASSERT_THAT(poller.Wait(absl::ZeroDuration(), &ready), IsOk());
  EXPECT_THAT(Keys(ready), IsEmpty());
}

TEST_P(PollContract, ResultsEndWithTheNextWaitAndWithThePoller) {
  PollResult old;
  PollResult last;
  {
    Poller poller = MustCreatePoller(*this);
    const auto pairs = ReadyPairs(*this, transport(), poller, 1);
    AwaitEvents(poller, 1, &old);
    EXPECT_THAT(Keys(old), ElementsAre(0));
    PollResult::const_iterator walk = old.begin();
    AwaitEvents(poller, 1, &last);
    EXPECT_THAT(Keys(old), IsEmpty());
    EXPECT_EQ(++walk, old.end());
    EXPECT_THAT(Keys(last), ElementsAre(0));
  }
  EXPECT_TRUE(last.empty());
}

TEST_P(PollContract, NumberReusedWhileWaiting) {
  Poller poller = MustCreatePoller(*this);
  PollPair stop(*this, transport());
  ASSERT_THAT(poller.Register(stop.mine(), kReadable, 0), IsOk());
  Background<std::vector<std::uint64_t>> waiter([&] {
    std::vector<std::uint64_t> wrong;
    PollResult ready;
    for (;;) {
      EXPECT_THAT(poller.Wait(kLong, &ready), IsOk());
      for (const PollEvent& event : ready) {
        if (event.key == 0) return wrong;
        // Those with odd keys have nothing to read.
        if (event.key % 2 == 1) wrong.push_back(event.key);
      }
    }
  });
  constexpr std::uint64_t kRounds = 200;
  for (std::uint64_t i = 1; i <= kRounds; ++i) {
    std::pair<Socket, Socket> sockets = MustConnectPair(transport());
    ASSERT_THAT(poller.Register(sockets.first, kReadable, 2 * i), IsOk());
    ASSERT_THAT(poller.Register(sockets.second, kReadable, 2 * i + 1), IsOk());
    ASSERT_THAT(sockets.second.SendAll("x"), IsOk());
    // The end of the connection is something to read for `first` only.
    ASSERT_THAT(sockets.second.Close(), IsOk());
    ASSERT_THAT(sockets.first.Close(), IsOk());
    // A pair that has nothing to read gets the numbers of this one.
    PollPair silent(*this, transport());
    ASSERT_THAT(poller.Register(silent.mine(), kReadable, 2 * i + 1), IsOk());
    ASSERT_THAT(poller.Unregister(silent.mine()), IsOk());
  }
  ASSERT_THAT(stop.peer().SendAll("x"), IsOk());
  EXPECT_THAT(waiter.Result(), IsEmpty());
}

// The numbers go to and fro between duplicates of a connection that has
// something to read and of one that has nothing.
TEST_P(PollContract, NumberReusedAgainAndAgain) {
  constexpr std::uint64_t kRounds = 10000;
  PollPair busy(*this, transport());
  PollPair silent(*this, transport());
  PollPair stop(*this, transport());
  ASSERT_THAT(busy.peer().SendAll("x"), IsOk());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(stop.mine(), kReadable, 0), IsOk());
  std::atomic<std::uint64_t> newest{0};
  Background<std::vector<std::uint64_t>> waiter([&] {
    std::vector<std::uint64_t> wrong;
    PollResult ready;
    for (;;) {
      EXPECT_THAT(poller.Wait(kLong, &ready), IsOk());
      for (const PollEvent& event : ready) {
        if (event.key == 0) return wrong;
        // Those with odd keys have nothing to read.
        if (event.key % 2 == 1) wrong.push_back(event.key);
        newest.store(event.key);
      }
    }
  });
  for (std::uint64_t i = 1; i <= kRounds; ++i) {
    absl::StatusOr<Socket> ready = busy.mine().Dup();
    ASSERT_THAT(ready, IsOk());
    ASSERT_THAT(poller.Register(*ready, kReadable, 2 * i), IsOk());
    // Now and then it leaves once it has been reported, and otherwise whatever
    // the other thread does just then.
    if (i % 64 == 0) AwaitThat([&] { return newest.load() >= 2 * i; });
    ASSERT_THAT(ready->Close(), IsOk());
    absl::StatusOr<Socket> quiet = silent.mine().Dup();
    ASSERT_THAT(quiet, IsOk());
    ASSERT_THAT(poller.Register(*quiet, kReadable, 2 * i + 1), IsOk());
  }
  ASSERT_THAT(stop.peer().SendAll("x"), IsOk());
  EXPECT_THAT(waiter.Result(), IsEmpty());
}

// --- Changes during a wait ---------------------------------------------------

TEST_P(PollContract, ChangesCountAtOnce) {
  PollPair pair(*this, transport());
  ASSERT_THAT(pair.peer().SendAll("x"), IsOk());
  Poller poller = MustCreatePoller(*this);
  {
    Background<PollEvents> wait([&] { return WaitFor(poller, kKey); });
    wait.AwaitAsleep();
    ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
    EXPECT_EQ(wait.Result(), kReadable);
  }
  ASSERT_THAT(poller.Modify(pair.mine(), PollEvents::kNone), IsOk());
  {
    Background<PollEvents> wait([&] { return WaitFor(poller, kKey); });
    wait.AwaitAsleep();
    ASSERT_THAT(poller.Modify(pair.mine(), kWritable), IsOk());
    EXPECT_EQ(wait.Result(), kWritable);
  }
}

TEST_P(PollContract, ClosedDuringTheWait) {
  PollPair pair(*this, transport());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(pair.mine(), kReadable, kKey), IsOk());
  Background<absl::Status> wait([&] {
    PollResult ready;
    absl::Status status = poller.Wait(kLong, &ready);
    EXPECT_THAT(Keys(ready), IsEmpty());
    EXPECT_TRUE(ready.woken());
    return status;
  });
  wait.AwaitAsleep();
  ASSERT_THAT(pair.mine().Close(), IsOk());
  ASSERT_THAT(pair.peer().Close(), IsOk());
  poller.Wake();
  EXPECT_THAT(wait.Result(), IsOk());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
