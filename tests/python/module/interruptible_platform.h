// The operating system, as Python needs it. If a signal interrupts a call, the
// signal's Python handlers run. If a handler raises an exception, the call ends
// with this exception (PEP 475).
//
// The library itself goes on after a signal. This is what a C++ program wants,
// because its own handler has already run then. Python's handlers run later,
// when the main thread is in the interpreter again, so a call that went on
// would keep them waiting.

#ifndef MORTISE_TESTS_PYTHON_MODULE_INTERRUPTIBLE_PLATFORM_H_
#define MORTISE_TESTS_PYTHON_MODULE_INTERRUPTIBLE_PLATFORM_H_

#include "mortise/platform/backend.h"

namespace mortise {
namespace python {

// Never destroyed. A call that ends with an exception fails with a number that
// no operating system has. The caller finds out by asking whether an exception
// is set.
Platform& InterruptiblePlatform();

// The same with pollers that wait with poll(2), as on a system that has neither
// epoll(7) nor kqueue(2).
Platform& InterruptibleScanningPlatform();

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_INTERRUPTIBLE_PLATFORM_H_
