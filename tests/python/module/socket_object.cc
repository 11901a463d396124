// Making and destroying the object, and its attributes.

#include "mortise/tests/python/module/socket_object.h"

#include <structmember.h>

#include <cerrno>
#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/plain_socket_type.h"
#include "mortise/tests/python/module/default_timeout.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/socket_methods.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

PyObject* RaiseErrno() { return PyErr_SetFromErrno(PyExc_OSError); }

PyObject* New(PyTypeObject* type, PyObject* /*args*/, PyObject* /*kwargs*/) {
  PyObject* const object = type->tp_alloc(type, 0);
  if (object == nullptr) return nullptr;
  SocketObject* const self = AsSocketObject(object);
  self->fd = -1;
  self->timeout = -1;
  self->raise_errno = &RaiseErrno;
  new (&self->socket) Socket;
  return object;
}

// Converts the argument `fileno` to `*fd`. Returns false, with an exception
// set, if it fails.
bool ReadFileNo(PyObject* fileno, int* fd) {
  const long number = PyLong_AsLong(fileno);  // NOLINT: the API's type
  if (number == -1 && PyErr_Occurred() != nullptr) return false;
  *fd = static_cast<int>(number);
  if (*fd < 0) {
    PyErr_SetString(PyExc_ValueError, "negative file descriptor");
    return false;
  }
  return true;
}

// Like "i" of PyArg_Parse. For a number that is too large, the error has the
// text that Python's own module has here.
int IntFromPython(PyObject* object, void* result) {
  const int number = _PyLong_AsInt(object);
  if (number == -1 && PyErr_Occurred() != nullptr) return 0;
  *static_cast<int*>(result) = number;
  return 1;
}

bool IsNoSocket(const absl::Status& status) {
  const int number = OsNumber(status);
  return number == EBADF || number == ENOTSOCK;
}

// Returns a socket on `fd`. For each argument that is -1, the descriptor is
// asked. If this fails, `fd` still belongs to the caller.
absl::StatusOr<Socket> Adopt(int fd, int family, int type, int protocol) {
  Platform* const platform = &InterruptiblePlatform();
  absl::StatusOr<Socket> probe =
      Socket::Adopt(NativeHandle(fd), kAfUnspec, 0, 0, platform);
  if (!probe.ok()) return probe;
  const auto ask = [&]() -> absl::Status {
    const absl::StatusOr<SocketAddress> name = probe->GetSockName();
    if (!name.ok() && (family == -1 || IsNoSocket(name.status()))) {
      return name.status();
    }
    if (family == -1) family = name->family().value();
    if (type == -1) {
      const absl::StatusOr<int> answer = probe->GetSockOpt(kSolSocket, kSoType);
      if (!answer.ok()) return answer.status();
      type = *answer;
    }
    if (protocol == -1) {
      const absl::StatusOr<int> answer =
          probe->GetSockOpt(kSolSocket, kSoProtocol);
      if (!answer.ok()) return answer.status();
      protocol = *answer;
    }
    return absl::OkStatus();
  };
  absl::Status asked = ask();
  static_cast<void>(probe->Detach());
  if (!asked.ok()) return asked;
  return Socket::Adopt(NativeHandle(fd), family, type, protocol, platform);
}

// Returns a socket as the OS makes it: the OS decides whether AF_INET6 also
// carries IPv4.
absl::StatusOr<Socket> Create(int family, int type, int protocol) {
  absl::StatusOr<Socket> socket = CallWithoutGil([&] {
    return Socket::Create(family, type, protocol, &InterruptiblePlatform());
  });
  if (socket.ok() && family == kAfInet6) {
    // Not every kind of socket has the option.
    socket->SetSockOpt(kIpprotoIpv6, kIpv6V6only, 0).IgnoreError();
  }
  return socket;
}

int Init(PyObject* object, PyObject* args, PyObject* kwargs) {
  static const char* const kNames[] = {"family", "type", "proto", "fileno",
                                       nullptr};
  SocketObject* const self = AsSocketObject(object);
  int family = -1;
  int type = -1;
  int protocol = -1;
  PyObject* fileno = Py_None;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "|O&O&O&O:socket",
                                  const_cast<char**>(kNames), &IntFromPython,
                                  &family, &IntFromPython, &type,
                                  &IntFromPython, &protocol, &fileno) == 0 ||
      PySys_Audit("socket.__new__", "Oiii", object, family, type, protocol) !=
          0) {
    return -1;
  }
  absl::StatusOr<Socket> socket;
  if (fileno != Py_None) {
    int fd = -1;
    if (!ReadFileNo(fileno, &fd)) return -1;
    socket = Adopt(fd, family, type, protocol);
  } else {
    socket = Create(family != -1 ? family : int{kAfInet},
                    type != -1 ? type : int{kSockStream},
                    protocol != -1 ? protocol : 0);
  }
  if (!socket.ok()) {
    Raise(socket.status());
    return -1;
  }
  const bool non_blocking = type != -1 && SplitSocketType(type).non_blocking;
  if (!TakeSocket(self, *std::move(socket))) return -1;
  if (non_blocking) self->timeout = 0;
  return 0;
}

void Finalize(PyObject* object) {
  SocketObject* const self = AsSocketObject(object);
  if (self->fd == -1) return;
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  if (PyErr_ResourceWarning(object, 1, "unclosed %R", object) != 0 &&
      PyErr_ExceptionMatches(PyExc_Warning) != 0) {
    // Warnings have been turned into errors, and no code can catch this one.
    PyErr_WriteUnraisable(object);
  }
  // Cleared only now, because the code that shows the warning may use the
  // socket.
  self->fd = -1;
  Socket socket = std::move(self->socket);
  CallWithoutGil([&] { return socket.Close(); }).IgnoreError();
  PyErr_Restore(type, value, traceback);
}

void Dealloc(PyObject* object) {
  if (PyObject_CallFinalizerFromDealloc(object) < 0) return;
  AsSocketObject(object)->socket.~Socket();
  Py_TYPE(object)->tp_free(object);
}

PyObject* Repr(PyObject* object) {
  const SocketObject* const self = AsSocketObject(object);
  return PyUnicode_FromFormat(
      "<socket object, fd=%ld, family=%d, type=%d, proto=%d>",
      static_cast<long>(self->fd), self->family, self->type,  // NOLINT
      self->protocol);
}

PyObject* GetTimeout(PyObject* object, void* /*closure*/) {
  return TimeoutToPython(AsSocketObject(object)->timeout);
}

PyMemberDef members[] = {
    {"family", T_INT, offsetof(SocketObject, family), READONLY,
     "the socket family"},
    {"type", T_INT, offsetof(SocketObject, type), READONLY, "the socket type"},
    {"proto", T_INT, offsetof(SocketObject, protocol), READONLY,
     "the socket protocol"},
    {},
};

PyGetSetDef attributes[] = {
    {"timeout", &GetTimeout, nullptr, "the socket timeout", nullptr},
    {},
};

PyMethodDef* Methods() {
  static auto* const methods = [] {
    auto* const all = new std::vector<PyMethodDef>;
    for (const absl::Span<const PyMethodDef> some :
         {ConnectionMethods(), OptionMethods(), IoMethods(),
          MessageMethods()}) {
      all->insert(all->end(), some.begin(), some.end());
    }
    all->push_back({});
    return all;
  }();
  return methods->data();
}

}  // namespace

PyTypeObject socket_type = {};

bool InitSocketType() {
  // The type's own reference is never given back, because the type is not on
  // the heap.
  Py_SET_REFCNT(&socket_type, 1);
  socket_type.tp_name = "_socket.socket";
  socket_type.tp_basicsize = sizeof(SocketObject);
  socket_type.tp_dealloc = &Dealloc;
  socket_type.tp_repr = &Repr;
  socket_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
  socket_type.tp_doc =
      "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n"
      "socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n"
      "\n"
      "A socket of Mortise. With fileno, family, type and protocol that are\n"
      "not given are those of the descriptor.";
  socket_type.tp_methods = Methods();
  socket_type.tp_members = members;
  socket_type.tp_getset = attributes;
  socket_type.tp_init = &Init;
  socket_type.tp_new = &New;
  socket_type.tp_finalize = &Finalize;
  return PyType_Ready(&socket_type) == 0;
}

bool TakeSocket(SocketObject* self, Socket socket) {
  const _PyTime_t timeout = DefaultTimeout();
  if (timeout >= 0) {
    const absl::Status set = socket.SetTimeout(absl::Nanoseconds(timeout));
    if (!set.ok()) {
      // A descriptor that belongs to the caller still does.
      static_cast<void>(socket.Detach());
      Raise(set);
      return false;
    }
  }
  self->fd = static_cast<int>(socket.FileNo());
  self->family = socket.family().value();
  self->type = socket.type().value();
  self->protocol = socket.protocol().value();
  self->timeout = timeout;
  self->socket = std::move(socket);
  return true;
}

int Detach(Socket socket) { return static_cast<int>(socket.Detach().value()); }

bool TimeoutFromPython(PyObject* object, _PyTime_t* timeout) {
  if (object == Py_None) {
    *timeout = -1;
    return true;
  }
  if (_PyTime_FromSecondsObject(timeout, object, _PyTime_ROUND_TIMEOUT) != 0) {
    return false;
  }
  if (*timeout < 0) {
    PyErr_SetString(PyExc_ValueError, "Timeout value out of range");
    return false;
  }
  return true;
}

PyObject* TimeoutToPython(_PyTime_t timeout) {
  if (timeout < 0) Py_RETURN_NONE;
  return PyFloat_FromDouble(_PyTime_AsSecondsDouble(timeout));
}

}  // namespace python
}  // namespace mortise
