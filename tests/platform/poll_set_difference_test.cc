// Two sets that are told the same must find the same: the system's set, and the
// one that scans. The operations are random, with seeds that do not change.

#include <array>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/platform/poll_set_test.h"

namespace mortise {
namespace {

class PollSetDifferenceTest : public PollSetTest {
 protected:
  static constexpr int kPairs = 12;

  void SetUp() override {
    PollSetTest::SetUp();
    for (const PollSetKind& kind : PollSetKinds()) {
      SysResult<std::unique_ptr<PollSet>> made = kind.make();
      ASSERT_EQ(made.error, 0);
      sets_.push_back({NumberedPollSet(std::move(made.value)), {}});
    }
  }
  void TearDown() override {
    sets_.clear();
    for (Pair& pair : pairs_) pair = Pair();
    PollSetTest::TearDown();
  }

  // One random operation.
  void Operate() {
    const int number = Draw(kPairs);
    Pair& pair = pairs_[number];
    if (!pair.is_open) return Open(pair);
    switch (Draw(8)) {
      case 0:
        return Wish(pair, number, PollMode::kLevel, 1 + Draw(3));
      case 1:
        // Of one event: which half of two comes first may differ.
        return Wish(pair, number, PollMode::kOneShot, 1 + Draw(2));
      case 2:
        return Unwish(pair);
      case 3:
        static_cast<void>(pair.theirs.Send("x"));
        return;
      case 4:
        return Empty(pair.ours);
      case 5:
        return Draw(2) == 0 ? Fill(pair.ours) : Empty(pair.theirs);
      case 6:
        static_cast<void>(pair.theirs.Shutdown(ShutdownHow::kWrite));
        return;
      default:
        if (Draw(2) == 0) {
          static_cast<void>(pair.theirs.Close());
        } else {
          Unwish(pair);
          pair = Pair();
        }
    }
  }

  // Whether the sets agree now. What is under way in the kernel may arrive
  // between the two looks, so they have some time for it.
  bool Agree() {
    for (int i = 0; i < 10000; ++i) {
      std::vector<std::map<int, PollEvents>> found;
      for (Side& side : sets_) {
        std::map<int, PollEvents> readiness;
        for (const auto& [number, events] : side.set.Look().events) {
          (pairs_[number].is_one_shot ? side.fired : readiness)[number] |=
              events & kBoth;
        }
        readiness.insert(side.fired.begin(), side.fired.end());
        found.push_back(std::move(readiness));
      }
      if (found[0] == found[1]) return true;
      std::this_thread::yield();
    }
    return false;
  }

  int Draw(int below) { return static_cast<int>(random_() % below); }
  void Seed(unsigned seed) { random_.seed(seed); }

 private:
  struct Pair {
    Socket ours;
    Socket theirs;
    bool is_open = false;
    bool is_wished = false;
    bool is_one_shot = false;
  };
  struct Side {
    NumberedPollSet set;
    // What has been reported of one-shot wishes since they were set.
    std::map<int, PollEvents> fired;
  };

  void Open(Pair& pair) {
    std::tie(pair.ours, pair.theirs) = MustMakePair();
    pair.is_open = true;
  }

  void Wish(Pair& pair, int number, PollMode mode, int events) {
    const auto wanted = static_cast<PollEvents>(events);
    for (Side& side : sets_) {
      side.fired.erase(number);
      const NativeHandle handle = pair.ours.native_handle();
      EXPECT_EQ(pair.is_wished ? side.set.Change(handle, wanted, number, mode)
                               : side.set.Add(handle, wanted, number, mode),
                0);
    }
    pair.is_wished = true;
    pair.is_one_shot = mode == PollMode::kOneShot;
  }

  void Unwish(Pair& pair) {
    for (Side& side : sets_) {
      side.fired.erase(static_cast<int>(&pair - pairs_.data()));
      if (pair.is_wished) {
        EXPECT_EQ(side.set.Remove(pair.ours.native_handle()), 0);
      }
    }
    pair.is_wished = false;
  }

  std::vector<Side> sets_;
  std::array<Pair, kPairs> pairs_;
  std::mt19937 random_;
};
// The kind that the parameter names is not used: the test is about all of them.
INSTANTIATE_TEST_SUITE_P(Each, PollSetDifferenceTest,
                         testing::Values(PollSetKinds().front()),
                         [](const auto&) { return "All"; });

TEST_P(PollSetDifferenceTest, TheSetsAgree) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Seed(seed);
    for (int operation = 0; operation < 300; ++operation) {
      Operate();
      // Not after each one, so that several count together.
      if (Draw(3) == 0) {
        ASSERT_TRUE(Agree()) << "seed " << seed << ", operation " << operation;
      }
    }
  }
}

}  // namespace
}  // namespace mortise
