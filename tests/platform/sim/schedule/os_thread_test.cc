#include "mortise/platform/sim/schedule/os_thread.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "mortise/platform/sim/schedule/seat.h"

namespace mortise {
namespace sim {
namespace {

// Looks until `asleep` is seen, which an OS may show late. Gives up after a
// long time.
bool EventuallyLooks(const OsThread& thread, bool asleep) {
  for (int i = 0; i < 100000; ++i) {
    const std::optional<OsThread::Look> look = thread.LookAt();
    if (look.has_value() && look->asleep == asleep) return true;
    PauseForReal();
  }
  return false;
}

TEST(OsThreadTest, SeesWhetherAThreadIsAsleep) {
  if (!OsThread::tells_state()) GTEST_SKIP() << "the OS does not tell";
  Seat begun;
  Seat seat;
  std::unique_ptr<const OsThread> looked_at;
  std::atomic<bool> busy{true};
  std::thread thread([&] {
    looked_at = OsThread::This();
    begun.Post();
    while (busy) {
    }
    seat.Wait();
  });
  begun.Wait();
  EXPECT_TRUE(EventuallyLooks(*looked_at, false));
  busy = false;
  EXPECT_TRUE(EventuallyLooks(*looked_at, true));
  seat.Post();
  thread.join();
}

TEST(OsThreadTest, SeesThatAThreadHasRun) {
  Seat begun;
  Seat seat;
  Seat done;
  std::unique_ptr<const OsThread> looked_at;
  std::thread thread([&] {
    looked_at = OsThread::This();
    begun.Post();
    seat.Wait();
    for (volatile int i = 0; i < 50000000; i = i + 1) {
    }
    done.Post();
    seat.Wait();
  });
  begun.Wait();
  const std::optional<OsThread::Look> before = looked_at->LookAt();
  seat.Post();
  done.Wait();
  const std::optional<OsThread::Look> after = looked_at->LookAt();
  EXPECT_EQ(before.has_value(), after.has_value());
  if (before.has_value()) {
    EXPECT_LT(before->cpu_time, after->cpu_time);
  }
  seat.Post();
  thread.join();
}

struct Started {
  Seat ran;
  Seat ended;
  std::string name;
};

TEST(OsThreadTest, StartsADetachedThreadAndSaysWhenItEnds) {
  Started started;
  const int error = StartOsThread(
      64 * 1024,
      [](void* argument) {
        auto* const own = static_cast<Started*>(argument);
        NameOsThread("a name that is too long");
        own->name = OsThreadName();
        own->ran.Post();
        AtOsThreadEnd(
            [](void* at_end) { static_cast<Started*>(at_end)->ended.Post(); },
            own);
      },
      &started);
  ASSERT_EQ(error, 0);
  started.ran.Wait();
  started.ended.Wait();
  EXPECT_NE(started.name, "");
}

// POSIX destroys thread_local objects first.
TEST(OsThreadTest, TheEndComesAfterThreadLocalObjects) {
#ifdef _WIN32
  GTEST_SKIP() << "not on Windows";
#endif
  struct Order {
    Seat ended;
    std::string seen;
  };
  struct Local {
    Order* order = nullptr;
    ~Local() {
      if (order != nullptr) order->seen += "local ";
    }
  };
  Order order;
  ASSERT_EQ(StartOsThread(
                256 * 1024,
                [](void* argument) {
                  static thread_local Local local;
                  local.order = static_cast<Order*>(argument);
                  AtOsThreadEnd(
                      [](void* at_end) {
                        auto* const own = static_cast<Order*>(at_end);
                        own->seen += "end";
                        own->ended.Post();
                      },
                      argument);
                },
                &order),
            0);
  order.ended.Wait();
  EXPECT_EQ(order.seen, "local end");
}

TEST(SeatTest, APostBeforeTheWaitIsNotLost) {
  Seat seat;
  seat.Post();
  seat.Post();  // It is 1 already.
  seat.Wait();
  std::thread poster([&] { seat.Post(); });
  seat.Wait();
  poster.join();
}

TEST(SeatTest, HandsOverWhatWasDoneBefore) {
  Seat there;
  Seat back;
  int value = 0;
  std::thread thread([&] {
    for (int i = 0; i < 1000; ++i) {
      there.Wait();
      ++value;
      back.Post();
    }
  });
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(value, i);
    there.Post();
    back.Wait();
  }
  thread.join();
}

}  // namespace
}  // namespace sim
}  // namespace mortise
