// The operating system, for Python: where a signal interrupts a call, its
// handlers run, and if one raises an exception, the call ends with it (PEP
// 475).
//
// The library goes on after a signal, as a C++ program wants it: nothing but
// the program's own handler has run then. Python's handlers run later, in
// whatever the main thread does next, so a call that goes on would keep them
// waiting.

#ifndef MORTISE_TESTS_PYTHON_MODULE_INTERRUPTIBLE_PLATFORM_H_
#define MORTISE_TESTS_PYTHON_MODULE_INTERRUPTIBLE_PLATFORM_H_

#include "mortise/platform/backend.h"

namespace mortise {
namespace python {

// Never destroyed. A call that ends with an exception fails with a number that
// no operating system has; that the exception is there is what tells.
Platform& InterruptiblePlatform();

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_INTERRUPTIBLE_PLATFORM_H_
