// The methods that make a connection and end it.

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/python/module/address.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/ref.h"
#include "mortise/tests/python/module/socket_methods.h"
#include "mortise/tests/python/module/socket_object.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

PyObject* NoneOr(const absl::Status& status) {
  if (!status.ok()) return Raise(status);
  Py_RETURN_NONE;
}

PyObject* AddressOr(SocketObject* self,
                    const absl::StatusOr<SocketAddress>& address) {
  if (!address.ok()) return Raise(address.status());
  return AddressToPython(*address, self->protocol);
}

PyObject* Accept(PyObject* object, PyObject* /*unused*/) {
  SocketObject* const self = AsSocketObject(object);
  absl::StatusOr<AcceptResult> accepted =
      CallWithoutGil([&] { return self->socket.Accept(); });
  if (!accepted.ok()) return Raise(accepted.status());
  Ref address(AddressToPython(accepted->address, self->protocol));
  if (!address) return nullptr;
  return Py_BuildValue("iN", Detach(std::move(accepted->socket)),
                       address.Release());
}

PyObject* Bind(PyObject* object, PyObject* argument) {
  SocketObject* const self = AsSocketObject(object);
  SocketAddress address;
  if (!AddressFromPython(self, argument, "bind", &address) ||
      PySys_Audit("socket.bind", "OO", object, argument) != 0) {
    return nullptr;
  }
  return NoneOr(CallWithoutGil([&] { return self->socket.Bind(address); }));
}

PyObject* Connect(PyObject* object, PyObject* argument) {
  SocketObject* const self = AsSocketObject(object);
  SocketAddress address;
  if (!AddressFromPython(self, argument, "connect", &address) ||
      PySys_Audit("socket.connect", "OO", object, argument) != 0) {
    return nullptr;
  }
  return NoneOr(CallWithoutGil([&] { return self->socket.Connect(address); }));
}

PyObject* ConnectEx(PyObject* object, PyObject* argument) {
  SocketObject* const self = AsSocketObject(object);
  SocketAddress address;
  if (!AddressFromPython(self, argument, "connect_ex", &address) ||
      PySys_Audit("socket.connect", "OO", object, argument) != 0) {
    return nullptr;
  }
  const absl::StatusOr<int> number =
      CallWithoutGil([&] { return self->socket.ConnectEx(address); });
  if (PyErr_Occurred() != nullptr) return nullptr;
  return PyLong_FromLong(number.ok() ? *number : OsNumber(number.status()));
}

PyObject* Listen(PyObject* object, PyObject* args) {
  SocketObject* const self = AsSocketObject(object);
  // Large enough for bursts of connections, and small enough for any system.
  int backlog = 128;
  if (PyArg_ParseTuple(args, "|i:listen", &backlog) == 0) return nullptr;
  if (backlog < 0) backlog = 0;
  return NoneOr(CallWithoutGil([&] { return self->socket.Listen(backlog); }));
}

PyObject* Shutdown(PyObject* object, PyObject* argument) {
  SocketObject* const self = AsSocketObject(object);
  const int how = _PyLong_AsInt(argument);
  if (how == -1 && PyErr_Occurred() != nullptr) return nullptr;
  return NoneOr(CallWithoutGil(
      [&] { return self->socket.Shutdown(static_cast<ShutdownHow>(how)); }));
}

PyObject* GetPeerName(PyObject* object, PyObject* /*unused*/) {
  SocketObject* const self = AsSocketObject(object);
  return AddressOr(self,
                   CallWithoutGil([&] { return self->socket.GetPeerName(); }));
}

PyObject* GetSockName(PyObject* object, PyObject* /*unused*/) {
  SocketObject* const self = AsSocketObject(object);
  return AddressOr(self,
                   CallWithoutGil([&] { return self->socket.GetSockName(); }));
}

PyObject* Close(PyObject* object, PyObject* /*unused*/) {
  SocketObject* const self = AsSocketObject(object);
  if (self->fd == -1) Py_RETURN_NONE;
  // First the descriptor is put out of reach of other threads. Their calls must
  // not use a descriptor that has been given to another file.
  self->fd = -1;
  Socket socket = std::move(self->socket);
  return NoneOr(CallWithoutGil([&] { return socket.Close(); }));
}

PyObject* DetachMethod(PyObject* object, PyObject* /*unused*/) {
  SocketObject* const self = AsSocketObject(object);
  self->fd = -1;
  return PyLong_FromLong(Detach(std::move(self->socket)));
}

PyObject* FileNo(PyObject* object, PyObject* /*unused*/) {
  return PyLong_FromLong(AsSocketObject(object)->fd);
}

}  // namespace

absl::Span<const PyMethodDef> ConnectionMethods() {
  static const PyMethodDef kMethods[] = {
      {"_accept", &Accept, METH_NOARGS,
       "_accept() -> (descriptor, address)\n\nWait for a connection."},
      {"bind", &Bind, METH_O, "bind(address)\n\nGive the socket an address."},
      {"close", &Close, METH_NOARGS, "close()\n\nClose the socket."},
      {"connect", &Connect, METH_O,
       "connect(address)\n\nConnect the socket to an address."},
      {"connect_ex", &ConnectEx, METH_O,
       "connect_ex(address) -> errno\n\nThe same, with the error's number, or "
       "0, "
       "for a result."},
      {"detach", &DetachMethod, METH_NOARGS,
       "detach() -> descriptor\n\nClose the object without its descriptor."},
      {"fileno", &FileNo, METH_NOARGS, "fileno() -> descriptor"},
      {"getpeername", &GetPeerName, METH_NOARGS,
       "getpeername() -> address\n\nThe address of the other end."},
      {"getsockname", &GetSockName, METH_NOARGS,
       "getsockname() -> address\n\nThe address of this end."},
      {"listen", &Listen, METH_VARARGS,
       "listen([backlog])\n\nLet connections come in."},
      {"shutdown", &Shutdown, METH_O,
       "shutdown(how)\n\nEnd the receiving half, the sending half, or both."},
  };
  return kMethods;
}

}  // namespace python
}  // namespace mortise
