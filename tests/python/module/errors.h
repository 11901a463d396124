// Turns the library's errors into Python's exceptions.

#ifndef MORTISE_TESTS_PYTHON_MODULE_ERRORS_H_
#define MORTISE_TESTS_PYTHON_MODULE_ERRORS_H_

#include "absl/status/status.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Makes gaierror and herror, and adds all exceptions to the module. Returns
// false, with an exception set, if it fails.
bool AddExceptions(PyObject* module);

// Sets the exception for `status`, which is not OK. If a signal handler has
// raised an exception in the meantime, that exception stays. Always returns
// nullptr.
PyObject* Raise(const absl::Status& status);

// Returns the OS's number for `status`, which is not OK, as an OSError has it.
int OsNumber(const absl::Status& status);

// Raises an OSError with this number and the OS's text for it, or the subclass
// that Python has for the number. Always returns nullptr.
PyObject* RaiseOsError(int number);

// Raises a gaierror with an EAI_* number. Always returns nullptr.
PyObject* RaiseGetAddrInfoError(int number);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_ERRORS_H_
