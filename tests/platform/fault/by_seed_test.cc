// A client and a server under faults that a seed draws, for many seeds. What
// holds for each:
//   - Bytes are exact: what is received is what was sent, in order and once,
//     until a call fails of which nobody can know what it has done.
//   - The error that is told is one that was made.
//   - Timeouts are kept.
//   - Nothing is leaked: as many descriptors are open as before.
//   - When the faults end, everything works again.
//
// The client and the server take turns in one thread, on the OS's loopback and
// a clock that the test moves. So a seed does the same each time.

#include "mortise/platform/fault/by_seed.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/platform/fault/conversation.h"
#include "mortise/tests/platform/fault/stub_platform.h"

namespace mortise {
namespace fault {
namespace {

constexpr int kSeeds = 2500;

TEST(BySeedTest, EveryPromiseIsKeptUnderEverySeed) {
  World world;
  { Conversation(world, 0).Run(); }
  const std::optional<int> before = contract::OpenDescriptors();
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    std::string text;
    {
      Conversation conversation(world, seed);
      text = absl::StrCat("seed ", seed, ":\n", conversation.text());
      SCOPED_TRACE(text);
      conversation.Run();
    }
    EXPECT_EQ(contract::OpenDescriptors(), before) << "a leak, " << text;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(world.whole, kSeeds / 2) << "too few are tested to their end";
  for (const CallFault::Kind kind :
       {CallFault::Kind::kFail, CallFault::Kind::kFailAfter,
        CallFault::Kind::kCut, CallFault::Kind::kWouldBlock,
        CallFault::Kind::kFalseReady, CallFault::Kind::kTake}) {
    EXPECT_GT(world.hits[kind], kSeeds / 10) << static_cast<int>(kind);
  }
}

// What DrawRules draws.
std::vector<std::string> Texts(std::uint64_t seed, int most_areas = kMostAreas,
                               const SystemFacts* facts = nullptr) {
  StubPlatform stub(facts != nullptr ? *facts : Platform::Default().facts());
  CallFaults faults(stub.platform);
  std::vector<std::string> texts;
  for (const Rule& rule : DrawRules(faults, seed, most_areas)) {
    texts.push_back(rule.text());
  }
  return texts;
}

TEST(BySeedTest, TheSameSeedDrawsTheSameRules) {
  std::set<std::vector<std::string>> drawn;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    EXPECT_EQ(Texts(seed), Texts(seed));
    drawn.insert(Texts(seed));
  }
  EXPECT_GT(drawn.size(), 190u);
}

TEST(BySeedTest, WhatThePlatformLacksChangesNothingElse) {
  const ErrorTable& errors = Platform::Default().facts().errors;
  std::vector<ErrorMapping> without(errors.os.begin(), errors.os.end());
  without.erase(std::remove_if(without.begin(), without.end(),
                               [](const ErrorMapping& mapping) {
                                 return mapping.code == ErrorCode::kEnobufs;
                               }),
                without.end());
  SystemFacts facts = Platform::Default().facts();
  facts.errors.os = without;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    std::vector<std::string> expected;
    for (const std::string& text : Texts(seed)) {
      if (text.find("ENOBUFS") == std::string::npos) expected.push_back(text);
    }
    EXPECT_EQ(Texts(seed, kMostAreas, &facts), expected);
  }
}

TEST(BySeedTest, EveryAreaIsDrawn) {
  std::set<std::string> calls;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    for (const std::string& text : Texts(seed)) {
      calls.insert(text.substr(0, text.find(", ")));
    }
  }
  for (const char* expected :
       {"Recv: Fail(EINTR)", "PollSet::Wait: FalseReady()", "Send: Cut(1)",
        "Dup: Fail(EMFILE)", "Send: Fail(ENOBUFS)", "Bind: Fail(EADDRINUSE)",
        "Recv: Fail(ECONNRESET)", "Send: FailAfter(ECONNRESET)",
        "SendFile: Fail(unsupported)", "FindAddresses: Fail(EAI_AGAIN)"}) {
    EXPECT_THAT(calls, testing::Contains(expected));
  }
  // Winsock has no number for it.
  const absl::Span<const ErrorMapping> os =
      Platform::Default().facts().errors.os;
  const bool has_eio =
      std::any_of(os.begin(), os.end(), [](const ErrorMapping& mapping) {
        return mapping.code == ErrorCode::kEio;
      });
  EXPECT_EQ(calls.count("Close: FailAfter(EIO)"), has_eio ? 1u : 0u);
}

}  // namespace
}  // namespace fault
}  // namespace mortise
