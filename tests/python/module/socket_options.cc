// The methods about options and modes.

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/socket.h"
#include "mortise/tests/python/module/buffer.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/socket_methods.h"
#include "mortise/tests/python/module/socket_object.h"

namespace mortise {
namespace python {
namespace {

PyObject* SetTimeoutTo(SocketObject* self, _PyTime_t timeout) {
  // Set first, because it also counts on a closed socket.
  self->timeout = timeout;
  const absl::Status set = self->socket.SetTimeout(
      timeout < 0 ? absl::InfiniteDuration() : absl::Nanoseconds(timeout));
  if (!set.ok()) return Raise(set);
  Py_RETURN_NONE;
}

PyObject* SetBlocking(PyObject* object, PyObject* argument) {
  const long blocking = PyLong_AsLong(argument);  // NOLINT: the API's type
  if (blocking == -1 && PyErr_Occurred() != nullptr) return nullptr;
  return SetTimeoutTo(AsSocketObject(object), blocking != 0 ? -1 : 0);
}

PyObject* GetBlocking(PyObject* object, PyObject* /*unused*/) {
  return PyBool_FromLong(AsSocketObject(object)->timeout != 0 ? 1 : 0);
}

PyObject* SetTimeout(PyObject* object, PyObject* argument) {
  _PyTime_t timeout = 0;
  if (!TimeoutFromPython(argument, &timeout)) return nullptr;
  return SetTimeoutTo(AsSocketObject(object), timeout);
}

PyObject* GetTimeout(PyObject* object, PyObject* /*unused*/) {
  return TimeoutToPython(AsSocketObject(object)->timeout);
}

PyObject* GetSockOpt(PyObject* object, PyObject* args) {
  const SocketObject* const self = AsSocketObject(object);
  int level = 0;
  int name = 0;
  int size = 0;
  if (PyArg_ParseTuple(args, "ii|i:getsockopt", &level, &name, &size) == 0) {
    return nullptr;
  }
  if (size == 0) {
    const absl::StatusOr<int> value = self->socket.GetSockOpt(level, name);
    if (!value.ok()) return Raise(value.status());
    return PyLong_FromLong(*value);
  }
  if (size < 0 || static_cast<std::size_t>(size) > Socket::kMaxOptionSize) {
    PyErr_SetString(PyExc_OSError, "getsockopt buflen out of range");
    return nullptr;
  }
  const absl::StatusOr<std::string> value =
      self->socket.GetSockOpt(level, name, static_cast<std::size_t>(size));
  if (!value.ok()) return Raise(value.status());
  return PyBytes_FromStringAndSize(value->data(),
                                   static_cast<Py_ssize_t>(value->size()));
}

PyObject* SetSockOpt(PyObject* object, PyObject* args) {
  SocketObject* const self = AsSocketObject(object);
  int level = 0;
  int name = 0;
  int number = 0;
  absl::Status set;
  if (PyArg_ParseTuple(args, "iii:setsockopt", &level, &name, &number) != 0) {
    set = self->socket.SetSockOpt(level, name, number);
  } else {
    PyErr_Clear();
    PyObject* none = nullptr;
    unsigned size = 0;
    Buffer value;
    if (PyArg_ParseTuple(args, "iiO!I:setsockopt", &level, &name,
                         Py_TYPE(Py_None), &none, &size) != 0) {
      set = self->socket.SetSockOpt(level, name, nullptr, size);
    } else {
      PyErr_Clear();
      if (PyArg_ParseTuple(args, "iiy*:setsockopt", &level, &name,
                           value.out()) == 0) {
        return nullptr;
      }
      set = self->socket.SetSockOpt(level, name, value.text());
    }
  }
  if (!set.ok()) return Raise(set);
  Py_RETURN_NONE;
}

}  // namespace

absl::Span<const PyMethodDef> OptionMethods() {
  static const PyMethodDef kMethods[] = {
      {"getblocking", &GetBlocking, METH_NOARGS,
       "getblocking() -> whether there is no timeout of zero"},
      {"getsockopt", &GetSockOpt, METH_VARARGS,
       "getsockopt(level, option[, buffersize]) -> value\n\nAn option, as an "
       "int, or as bytes if a size is given."},
      {"gettimeout", &GetTimeout, METH_NOARGS,
       "gettimeout() -> seconds\n\nNone is no timeout."},
      {"setblocking", &SetBlocking, METH_O,
       "setblocking(flag)\n\nFalse is settimeout(0), True settimeout(None)."},
      {"setsockopt", &SetSockOpt, METH_VARARGS,
       "setsockopt(level, option, value)\nsetsockopt(level, option, None, "
       "optlen)\n\nSet an option to an int, bytes, or a length without bytes."},
      {"settimeout", &SetTimeout, METH_O,
       "settimeout(timeout)\n\nSeconds, or None for none."},
  };
  return kMethods;
}

}  // namespace python
}  // namespace mortise
