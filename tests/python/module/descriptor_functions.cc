// The module's functions about descriptors, pairs of sockets and the default
// timeout.

#include <cerrno>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/native_handle.h"
#include "mortise/tests/python/module/default_timeout.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/functions.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/ref.h"
#include "mortise/tests/python/module/socket_object.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

// Python's own default timeout. The default of mortise/core/default_timeout.h
// belongs to the whole program, so it would also apply to the sockets of other
// C++ code in it.
_PyTime_t default_timeout = -1;

// Converts an int to a descriptor. An object that is not an int is an error.
bool DescriptorFromPython(PyObject* object, int* fd) {
  const long number = PyLong_AsLong(object);  // NOLINT: the API's type
  if (number == -1 && PyErr_Occurred() != nullptr) return false;
  *fd = static_cast<int>(number);
  return true;
}

PyObject* Close(PyObject* /*module*/, PyObject* argument) {
  int fd = -1;
  if (!DescriptorFromPython(argument, &fd)) return nullptr;
  if (fd < 0) return RaiseOsError(EBADF);
  absl::StatusOr<Socket> socket = Socket::Adopt(NativeHandle(fd), kAfUnspec, 0,
                                                0, &InterruptiblePlatform());
  if (!socket.ok()) return Raise(socket.status());
  const absl::Status closed = CallWithoutGil([&] { return socket->Close(); });
  if (!closed.ok()) return Raise(closed);
  Py_RETURN_NONE;
}

PyObject* Dup(PyObject* /*module*/, PyObject* argument) {
  int fd = -1;
  if (!DescriptorFromPython(argument, &fd)) return nullptr;
  if (fd < 0) return RaiseOsError(EBADF);
  absl::StatusOr<Socket> copy = Socket::FromFd(NativeHandle(fd), kAfUnspec, 0,
                                               0, &InterruptiblePlatform());
  if (!copy.ok()) return Raise(copy.status());
  return PyLong_FromLong(Detach(*std::move(copy)));
}

// Returns a Python object for `socket`, or null, with an exception set.
PyObject* Wrap(Socket socket) {
  Ref object(socket_type.tp_new(&socket_type, nullptr, nullptr));
  if (!object || !TakeSocket(AsSocketObject(object.get()), std::move(socket))) {
    return nullptr;
  }
  return object.Release();
}

PyObject* Pair(PyObject* /*module*/, PyObject* args) {
  int family = InterruptiblePlatform().facts().pair_family;
  int type = kSockStream;
  int protocol = 0;
  if (PyArg_ParseTuple(args, "|iii:socketpair", &family, &type, &protocol) ==
      0) {
    return nullptr;
  }
  // To the library, AF_UNSPEC means any family.
  if (family == kAfUnspec) return RaiseOsError(EAFNOSUPPORT);
  absl::StatusOr<std::pair<Socket, Socket>> pair = CallWithoutGil([&] {
    return SocketPair(family, type, protocol, &InterruptiblePlatform());
  });
  if (!pair.ok()) return Raise(pair.status());
  Ref first(Wrap(std::move(pair->first)));
  if (!first) return nullptr;
  Ref second(Wrap(std::move(pair->second)));
  if (!second) return nullptr;
  return PyTuple_Pack(2, first.get(), second.get());
}

PyObject* GetDefaultTimeout(PyObject* /*module*/, PyObject* /*unused*/) {
  return TimeoutToPython(default_timeout);
}

PyObject* SetDefaultTimeout(PyObject* /*module*/, PyObject* argument) {
  _PyTime_t timeout = -1;
  if (!TimeoutFromPython(argument, &timeout)) return nullptr;
  default_timeout = timeout;
  Py_RETURN_NONE;
}

PyObject* ControlSize(PyObject* args, const char* format, const char* name,
                      absl::StatusOr<std::size_t> (*size_of)(std::size_t)) {
  Py_ssize_t length = 0;
  if (PyArg_ParseTuple(args, format, &length) == 0) return nullptr;
  absl::StatusOr<std::size_t> size = absl::OutOfRangeError("");
  if (length >= 0) size = size_of(static_cast<std::size_t>(length));
  if (!size.ok()) {
    PyErr_Format(PyExc_OverflowError, "%s() argument out of range", name);
    return nullptr;
  }
  return PyLong_FromSize_t(*size);
}

PyObject* CmsgLenFunction(PyObject* /*module*/, PyObject* args) {
  return ControlSize(args, "n:CMSG_LEN", "CMSG_LEN", &CmsgLen);
}

PyObject* CmsgSpaceFunction(PyObject* /*module*/, PyObject* args) {
  return ControlSize(args, "n:CMSG_SPACE", "CMSG_SPACE", &CmsgSpace);
}

}  // namespace

_PyTime_t DefaultTimeout() { return default_timeout; }

absl::Span<const PyMethodDef> DescriptorFunctions() {
  static const PyMethodDef kFunctions[] = {
      {"CMSG_LEN", &CmsgLenFunction, METH_VARARGS,
       "CMSG_LEN(length) -> length\n\nOf an ancillary data item with so many "
       "bytes."},
      {"CMSG_SPACE", &CmsgSpaceFunction, METH_VARARGS,
       "CMSG_SPACE(length) -> size\n\nThe same with the padding behind it."},
      {"close", &Close, METH_O, "close(descriptor)\n\nClose a descriptor."},
      {"dup", &Dup, METH_O,
       "dup(descriptor) -> descriptor\n\nAnother descriptor of the same, not "
       "inheritable."},
      {"getdefaulttimeout", &GetDefaultTimeout, METH_NOARGS,
       "getdefaulttimeout() -> seconds\n\nThe timeout of new sockets; None for "
       "none."},
      {"setdefaulttimeout", &SetDefaultTimeout, METH_O,
       "setdefaulttimeout(timeout)\n\nSeconds, or None for none."},
      {"socketpair", &Pair, METH_VARARGS,
       "socketpair([family[, type[, proto]]]) -> (socket, socket)\n\nTwo "
       "sockets that are connected to each other."},
  };
  return kFunctions;
}

}  // namespace python
}  // namespace mortise
