// Which rule decides, and how often. The platform behind it is a stub, except
// where a test says otherwise.

#include "mortise/platform/fault/call_faults.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/fault/stub_platform.h"

namespace mortise {
namespace fault {
namespace {

using ::testing::ElementsAre;

class CallFaultsTest : public testing::Test {
 protected:
  SocketCalls& sockets() { return faults_.platform().sockets(); }
  // Returns the code of a Listen on the handle `number`. kUnsupported means
  // that no rule has decided the call.
  ErrorCode Listen(int number = 7) { return Listen(faults_, number); }
  ErrorCode Listen(CallFaults& faults, int number = 7) {
    return CodeOf(
        faults.platform().sockets().Listen(NativeHandle(number), 1).error);
  }
  ErrorCode CodeOf(int error) const {
    return error == kNotSupportedError
               ? ErrorCode::kUnsupported
               : stub_.platform.facts().errors.Code(ErrorDomain::kOs, error);
  }

  StubPlatform stub_;
  CallFaults faults_{stub_.platform};
};

TEST_F(CallFaultsTest, ARuleActsOnceUnlessItSaysOtherwise) {
  const Rule rule =
      faults_.OnCalls({Call::kListen}, CallFault::Fail(ErrorCode::kEaddrinuse));
  EXPECT_EQ(rule.hits(), 0);
  EXPECT_EQ(Listen(), ErrorCode::kEaddrinuse);
  EXPECT_EQ(Listen(), ErrorCode::kUnsupported);
  EXPECT_EQ(rule.hits(), 1);
  EXPECT_EQ(rule.text(), "Listen: Fail(EADDRINUSE), First(1)");
}

TEST_F(CallFaultsTest, ARuleEndsWithItsObjectUnlessItIsKept) {
  {
    const Rule rule = faults_.OnCalls({Call::kListen},
                                      CallFault::Fail(ErrorCode::kEaddrinuse),
                                      When::Always());
    EXPECT_EQ(Listen(), ErrorCode::kEaddrinuse);
  }
  EXPECT_EQ(Listen(), ErrorCode::kUnsupported);
  faults_
      .OnCalls({Call::kListen}, CallFault::Fail(ErrorCode::kEacces),
               When::Always())
      .Keep();
  EXPECT_EQ(Listen(), ErrorCode::kEacces);
}

TEST_F(CallFaultsTest, ARuleThatIsMovedOrReplacedActsOrEnds) {
  Rule rule = faults_.OnCalls(
      {Call::kListen}, CallFault::Fail(ErrorCode::kEaddrinuse), When::Always());
  Rule moved = std::move(rule);
  EXPECT_EQ(Listen(), ErrorCode::kEaddrinuse);
  EXPECT_EQ(moved.hits(), 1);
  EXPECT_EQ(rule.hits(), 0);  // NOLINT: defined after a move, too
  EXPECT_EQ(rule.text(), "");
  moved = faults_.OnCalls({Call::kListen}, CallFault::Fail(ErrorCode::kEacces),
                          When::Always());
  EXPECT_EQ(Listen(), ErrorCode::kEacces);
}

TEST_F(CallFaultsTest, TheFirstRuleThatDoesNotPassDecides) {
  const Rule first = faults_.OnCalls(
      {Call::kListen}, CallFault::Fail(ErrorCode::kEacces), When::Nth(2));
  const Rule second = faults_.OnCalls(
      {Call::kListen}, CallFault::Fail(ErrorCode::kEaddrinuse), When::First(2));
  EXPECT_EQ(Listen(), ErrorCode::kEaddrinuse);
  EXPECT_EQ(Listen(), ErrorCode::kEacces);
  EXPECT_EQ(Listen(), ErrorCode::kEaddrinuse)
      << "the second rule has not counted the call that the first decided";
  EXPECT_EQ(Listen(), ErrorCode::kUnsupported);
  EXPECT_EQ(first.hits(), 1);
  EXPECT_EQ(second.hits(), 2);
}

TEST_F(CallFaultsTest, AHandleChoosesItsCalls) {
  const Rule rule = faults_.OnCalls({Call::kListen, NativeHandle(8)},
                                    CallFault::Fail(ErrorCode::kEacces));
  EXPECT_EQ(Listen(7), ErrorCode::kUnsupported);
  EXPECT_EQ(Listen(8), ErrorCode::kEacces);
}

TEST_F(CallFaultsTest, AHandleIsAlsoOneThatIsWaitedFor) {
  const Rule rule = faults_.OnCalls({Call::kAny, NativeHandle(8)},
                                    CallFault::Fail(ErrorCode::kEintr));
  ReadinessCalls& readiness = faults_.platform().readiness();
  const WaitTarget targets[] = {{NativeHandle(7), WaitEvents::kReadable},
                                {NativeHandle(8), WaitEvents::kReadable}};
  EXPECT_TRUE(
      readiness.WaitInterruptibly({targets, 1}, {}, absl::ZeroDuration()).ok());
  EXPECT_EQ(
      CodeOf(
          readiness.WaitInterruptibly(targets, {}, absl::ZeroDuration()).error),
      ErrorCode::kEintr);
}

TEST_F(CallFaultsTest, APortChoosesTheCallsWithThatPort) {
  const Rule rule = faults_.OnCalls({Call::kAny, {}, 443},
                                    CallFault::Fail(ErrorCode::kEconnrefused),
                                    When::Always());
  SockAddr address;
  address.port = 80;
  EXPECT_EQ(CodeOf(sockets().Connect(NativeHandle(7), address).error),
            ErrorCode::kUnsupported);
  address.port = 443;
  EXPECT_EQ(CodeOf(sockets().Connect(NativeHandle(7), address).error),
            ErrorCode::kEconnrefused);
  EXPECT_EQ(CodeOf(sockets().Bind(NativeHandle(7), address).error),
            ErrorCode::kEconnrefused);
  EXPECT_EQ(CodeOf(sockets().SendTo(NativeHandle(7), {}, 0, address).error),
            ErrorCode::kEconnrefused);
  EXPECT_EQ(
      CodeOf(sockets().SendMsg(NativeHandle(7), {}, {}, 0, &address).error),
      ErrorCode::kEconnrefused);
  EXPECT_EQ(
      CodeOf(faults_.platform().services().ServiceOfPort(443, "tcp").error),
      ErrorCode::kEconnrefused);
}

TEST_F(CallFaultsTest, AFunctionSeesTheArguments) {
  CallMatch which;
  std::string seen;
  which.only = [&seen](const CallArguments& arguments) {
    seen = std::string(arguments.name);
    return arguments.call == Call::kFindHostByName;
  };
  const Rule rule = faults_.OnCalls(which, CallFault::Fail(ErrorCode::kEacces),
                                    When::Always());
  NameCalls& names = faults_.platform().names();
  AddrInfoQuery query;
  query.host = "a.example";
  EXPECT_EQ(names.FindAddresses(query, absl::ZeroDuration()).error,
            kNotSupportedError);
  EXPECT_EQ(seen, "a.example");
  EXPECT_NE(names.FindHostByName("b.example", absl::ZeroDuration()).error,
            kNotSupportedError);
  EXPECT_EQ(seen, "b.example");
}

TEST_F(CallFaultsTest, TimeIsCountedFromTheMakingOfTheRule) {
  stub_.clock.Advance(absl::Hours(3));
  const Rule rule = faults_.OnCalls(
      {Call::kListen}, CallFault::Fail(ErrorCode::kEacces),
      When::First(2).After(absl::Seconds(10)).Until(absl::Seconds(20)));
  EXPECT_EQ(Listen(), ErrorCode::kUnsupported);
  stub_.clock.Advance(absl::Seconds(10));
  EXPECT_EQ(Listen(), ErrorCode::kEacces) << "the calls before do not count";
  stub_.clock.Advance(absl::Seconds(10));
  EXPECT_EQ(Listen(), ErrorCode::kUnsupported);
}

// The calls, counted from 0, on which a rule with OneIn acts.
std::vector<int> Drawn(std::uint64_t seed, bool with_other_rules) {
  StubPlatform stub;
  CallFaults faults(stub.platform, {seed});
  std::optional<Rule> before;
  if (with_other_rules) {
    before.emplace(faults.OnCalls({Call::kListen},
                                  CallFault::Fail(ErrorCode::kEaddrinuse),
                                  When::OneIn(7)));
  }
  const Rule rule = faults.OnCalls(
      {Call::kListen}, CallFault::Take(absl::Seconds(1)), When::OneIn(3));
  std::optional<Rule> after;
  if (with_other_rules) {
    after.emplace(faults.OnCalls({Call::kListen},
                                 CallFault::Fail(ErrorCode::kEaddrinuse),
                                 When::OneIn(2)));
  }
  std::vector<int> acts;
  for (int i = 0; i < 200; ++i) {
    // What another rule decides, this one cannot.
    const std::int64_t others = before.has_value() ? before->hits() : 0;
    const absl::Duration begin = stub.clock.Now();
    (void)faults.platform().sockets().Listen(NativeHandle(7), 1);
    if (stub.clock.Now() != begin) acts.push_back(i);
    if (before.has_value() && before->hits() != others) acts.push_back(-i);
  }
  return acts;
}

TEST_F(CallFaultsTest, TheSameSeedDrawsTheSame) {
  const std::vector<int> drawn = Drawn(1, false);
  EXPECT_GT(drawn.size(), 40u);
  EXPECT_LT(drawn.size(), 95u);
  EXPECT_EQ(Drawn(1, false), drawn);
  EXPECT_NE(Drawn(2, false), drawn);
}

TEST_F(CallFaultsTest, OtherRulesDoNotChangeWhatARuleDraws) {
  const std::vector<int> alone = Drawn(1, false);
  std::vector<int> rest = alone;
  for (const int act : Drawn(1, true)) {
    if (act <= 0) {
      // Decided by the first rule. This one may have drawn it as well.
      rest.erase(std::remove(rest.begin(), rest.end(), -act), rest.end());
    } else {
      EXPECT_THAT(alone, testing::Contains(act));
    }
  }
  std::vector<int> with_others = Drawn(1, true);
  with_others.erase(std::remove_if(with_others.begin(), with_others.end(),
                                   [](int act) { return act <= 0; }),
                    with_others.end());
  EXPECT_EQ(with_others, rest);
}

TEST_F(CallFaultsTest, EqualRulesDrawEachForItself) {
  std::vector<int> acts[2];
  const Rule rules[] = {
      faults_.OnCalls({Call::kListen, NativeHandle(1)},
                      CallFault::Fail(ErrorCode::kEacces), When::OneIn(2)),
      faults_.OnCalls({Call::kListen, NativeHandle(2)},
                      CallFault::Fail(ErrorCode::kEacces), When::OneIn(2))};
  for (int i = 0; i < 64; ++i) {
    for (const int which : {0, 1}) {
      if (Listen(which + 1) == ErrorCode::kEacces) acts[which].push_back(i);
    }
  }
  EXPECT_NE(acts[0], acts[1]);
}

TEST_F(CallFaultsTest, AKeyKeepsADrawWhateverWasMadeBefore) {
  std::vector<int> acts[2];
  for (const bool has_other : {false, true}) {
    CallFaults faults(stub_.platform);
    std::optional<Rule> other;
    if (has_other) {
      other.emplace(faults.OnCalls({Call::kListen, NativeHandle(1)},
                                   CallFault::Fail(ErrorCode::kEacces),
                                   When::OneIn(2).Keyed(8)));
    }
    const Rule rule = faults.OnCalls({Call::kListen, NativeHandle(2)},
                                     CallFault::Fail(ErrorCode::kEacces),
                                     When::OneIn(2).Keyed(9));
    for (int i = 0; i < 64; ++i) {
      if (Listen(faults, 2) == ErrorCode::kEacces) {
        acts[has_other ? 1 : 0].push_back(i);
      }
    }
  }
  EXPECT_EQ(acts[0], acts[1]);
}

TEST_F(CallFaultsTest, TellsEachFaultThatItMakes) {
  std::vector<std::string> told;
  CallFaultsOptions options;
  options.on_hit = [&told](const CallArguments& arguments,
                           const CallFault& fault) {
    told.push_back(std::string(CallName(arguments.call)) + " " +
                   fault.ToString());
  };
  CallFaults faults(stub_.platform, options);
  const Rule rule = faults.OnCalls(
      {Call::kListen}, CallFault::Take(absl::Seconds(1)), When::Every(2));
  for (int i = 0; i < 4; ++i) (void)Listen(faults);
  EXPECT_THAT(told, ElementsAre("Listen Take(1s)", "Listen Take(1s)"));
}

TEST_F(CallFaultsTest, TheTimeOfAWaitIsAPartOfItsTimeout) {
  const Rule rule =
      faults_.OnCalls({Call::kWaitInterruptibly},
                      CallFault::Take(absl::Seconds(3)), When::Always());
  const absl::Duration begin = stub_.clock.Now();
  ReadinessCalls& readiness = faults_.platform().readiness();
  (void)readiness.WaitInterruptibly({}, {}, absl::Seconds(5));
  EXPECT_EQ(stub_.clock.Now() - begin, absl::Seconds(5));
  (void)readiness.WaitInterruptibly({}, {}, absl::Seconds(1));
  EXPECT_EQ(stub_.clock.Now() - begin, absl::Seconds(8));
}

TEST_F(CallFaultsTest, FalseReadinessNamesTheHandleOfTheRule) {
  ReadinessCalls& readiness = faults_.platform().readiness();
  const WaitTarget targets[] = {{NativeHandle(7), WaitEvents::kReadable},
                                {NativeHandle(8), WaitEvents::kReadable}};
  {
    const Rule rule =
        faults_.OnCalls({Call::kWaitInterruptibly}, CallFault::FalseReady());
    EXPECT_EQ(readiness.WaitInterruptibly(targets, {}, absl::Hours(1)).value,
              0u);
  }
  const Rule rule = faults_.OnCalls({Call::kWaitInterruptibly, NativeHandle(8)},
                                    CallFault::FalseReady());
  EXPECT_EQ(readiness.WaitInterruptibly(targets, {}, absl::Hours(1)).value, 1u);
  EXPECT_EQ(stub_.readiness.waits, 0) << "nobody has looked";
}

// For ThreadSanitizer as well: rules come and go while other threads call.
TEST_F(CallFaultsTest, RulesComeAndGoWhileOtherThreadsCall) {
  std::atomic<bool> is_over{false};
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([this, &is_over] {
      while (!is_over) (void)sockets().Listen(NativeHandle(7), 1);
    });
  }
  for (int i = 0; i < 300; ++i) {
    // Not called any more when its rule has ended.
    std::atomic<bool> is_alive{true};
    std::atomic<int> misses{0};
    CallMatch which = {Call::kListen};
    which.only = [&](const CallArguments&) {
      if (!is_alive) ++misses;
      return true;
    };
    {
      const Rule rule = faults_.OnCalls(
          which, CallFault::Fail(ErrorCode::kEacces), When::Every(2));
      EXPECT_NE(Listen(), ErrorCode::kUnmapped);
    }
    is_alive = false;
    EXPECT_EQ(misses, 0);
  }
  is_over = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(Listen(), ErrorCode::kUnsupported);
}

TEST_F(CallFaultsTest, ARuleEndsWhenNoThreadAsksItAnyMore) {
  absl::Notification is_asked;
  std::atomic<bool> is_ending{false};
  std::atomic<bool> has_answered{false};
  CallMatch which = {Call::kListen};
  which.only = [&](const CallArguments&) {
    is_asked.Notify();
    // Gives the rule every chance to end too early.
    while (!is_ending) std::this_thread::yield();
    for (int i = 0; i < 200; ++i) std::this_thread::yield();
    has_answered = true;
    return true;
  };
  std::thread caller;
  {
    const Rule rule =
        faults_.OnCalls(which, CallFault::Fail(ErrorCode::kEacces));
    caller = std::thread([this] { (void)Listen(); });
    is_asked.WaitForNotification();
    is_ending = true;
  }
  EXPECT_TRUE(has_answered);
  caller.join();
}

TEST_F(CallFaultsTest, OnceIsOnceAmongManyThreads) {
  const Rule rule = faults_.OnCalls(
      {Call::kListen}, CallFault::Fail(ErrorCode::kEacces), When::First(100));
  std::atomic<int> failed{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([this, &failed] {
      for (int k = 0; k < 1000; ++k) {
        if (Listen() == ErrorCode::kEacces) ++failed;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(failed, 100);
  EXPECT_EQ(rule.hits(), 100);
}

}  // namespace
}  // namespace fault
}  // namespace mortise
