// Makes any call of a platform, for tests that go over all of them.

#ifndef MORTISE_TESTS_PLATFORM_FAULT_MAKE_CALL_H_
#define MORTISE_TESTS_PLATFORM_FAULT_MAKE_CALL_H_

#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call.h"

namespace mortise {
namespace fault {

// Makes `call`, which is not kAny, with arguments that mean nothing. Returns
// the error, or 0 for a call that reports none. The calls of a poll set need a
// NewPollSet that succeeds.
int MakeCall(Platform& platform, Call call);

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_FAULT_MAKE_CALL_H_
