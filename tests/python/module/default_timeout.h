// The timeout that new sockets have.

#ifndef MORTISE_TESTS_PYTHON_MODULE_DEFAULT_TIMEOUT_H_
#define MORTISE_TESTS_PYTHON_MODULE_DEFAULT_TIMEOUT_H_

#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Returns it in the form of SocketObject::timeout.
_PyTime_t DefaultTimeout();

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_DEFAULT_TIMEOUT_H_
