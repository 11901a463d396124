// Every method of every class hands on the call, with its arguments and its
// result.

#include "mortise/platform/forwarding.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <regex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/every_call.h"
#include "mortise/tests/tree.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::Ref;
using ::testing::Return;
using ::testing::StrictMock;
using ::testing::UnorderedElementsAreArray;

class MockClockCalls : public ClockCalls {
 public:
  MOCK_METHOD(absl::Duration, Now, (), (override));
};

class MockErrorCalls : public ErrorCalls {
 public:
  MOCK_METHOD(std::string, Text, (ErrorDomain, int), (const, override));
  MOCK_METHOD(absl::string_view, Name, (ErrorDomain, int), (const, override));
};

// Makes a result that a forwarding class cannot make up by itself, and returns
// the mark by which the test recognizes a result.
template <typename T>
void MakeResult(SysResult<T>* result) {
  result->error = NextNumber();
}
template <typename T>
void MakeResult(LookupResult<T>* result) {
  result->error = NextNumber();
}
inline void MakeResult(std::unique_ptr<PendingLookup>* result) {
  *result = PendingLookup::Answered({});
}
inline void MakeResult(absl::Duration* result) {
  *result = absl::Seconds(NextNumber());
}
inline void MakeResult(absl::string_view* result) { *result = "ENAME"; }
inline void MakeResult(std::string* result) {
  *result = absl::StrCat(NextNumber());
}
// The mark of another process, unlike one that is made up.
inline void MakeResult(ProcessMark* result) {
  static std::atomic<std::uint32_t> own{1};
  *result = ProcessMark(own);
  ++own;
}
template <typename T>
std::enable_if_t<std::is_arithmetic_v<T> || std::is_enum_v<T>> MakeResult(
    T* result) {
  *result = static_cast<T>(NextNumber());
}

template <typename T>
int Mark(const SysResult<T>& result) {
  return result.error;
}
template <typename T>
int Mark(const LookupResult<T>& result) {
  return result.error;
}
inline const PendingLookup* Mark(const std::unique_ptr<PendingLookup>& result) {
  return result.get();
}
inline bool Mark(const ProcessMark& result) { return result.IsOfThisProcess(); }
template <typename T>
std::enable_if_t<std::is_arithmetic_v<T> || std::is_enum_v<T> ||
                     std::is_same_v<T, std::string> ||
                     std::is_same_v<T, absl::string_view> ||
                     std::is_same_v<T, absl::Duration>,
                 T>
Mark(const T& result) {
  return result;
}

// `expect` makes the mock behind `forwarding` expect one call of `method`, and
// sets the action of this call.
template <typename Calls, typename R, typename... A, typename Method>
void CallAndCompare(Calls& forwarding, Method method,
                    const std::function<void(std::function<R(A...)>)>& expect) {
  Arguments<A...> arguments;
  bool are_the_same = false;
  const auto call = [&](A... each) -> R {
    return (forwarding.*method)(each...);
  };
  if constexpr (std::is_void_v<R>) {
    expect([&](A... each) { are_the_same = arguments.Are(each...); });
    arguments.PassTo(call);
  } else {
    R result{};
    MakeResult(&result);
    const auto mark = Mark(result);
    expect([&](A... each) {
      are_the_same = arguments.Are(each...);
      return std::move(result);
    });
    EXPECT_EQ(Mark(arguments.PassTo(call)), mark);
  }
  EXPECT_TRUE(are_the_same) << "other arguments";
}

template <typename Calls, typename Expect, typename R, typename... A>
void ExpectHandedOn(Calls& forwarding, R (Calls::*method)(A...),
                    Expect expect) {
  CallAndCompare<Calls, R, A...>(
      forwarding, method, std::function<void(std::function<R(A...)>)>(expect));
}
template <typename Calls, typename Expect, typename R, typename... A>
void ExpectHandedOn(Calls& forwarding, R (Calls::*method)(A...) const,
                    Expect expect) {
  CallAndCompare<Calls, R, A...>(
      forwarding, method, std::function<void(std::function<R(A...)>)>(expect));
}

#define MORTISE_CALL(name, Method)                                        \
  TEST(Forwarding##name##CallsTest, HandsOn##Method) {                    \
    class Decorator final : public Forwarding##name##Calls {              \
     public:                                                              \
      using Forwarding##name##Calls::Forwarding##name##Calls;             \
      mutable int asked = 0;                                              \
                                                                          \
     private:                                                             \
      name##Calls& next() const override {                                \
        ++asked;                                                          \
        return Forwarding##name##Calls::next();                           \
      }                                                                   \
    };                                                                    \
    StrictMock<Mock##name##Calls> behind;                                 \
    Decorator decorator(behind);                                          \
    name##Calls& calls = decorator;                                       \
    ExpectHandedOn(calls, &name##Calls::Method, [&](auto action) {        \
      EXPECT_CALL(behind, Method).WillOnce(action);                       \
    });                                                                   \
    EXPECT_EQ(decorator.asked, 1) << "next() is asked for once per call"; \
  }
#define MORTISE_UNMOCKED_CALL MORTISE_CALL
#include "mortise/tests/platform/every_call.inc"
#undef MORTISE_UNMOCKED_CALL
#undef MORTISE_CALL

TEST(ForwardingPollSetTest, HandsOnEveryMethod) {
  auto owned = std::make_unique<StrictMock<MockPollSet>>();
  StrictMock<MockPollSet>& behind = *owned;
  ForwardingPollSet forwarding(std::move(owned));
  PollSet& set = forwarding;
  PollWish wish;
  EXPECT_CALL(behind, Add(Ref(wish))).WillOnce(Return(SysResult<void>{1}));
  EXPECT_EQ(set.Add(wish).error, 1);
  EXPECT_CALL(behind, Change(Ref(wish))).WillOnce(Return(SysResult<void>{2}));
  EXPECT_EQ(set.Change(wish).error, 2);
  EXPECT_CALL(behind, Remove(NativeHandle(7)))
      .WillOnce(Return(SysResult<void>{3}));
  EXPECT_EQ(set.Remove(NativeHandle(7)).error, 3);
  PollReady ready[2];
  EXPECT_CALL(behind, Wait(_, absl::Seconds(5)))
      .WillOnce([&ready](absl::Span<PollReady> room, absl::Duration) {
        EXPECT_EQ(room.data(), ready);
        EXPECT_EQ(room.size(), 2u);
        return SysResult<std::size_t>{2, 4};
      });
  const SysResult<std::size_t> found =
      set.Wait(absl::MakeSpan(ready), absl::Seconds(5));
  EXPECT_EQ(found.value, 2u);
  EXPECT_EQ(found.error, 4);
  EXPECT_CALL(behind, Wake);
  set.Wake();
  EXPECT_CALL(behind, handle).WillOnce(Return(NativeHandle(8)));
  EXPECT_EQ(set.handle(), NativeHandle(8));
}

// Checks that the tests above are about all methods. Without this check, a
// method that has a default could be forgotten in forwarding.h.
TEST(EveryCallTest, TheListHasEveryMethodOfTheHeaders) {
  const std::regex class_line("\nclass (\\w+)Calls \\{");
  const std::regex method("virtual\\s+[^(;~]*?(\\w+)\\(");
  std::vector<std::string> methods;
  for (const auto& entry :
       std::filesystem::directory_iterator(testing::TreePath("platform"))) {
    const std::string file_name = entry.path().filename().string();
    if (!absl::EndsWith(file_name, "_calls.h")) continue;
    // These calls are for the backends themselves, and not part of a Platform.
    if (file_name == "thread_calls.h") continue;
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    std::smatch found;
    ASSERT_TRUE(std::regex_search(text, found, class_line)) << file_name;
    const std::string name = found[1].str();
    for (std::sregex_iterator i(text.begin(), text.end(), method), end;
         i != end; ++i) {
      methods.push_back(absl::StrCat(name, " ", (*i)[1].str()));
    }
  }
  EXPECT_GE(methods.size(), 50u);
  const std::vector<std::string> list = {
#define MORTISE_CALL(name, Method) #name " " #Method,
#define MORTISE_UNMOCKED_CALL MORTISE_CALL
#include "mortise/tests/platform/every_call.inc"
#undef MORTISE_UNMOCKED_CALL
#undef MORTISE_CALL
  };
  EXPECT_THAT(list, UnorderedElementsAreArray(methods));
}

}  // namespace
}  // namespace mortise
