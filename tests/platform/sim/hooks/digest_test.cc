// The same seed is the same run, in every process and under load.

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/tests/platform/sim/hooks/workload.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::uint64_t kSeeds = 25;

// The digests of all seeds together, each of which runs twice. Returns "" if
// the two differ, or a run fails, or something was left to chance.
std::string AllDigests(std::string* why) {
  Trace all(nullptr);
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const WorkloadResult first = RunWorkload(seed);
    const WorkloadResult second = RunWorkload(seed);
    for (const WorkloadResult* const result : {&first, &second}) {
      if (!result->status.ok()) {
        *why = result->status.ToString();
        return "";
      }
      if (!result->left_to_chance.empty()) {
        *why = absl::StrCat("seed ", seed, ": ", result->left_to_chance[0]);
        return "";
      }
    }
    if (first.digest != second.digest) {
      *why = absl::StrCat("seed ", seed, " has two digests");
      return "";
    }
    all.Add(first.virtual_nanoseconds, DigestText(first.digest), first.holders);
  }
  return DigestText(all.digest());
}

// Runs AllDigests in a child.
class Child {
 public:
  // The child and its threads use only this CPU, unless it is negative.
  explicit Child(int cpu) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    process_ = fork();
    if (process_ == 0) {
      if (cpu >= 0) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(cpu), &one);
        sched_setaffinity(0, sizeof one, &one);
      }
      std::string why;
      std::string result = AllDigests(&why);
      if (result.empty()) result = why;
      const ssize_t written = write(ends[1], result.data(), result.size());
      _exit(written == static_cast<ssize_t>(result.size()) ? 0 : 1);
    }
    close(ends[1]);
    result_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Waits for the child.
  std::string Result() {
    std::string text;
    char room[4096];
    for (;;) {
      const ssize_t size = read(result_, room, sizeof room);
      if (size <= 0) break;
      text.append(room, static_cast<std::size_t>(size));
    }
    close(result_);
    int status = 0;
    waitpid(process_, &status, 0);
    if (status != 0) absl::StrAppend(&text, " status ", status);
    return text;
  }

 private:
  pid_t process_ = -1;
  int result_ = -1;
};

TEST(DigestTest, IsTheSameInEveryProcessAndUnderLoad) {
  std::set<std::string> digests;
  // By itself, with as many CPUs as there are.
  for (int i = 0; i < 2; ++i) digests.insert(Child(-1).Result());
  // Six at a time on one CPU.
  const int cpu = sched_getcpu();
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < 6; ++i) children.push_back(std::make_unique<Child>(cpu));
  for (const auto& child : children) digests.insert(child->Result());
  ASSERT_EQ(digests.size(), 1u) << testing::PrintToString(digests);
  // Not the text of an error.
  EXPECT_EQ(digests.begin()->size(), 16u) << *digests.begin();
}

TEST(DigestTest, OtherSeedsAreOtherRuns) {
  std::set<std::uint64_t> digests;
  std::set<std::string> holders;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const WorkloadResult result = RunWorkload(seed);
    digests.insert(result.digest);
    holders.insert(result.holders);
  }
  EXPECT_EQ(digests.size(), 20u);
  EXPECT_EQ(holders.size(), 20u);
}

TEST(DigestTest, HoldsInEveryOrder) {
  for (const Order order : {Order::kPct, Order::kFifo}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const WorkloadResult first = RunWorkload(seed, order);
      const WorkloadResult second = RunWorkload(seed, order);
      EXPECT_TRUE(first.status.ok()) << first.status;
      EXPECT_EQ(first.digest, second.digest) << "seed " << seed;
      EXPECT_EQ(first.left_to_chance, std::vector<std::string>());
    }
  }
}

// Locks are held for seconds, and nobody waits for them.
TEST(DigestTest, TakesVirtualTime) {
  const WorkloadResult result = RunWorkload(1);
  EXPECT_TRUE(result.status.ok()) << result.status;
  EXPECT_GT(result.virtual_nanoseconds, 500 * 1000 * 1000);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
