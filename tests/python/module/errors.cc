#include "mortise/tests/python/module/errors.h"

#include <cerrno>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "mortise/core/error.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/ref.h"

namespace mortise {
namespace python {
namespace {

PyObject* gai_error = nullptr;
PyObject* host_error = nullptr;

bool AddException(PyObject* module, const char* name, PyObject* exception) {
  Py_XINCREF(exception);
  if (PyModule_AddObject(module, name, exception) == 0) return true;
  Py_XDECREF(exception);
  return false;
}

PyObject* RaiseWithText(PyObject* type, ErrorDomain domain, int number) {
  const std::string text =
      InterruptiblePlatform().errors().Text(domain, number);
  const Ref arguments(Py_BuildValue("(is)", number, text.c_str()));
  if (arguments) PyErr_SetObject(type, arguments.get());
  return nullptr;
}

}  // namespace

bool AddExceptions(PyObject* module) {
  gai_error = PyErr_NewException("socket.gaierror", PyExc_OSError, nullptr);
  host_error = PyErr_NewException("socket.herror", PyExc_OSError, nullptr);
  return gai_error != nullptr && host_error != nullptr &&
         AddException(module, "error", PyExc_OSError) &&
         AddException(module, "timeout", PyExc_TimeoutError) &&
         AddException(module, "gaierror", gai_error) &&
         AddException(module, "herror", host_error);
}

PyObject* RaiseOsError(int number) {
  errno = number;
  return PyErr_SetFromErrno(PyExc_OSError);
}

PyObject* RaiseGetAddrInfoError(int number) {
  return RaiseWithText(gai_error, ErrorDomain::kGetAddrInfo, number);
}

int OsNumber(const absl::Status& status) {
  const std::optional<Error> error = ErrorOf(status);
  const ErrorTable& errors = InterruptiblePlatform().facts().errors;
  if (!error.has_value()) return errors.Native(ErrorCode::kEinval);
  if (error->code == ErrorCode::kUnsupported) {
    return errors.Native(ErrorCode::kEopnotsupp);
  }
  if (error->domain == ErrorDomain::kOs) return error->native_code;
  // The library refused the call before it reached the OS. The OS would have
  // returned this number.
  return errors.Native(error->code);
}

PyObject* Raise(const absl::Status& status) {
  if (PyErr_Occurred() != nullptr) return nullptr;
  const std::optional<Error> error = ErrorOf(status);
  if (!error.has_value()) {
    PyErr_SetString(PyExc_OSError, std::string(status.message()).c_str());
    return nullptr;
  }
  switch (error->domain) {
    case ErrorDomain::kTimeout:
      PyErr_SetString(PyExc_TimeoutError, "timed out");
      return nullptr;
    case ErrorDomain::kGetAddrInfo:
      return RaiseGetAddrInfoError(error->native_code);
    case ErrorDomain::kHostLookup:
      return RaiseWithText(host_error, error->domain, error->native_code);
    default:
      return RaiseOsError(OsNumber(status));
  }
}

}  // namespace python
}  // namespace mortise
