// From the library's errors to Python's exceptions.

#ifndef MORTISE_TESTS_PYTHON_MODULE_ERRORS_H_
#define MORTISE_TESTS_PYTHON_MODULE_ERRORS_H_

#include "absl/status/status.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Makes gaierror and herror, and adds all exceptions to the module. False iff
// an exception is set.
bool AddExceptions(PyObject* module);

// Sets the exception that `status`, which is not OK, stands for. One that a
// signal handler has raised in the meantime stays. Always nullptr.
PyObject* Raise(const absl::Status& status);

// The OS's number for `status`, which is not OK, as an OSError would have it.
int OsNumber(const absl::Status& status);

// An OSError with that number and what the OS calls it, or the subclass that
// Python has for it. Always nullptr.
PyObject* RaiseOsError(int number);

// A gaierror with an EAI_* number. Always nullptr.
PyObject* RaiseGetAddrInfoError(int number);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_ERRORS_H_
