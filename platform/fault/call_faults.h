// CallFaults: makes calls of any platform fail by rule, those of the operating
// system, too.
//
//   TEST(ServerTest, GoesOnAfterItHasRunOutOfDescriptors) {
//     fault::CallFaults faults(Platform::Default());
//     CreateServerOptions options;
//     options.platform = &faults.platform();
//     absl::StatusOr<Socket> listener =
//         CreateServer(HostPort{"127.0.0.1", 0}, options);
//     ASSERT_TRUE(listener.ok()) << listener.status();
//     // The first two calls of accept(2) fail. Each third receive gets one
//     // byte, for as long as the test runs.
//     const fault::Rule no_descriptors = faults.OnCalls(
//         {fault::Call::kAccept}, fault::CallFault::Fail(ErrorCode::kEmfile),
//         fault::When::First(2));
//     faults
//         .OnCalls({fault::Call::kRecv}, fault::CallFault::Cut(1),
//                  fault::When::Every(3))
//         .Keep();
//     Serve(*listener);
//     EXPECT_EQ(no_descriptors.hits(), 2);
//   }
//
// Everything that is made with `platform()` meets the faults: sockets, pollers,
// look-ups. What is made with the platform behind it does not, so a test can
// give its two sides different platforms over one system.
//
// A rule has three parts. The CallMatch says which calls it is about, the
// CallFault what goes wrong with them, and the When how often. It acts until
// the Rule is destroyed (mortise/platform/sim/rule.h).
//
// Rules are asked in the order in which they were made: first those that act
// before the call is made, and when it has succeeded those of FailAfter. In
// each of the two the first rule that does not pass decides, and the others do
// not count the call. (Rules with When::OneIn count it, so that their decisions
// do not depend on other rules. Those of FailAfter see only calls that have
// succeeded, and so count other ones if another rule makes calls fail.)
//
// Depend on "@mortise//platform/fault:call_faults", which is testonly.

#ifndef MORTISE_PLATFORM_FAULT_CALL_FAULTS_H_
#define MORTISE_PLATFORM_FAULT_CALL_FAULTS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call.h"        // IWYU pragma: export
#include "mortise/platform/fault/call_fault.h"  // IWYU pragma: export
#include "mortise/platform/fault/call_match.h"  // IWYU pragma: export
#include "mortise/platform/sim/rule.h"          // IWYU pragma: export
#include "mortise/platform/sim/when.h"          // IWYU pragma: export

namespace mortise {
namespace fault {

using sim::Rule;
using sim::When;

struct CallFaultsOptions {
  // Decides, with the rule, what When::OneIn draws.
  std::uint64_t seed = 1;
  // Called for each fault that a rule makes, in the thread that makes the call
  // and before the call returns; for FailAfter after the call. nullptr for
  // nothing. Several threads may be in it at a time. It must not block or use
  // `platform()`.
  std::function<void(const CallArguments&, const CallFault&)> on_hit = nullptr;
};

// Thread safety: any thread may use it at any time. A forked child may use
// `platform()`, but may not make rules.
//
// Lifetime. The platform behind it must outlive it. It must outlive its rules,
// and everything that was made with `platform()`.
class CallFaults {
 public:
  explicit CallFaults(Platform& behind, const CallFaultsOptions& options = {});
  ~CallFaults();
  CallFaults(const CallFaults&) = delete;
  CallFaults& operator=(const CallFaults&) = delete;

  // The platform with the faults. Without rules it does what the platform
  // behind it does.
  Platform& platform();

  // Returns a rule that acts from now on. Ends the process with an error if
  // `Check` refuses the arguments. Does not block.
  Rule OnCalls(CallMatch which, const CallFault& fault,
               const When& when = When::Once());

  // Returns OK if OnCalls takes these arguments. Otherwise returns
  // kInvalidArgument, and which argument is wrong:
  //   - An argument is outside of the range that its comment says.
  //   - `which.call` cannot have this fault: GetSockName moves no bytes that
  //     could be cut, Accept reports no EAI_AGAIN, and Now does not fail. If it
  //     is kAny, the rule is about the calls that can have it, and there is at
  //     least one.
  //   - The platform has no number for the code of `fault`.
  absl::Status Check(const CallMatch& which, const CallFault& fault,
                     const When& when = When::Once()) const;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_CALL_FAULTS_H_
