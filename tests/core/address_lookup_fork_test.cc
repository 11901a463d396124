// A forked child has no look-ups of its parent.

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/address_lookup.h"
#include "mortise/core/error.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/tests/platform/posix/child.h"

namespace mortise {
namespace {

// Never answers.
class SilentNames final : public NameCalls {
 public:
  std::unique_ptr<PendingLookup> BeginFindAddresses(
      const AddrInfoQuery& /*query*/, const CallLimit& /*limit*/,
      std::function<void()> done) override {
    done_ = std::move(done);
    return PendingLookup::Answered({});
  }
  std::function<void()> done_;
};

TEST(AddressLookupForkTest, AChildDoesNotWaitForAnAnswerThatNeverComes) {
  SilentNames names;
  Platform::Parts parts = Platform::Default().parts();
  parts.names = &names;
  Platform platform(parts, Platform::Default().facts());
  GetAddrInfoOptions options;
  options.platform = &platform;
  auto lookup = std::make_unique<AddressLookup>(
      AddressLookup::Start("a.example", 80, options).value());
  EXPECT_EQ(posix::ExitCodeOfChild([&lookup] {
              lookup->WhenDone([] {});
              const absl::Status status = lookup->Get().status();
              lookup.reset();
              return IsUsageError(status) &&
                             status.code() ==
                                 absl::StatusCode::kFailedPrecondition
                         ? 0
                         : 1;
            }),
            0);
  names.done_();
  EXPECT_TRUE(lookup->Get().ok());
}

}  // namespace
}  // namespace mortise
