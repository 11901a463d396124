#include "mortise/platform/mock/mock_platform.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/system_facts.h"

template class ::testing::StrictMock<mortise::MockSocketCalls>;
template class ::testing::StrictMock<mortise::MockReadinessCalls>;
template class ::testing::StrictMock<mortise::MockNameCalls>;
template class ::testing::StrictMock<mortise::MockServiceCalls>;
template class ::testing::StrictMock<mortise::MockInterfaceCalls>;
template class ::testing::StrictMock<mortise::MockFileCalls>;

namespace mortise {
namespace {

using ::testing::_;
using ::testing::AnyNumber;
using ::testing::DefaultValue;
using ::testing::Return;
using ::testing::SizeIs;

// The result of a call for which a test gives no result. It must not be
// success: code that sends until everything is sent would never end.
template <typename Result>
Result NoResult() {
  Result result;
  result.error = FakeErrors::kNoResult;
  return result;
}

// Makes GoogleMock return this result by default. The setting holds for the
// whole program and for all mocks, and is made once for each type of result.
template <typename Result>
void FailByDefault() {
  [[maybe_unused]] static const bool is_set = [] {
    DefaultValue<Result>::SetFactory(&NoResult<Result>);
    return true;
  }();
}

// Makes the call of a mock with a timeout. If `timed_out` says that the result
// reports a timeout, moves the clock by `timeout`, unless the action of the
// mock has already moved it. Such an action has said how long the call took.
template <typename Call, typename TimedOut>
auto Timed(FakeClock& clock, absl::Duration timeout, Call call,
           TimedOut timed_out) {
  const absl::Duration before = clock.elapsed();
  auto result = call();
  if (!timed_out(result)) return result;
  if (timeout == absl::InfiniteDuration()) {
    ADD_FAILURE() << "A call with an infinite timeout cannot run out of time. "
                     "The action of its expectation says that it did.";
    return NoResult<decltype(call())>();
  }
  if (clock.elapsed() == before) clock.Advance(timeout);
  return result;
}

template <typename Lookup>
auto TimedLookup(FakeClock& clock, const CallLimit& limit, Lookup lookup) {
  return Timed(clock, limit.timeout, lookup,
               [](const auto& result) { return result.timed_out; });
}

}  // namespace

MockSocketCalls::MockSocketCalls() {
  FailByDefault<SysResult<void>>();
  FailByDefault<SysResult<bool>>();
  FailByDefault<SysResult<int>>();
  FailByDefault<SysResult<std::size_t>>();
  // Where it is not the same type.
  FailByDefault<SysResult<std::uint64_t>>();
  FailByDefault<SysResult<std::string>>();
  FailByDefault<SysResult<NativeHandle>>();
  FailByDefault<SysResult<HandlePair>>();
  FailByDefault<SysResult<SocketDescription>>();
  FailByDefault<SysResult<ReceivedMessage>>();
}

MockPollSet::MockPollSet() {
  FailByDefault<SysResult<void>>();
  FailByDefault<SysResult<std::size_t>>();
}
MockPollSet::~MockPollSet() = default;

MockReadinessCalls::MockReadinessCalls() {
  FailByDefault<SysResult<bool>>();
  FailByDefault<SysResult<std::size_t>>();
  FailByDefault<SysResult<std::unique_ptr<WaitInterrupt>>>();
  FailByDefault<SysResult<std::unique_ptr<PollSet>>>();
}

MockNameCalls::MockNameCalls() {
  FailByDefault<SysResult<void>>();
  FailByDefault<SysResult<std::string>>();
  FailByDefault<LookupResult<std::vector<AddrInfoEntry>>>();
  FailByDefault<LookupResult<NameInfo>>();
  FailByDefault<LookupResult<HostEntry>>();
  DefaultValue<std::unique_ptr<PendingLookup>>::SetFactory(
      [] { return PendingLookup::Answered(NoResult<FoundAddresses>()); });
}

MockServiceCalls::MockServiceCalls() {
  FailByDefault<SysResult<std::optional<std::uint16_t>>>();
  FailByDefault<SysResult<std::optional<std::string>>>();
  FailByDefault<SysResult<std::optional<int>>>();
}

MockInterfaceCalls::MockInterfaceCalls() {
  FailByDefault<SysResult<std::uint32_t>>();
  FailByDefault<SysResult<std::string>>();
  FailByDefault<SysResult<std::vector<InterfaceEntry>>>();
}

MockFileCalls::MockFileCalls() {
  FailByDefault<SysResult<NativeHandle>>();
  FailByDefault<SysResult<std::size_t>>();
}

MockSocketCalls::~MockSocketCalls() = default;
MockReadinessCalls::~MockReadinessCalls() = default;
MockNameCalls::~MockNameCalls() = default;
MockServiceCalls::~MockServiceCalls() = default;
MockInterfaceCalls::~MockInterfaceCalls() = default;
MockFileCalls::~MockFileCalls() = default;

absl::Duration FakeClock::Now() {
  absl::MutexLock lock(&mutex_);
  ++reads_;
  // The clock begins at an arbitrary moment that is not 0.
  return absl::Hours(1) + elapsed_;
}

void FakeClock::Advance(absl::Duration by) {
  if (by < absl::ZeroDuration() || by == absl::InfiniteDuration()) {
    ADD_FAILURE() << "FakeClock::Advance: by: " << by
                  << " is negative or infinite";
    return;
  }
  absl::MutexLock lock(&mutex_);
  elapsed_ += by;
}

absl::Duration FakeClock::elapsed() const {
  absl::MutexLock lock(&mutex_);
  return elapsed_;
}

int FakeClock::reads() const {
  absl::MutexLock lock(&mutex_);
  return reads_;
}

const ErrorTable& FakeErrors::Table() {
  static constexpr ErrorMapping kMappings[] = {
      {Native(ErrorCode::kUnsupported), ErrorCode::kUnsupported},
      {Native(ErrorCode::kNameNotFound), ErrorCode::kNameNotFound},
      {Native(ErrorCode::kNoThread), ErrorCode::kNoThread},
#define MORTISE_ERROR_CODE(enumerator, name) \
  {Native(ErrorCode::enumerator), ErrorCode::enumerator},
#include "mortise/platform/error_codes.inc"
#undef MORTISE_ERROR_CODE
  };
  // All domains share the same numbers.
  static constexpr ErrorTable kTable = {kMappings, kMappings, kMappings};
  return kTable;
}

std::string FakeErrors::Text(ErrorDomain, int native) const {
  if (native == kNoResult) return "the test gave the mock no result for this";
  return absl::StrCat("fake error ", native);
}

void PrintTo(const SysResult<void>& result, std::ostream* out) {
  if (result.ok()) {
    *out << "done";
    return;
  }
  const absl::string_view name = ErrorCodeName(
      result.error == kNotSupportedError
          ? ErrorCode::kUnsupported
          : FakeErrors::Table().Code(ErrorDomain::kOs, result.error));
  *out << "failed: "
       << (name.empty() ? FakeErrors().Text(ErrorDomain::kOs, result.error)
                        : std::string(name));
}

namespace {

// Nothing waits for it: the action of a test says when a wait ends.
class FlagOnlyInterrupt final : public WaitInterrupt {
 private:
  void Signal() override {}
  void Drain() override {}
};

}  // namespace

class MockPlatform::TimedReadiness final : public ForwardingReadinessCalls {
 public:
  TimedReadiness(ReadinessCalls& next, FakeClock& clock)
      : ForwardingReadinessCalls(next), clock_(clock) {}

  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override {
    return Timed(
        clock_, timeout,
        [&] { return next().WaitInterruptibly(targets, interrupts, timeout); },
        [&](const SysResult<std::size_t>& ready) {
          return ready.ok() && ready.value == targets.size() &&
                 !AnyIsSet(interrupts);
        });
  }

  void Sleep(absl::Duration duration) override {
    const absl::Duration before = clock_.elapsed();
    next().Sleep(duration);
    if (clock_.elapsed() == before) clock_.Advance(duration);
  }

 private:
  FakeClock& clock_;
};

class MockPlatform::TimedNames final : public ForwardingNameCalls {
 public:
  TimedNames(NameCalls& next, FakeClock& clock)
      : ForwardingNameCalls(next), clock_(clock) {}

  FoundAddresses FindAddresses(const AddrInfoQuery& query,
                               const CallLimit& limit) override {
    return TimedLookup(clock_, limit,
                       [&] { return next().FindAddresses(query, limit); });
  }
  LookupResult<NameInfo> FindName(const SockAddr& address, int flags,
                                  const CallLimit& limit) override {
    return TimedLookup(clock_, limit,
                       [&] { return next().FindName(address, flags, limit); });
  }
  LookupResult<HostEntry> FindHostByName(absl::string_view name,
                                         const CallLimit& limit) override {
    return TimedLookup(clock_, limit,
                       [&] { return next().FindHostByName(name, limit); });
  }
  LookupResult<HostEntry> FindHostByAddress(const SockAddr& address,
                                            const CallLimit& limit) override {
    return TimedLookup(clock_, limit, [&] {
      return next().FindHostByAddress(address, limit);
    });
  }

 private:
  FakeClock& clock_;
};

SystemFacts MockPlatform::Facts() {
  SystemFacts facts;
  facts.errors = FakeErrors::Table();
  facts.max_unix_path = 107;
  facts.pair_family = kPairFamily;
  return facts;
}

MockPlatform::MockPlatform(const SystemFacts& facts)
    : timed_readiness_(std::make_unique<TimedReadiness>(readiness, clock)),
      timed_names_(std::make_unique<TimedNames>(names, clock)),
      platform({&sockets, timed_readiness_.get(), &clock, timed_names_.get(),
                &services, &interfaces, &files, &errors},
               facts) {
  // Every valid handle will do.
  EXPECT_CALL(sockets, IsHandle)
      .Times(AnyNumber())
      .WillRepeatedly([](NativeHandle handle) { return handle.valid(); });
  EXPECT_CALL(files, IsHandle)
      .Times(AnyNumber())
      .WillRepeatedly([](NativeHandle file) { return file.valid(); });
  EXPECT_CALL(sockets, IsNonBlocking)
      .Times(AnyNumber())
      .WillRepeatedly(Return(SysResult<bool>{false, kNotSupportedError}));
  EXPECT_CALL(sockets, HasReceivingEnded)
      .Times(AnyNumber())
      .WillRepeatedly(Return(SysResult<bool>{false, kNotSupportedError}));
  EXPECT_CALL(readiness, WaitInterruptibly(SizeIs(1), _, _))
      .Times(AnyNumber())
      .WillRepeatedly([this](absl::Span<const WaitTarget> targets,
                             absl::Span<WaitInterrupt* const> /*interrupts*/,
                             absl::Duration timeout) {
        const SysResult<bool> ready =
            readiness.Wait(targets[0].handle, targets[0].events, timeout);
        return SysResult<std::size_t>{ready.value ? 0u : 1u, ready.error};
      });
  EXPECT_CALL(readiness, NewInterrupt).Times(AnyNumber()).WillRepeatedly([] {
    return SysResult<std::unique_ptr<WaitInterrupt>>{
        std::make_unique<FlagOnlyInterrupt>(), 0};
  });
  EXPECT_CALL(readiness, MarkProcess)
      .Times(AnyNumber())
      .WillRepeatedly(Return(ProcessMark()));
  EXPECT_CALL(sockets, GetPeerName)
      .Times(AnyNumber())
      .WillRepeatedly(Return(Failed(ErrorCode::kEnotconn)));
  EXPECT_CALL(sockets, GetSockName)
      .Times(AnyNumber())
      .WillRepeatedly(Return(Failed(ErrorCode::kEnotconn)));
  EXPECT_CALL(names, BeginFindAddresses)
      .Times(AnyNumber())
      .WillRepeatedly([this](const AddrInfoQuery& query, const CallLimit& limit,
                             std::function<void()> done) {
        return timed_names_->NameCalls::BeginFindAddresses(query, limit,
                                                           std::move(done));
      });
  EXPECT_CALL(sockets, DeferPort)
      .Times(AnyNumber())
      .WillRepeatedly(Return(SysResult<void>{kNotSupportedError}));
}

MockPlatform::~MockPlatform() = default;

}  // namespace mortise
