// The methods that receive and send bytes.

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/tests/python/module/address.h"
#include "mortise/tests/python/module/buffer.h"
#include "mortise/tests/python/module/bytes_to_fill.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/ref.h"
#include "mortise/tests/python/module/socket_methods.h"
#include "mortise/tests/python/module/socket_object.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

PyObject* SizeOr(const absl::StatusOr<std::size_t>& size) {
  if (!size.ok()) return Raise(size.status());
  return PyLong_FromSize_t(*size);
}

// Receives as Python's recv does: the OS is not called if there is no room.
absl::StatusOr<std::size_t> ReceiveInto(SocketObject* self,
                                        absl::Span<char> buffer, int flags) {
  if (buffer.empty()) return std::size_t{0};
  return CallWithoutGil([&] { return self->socket.Recv(buffer, flags); });
}

absl::StatusOr<RecvFromResult> ReceiveFromInto(SocketObject* self,
                                               absl::Span<char> buffer,
                                               int flags) {
  if (!buffer.empty()) {
    return CallWithoutGil([&] { return self->socket.RecvFrom(buffer, flags); });
  }
  // Unlike recv, Python's recvfrom calls the OS even if there is no room.
  const absl::StatusOr<RecvMsgResult> message = CallWithoutGil([&] {
    return RecvMsg(self->socket, absl::Span<const absl::Span<char>>(),
                   absl::Span<char>(), flags);
  });
  if (!message.ok()) return message.status();
  RecvFromResult result;
  result.size = message->size;
  result.address = message->address;
  return result;
}

PyObject* Recv(PyObject* object, PyObject* args) {
  Py_ssize_t size = 0;
  int flags = 0;
  if (PyArg_ParseTuple(args, "n|i:recv", &size, &flags) == 0) return nullptr;
  if (size < 0) {
    PyErr_SetString(PyExc_ValueError, "negative buffersize in recv");
    return nullptr;
  }
  BytesToFill bytes(size);
  if (!bytes) return nullptr;
  const absl::StatusOr<std::size_t> received =
      ReceiveInto(AsSocketObject(object), bytes.span(), flags);
  if (!received.ok()) return Raise(received.status());
  return bytes.Take(*received);
}

PyObject* RecvFrom(PyObject* object, PyObject* args) {
  SocketObject* const self = AsSocketObject(object);
  Py_ssize_t size = 0;
  int flags = 0;
  if (PyArg_ParseTuple(args, "n|i:recvfrom", &size, &flags) == 0) {
    return nullptr;
  }
  if (size < 0) {
    PyErr_SetString(PyExc_ValueError, "negative buffersize in recvfrom");
    return nullptr;
  }
  BytesToFill bytes(size);
  if (!bytes) return nullptr;
  const absl::StatusOr<RecvFromResult> received =
      ReceiveFromInto(self, bytes.span(), flags);
  if (!received.ok()) return Raise(received.status());
  Ref data(bytes.Take(received->size));
  if (!data) return nullptr;
  Ref address(AddressToPython(received->address, self->protocol));
  if (!address) return nullptr;
  return PyTuple_Pack(2, data.get(), address.get());
}

PyObject* RecvInto(PyObject* object, PyObject* args, PyObject* kwargs) {
  static const char* const kNames[] = {"buffer", "nbytes", "flags", nullptr};
  Buffer buffer;
  Py_ssize_t size = 0;
  int flags = 0;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "w*|ni:recv_into",
                                  const_cast<char**>(kNames), buffer.out(),
                                  &size, &flags) == 0) {
    return nullptr;
  }
  if (size < 0) {
    PyErr_SetString(PyExc_ValueError, "negative buffersize in recv_into");
    return nullptr;
  }
  absl::Span<char> bytes = buffer.bytes();
  if (bytes.size() < static_cast<std::size_t>(size)) {
    PyErr_SetString(PyExc_ValueError, "buffer too small for requested bytes");
    return nullptr;
  }
  if (size != 0) bytes = bytes.first(static_cast<std::size_t>(size));
  return SizeOr(ReceiveInto(AsSocketObject(object), bytes, flags));
}

PyObject* RecvFromInto(PyObject* object, PyObject* args, PyObject* kwargs) {
  static const char* const kNames[] = {"buffer", "nbytes", "flags", nullptr};
  SocketObject* const self = AsSocketObject(object);
  Buffer buffer;
  Py_ssize_t size = 0;
  int flags = 0;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "w*|ni:recvfrom_into",
                                  const_cast<char**>(kNames), buffer.out(),
                                  &size, &flags) == 0) {
    return nullptr;
  }
  if (size < 0) {
    PyErr_SetString(PyExc_ValueError, "negative buffersize in recvfrom_into");
    return nullptr;
  }
  absl::Span<char> bytes = buffer.bytes();
  if (bytes.size() < static_cast<std::size_t>(size)) {
    PyErr_SetString(PyExc_ValueError,
                    "nbytes is greater than the length of the buffer");
    return nullptr;
  }
  if (size != 0) bytes = bytes.first(static_cast<std::size_t>(size));
  const absl::StatusOr<RecvFromResult> received =
      ReceiveFromInto(self, bytes, flags);
  if (!received.ok()) return Raise(received.status());
  Ref address(AddressToPython(received->address, self->protocol));
  if (!address) return nullptr;
  return Py_BuildValue("nN", static_cast<Py_ssize_t>(received->size),
                       address.Release());
}

PyObject* Send(PyObject* object, PyObject* args) {
  SocketObject* const self = AsSocketObject(object);
  Buffer data;
  int flags = 0;
  if (PyArg_ParseTuple(args, "y*|i:send", data.out(), &flags) == 0) {
    return nullptr;
  }
  return SizeOr(
      CallWithoutGil([&] { return self->socket.Send(data.text(), flags); }));
}

PyObject* SendAll(PyObject* object, PyObject* args) {
  SocketObject* const self = AsSocketObject(object);
  Buffer data;
  int flags = 0;
  if (PyArg_ParseTuple(args, "y*|i:sendall", data.out(), &flags) == 0) {
    return nullptr;
  }
  const absl::Status sent =
      CallWithoutGil([&] { return self->socket.SendAll(data.text(), flags); },
                     BetweenPieces::kRunHandlers);
  if (!sent.ok()) return Raise(sent);
  Py_RETURN_NONE;
}

PyObject* SendTo(PyObject* object, PyObject* args) {
  SocketObject* const self = AsSocketObject(object);
  Buffer data;
  int flags = 0;
  PyObject* to = nullptr;
  const Py_ssize_t count = PyTuple_GET_SIZE(args);
  if (count == 2) {
    if (PyArg_ParseTuple(args, "y*O:sendto", data.out(), &to) == 0) {
      return nullptr;
    }
  } else if (count == 3) {
    if (PyArg_ParseTuple(args, "y*iO:sendto", data.out(), &flags, &to) == 0) {
      return nullptr;
    }
  } else {
    PyErr_Format(PyExc_TypeError, "sendto() takes 2 or 3 arguments (%zd given)",
                 count);
    return nullptr;
  }
  SocketAddress address;
  if (!AddressFromPython(self, to, "sendto", &address) ||
      PySys_Audit("socket.sendto", "OO", object, to) != 0) {
    return nullptr;
  }
  return SizeOr(CallWithoutGil(
      [&] { return self->socket.SendTo(data.text(), address, flags); }));
}

}  // namespace

absl::Span<const PyMethodDef> IoMethods() {
  static const PyMethodDef kMethods[] = {
      {"recv", &Recv, METH_VARARGS,
       "recv(buffersize[, flags]) -> data\n\nb'' is the end of the stream."},
      {"recv_into", WithKeywords(&RecvInto), METH_VARARGS | METH_KEYWORDS,
       "recv_into(buffer[, nbytes[, flags]]) -> number of bytes received"},
      {"recvfrom", &RecvFrom, METH_VARARGS,
       "recvfrom(buffersize[, flags]) -> (data, address)"},
      {"recvfrom_into", WithKeywords(&RecvFromInto),
       METH_VARARGS | METH_KEYWORDS,
       "recvfrom_into(buffer[, nbytes[, flags]]) -> (number of bytes, "
       "address)"},
      {"send", &Send, METH_VARARGS,
       "send(data[, flags]) -> number of bytes sent"},
      {"sendall", &SendAll, METH_VARARGS,
       "sendall(data[, flags])\n\nSend all of it. After an exception there is "
       "no "
       "telling how much was sent."},
      {"sendto", &SendTo, METH_VARARGS,
       "sendto(data[, flags], address) -> number of bytes sent"},
  };
  return kMethods;
}

}  // namespace python
}  // namespace mortise
