// The methods that send and receive messages in pieces and with ancillary data.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/constants.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/tests/python/module/address.h"
#include "mortise/tests/python/module/buffer.h"
#include "mortise/tests/python/module/bytes_to_fill.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/ref.h"
#include "mortise/tests/python/module/socket_methods.h"
#include "mortise/tests/python/module/socket_object.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

// The items of an iterable. They stay alive as long as this object.
class Items {
 public:
  Items(PyObject* iterable, const char* complaint)
      : sequence_(PySequence_Fast(iterable, complaint)) {}

  explicit operator bool() const { return static_cast<bool>(sequence_); }
  Py_ssize_t size() const { return PySequence_Fast_GET_SIZE(sequence_.get()); }
  PyObject* operator[](Py_ssize_t i) const {
    return PySequence_Fast_GET_ITEM(sequence_.get(), i);
  }

 private:
  const Ref sequence_;
};

// Gets the buffers of all items. Returns false, with an exception set, if it
// fails.
bool ReadBuffers(const Items& items, const char* format,
                 std::vector<Buffer>* buffers) {
  buffers->reserve(static_cast<std::size_t>(items.size()));
  for (Py_ssize_t i = 0; i < items.size(); ++i) {
    buffers->emplace_back();
    if (PyArg_Parse(items[i], format, buffers->back().out()) == 0) return false;
  }
  return true;
}

// --- Receiving ---------------------------------------------------------------

// Returns a list of (level, type, data), or null, with an exception set.
PyObject* AncillaryToPython(absl::Span<const char> control) {
  Ref list(PyList_New(0));
  if (!list) return nullptr;
  for (const AncillaryMessage& message : AncillaryMessages(control)) {
    const absl::string_view data = message.data();
    const Ref item(Py_BuildValue("iiy#", message.level(), message.type(),
                                 data.data(),
                                 static_cast<Py_ssize_t>(data.size())));
    if (!item || PyList_Append(list.get(), item.get()) != 0) return nullptr;
  }
  return list.Release();
}

// Receives a message, and returns (`first(size)`, ancdata, msg_flags, address).
template <typename First>
PyObject* ReceiveMessage(SocketObject* self,
                         absl::Span<const absl::Span<char>> buffers,
                         Py_ssize_t control_size, int flags, First first) {
  if (control_size < 0 ||
      control_size > std::numeric_limits<std::int32_t>::max()) {
    PyErr_SetString(PyExc_ValueError, "invalid ancillary data buffer length");
    return nullptr;
  }
  std::string control(static_cast<std::size_t>(control_size), '\0');
  const absl::StatusOr<RecvMsgResult> received = CallWithoutGil([&] {
    return RecvMsg(self->socket, buffers, absl::MakeSpan(control), flags);
  });
  if (!received.ok()) return Raise(received.status());
  control.resize(received->control_size);
  // The descriptors are closed again unless they are returned to Python.
  ReceivedDescriptors descriptors(control, &InterruptiblePlatform());
  Ref ancillary(AncillaryToPython(control));
  if (!ancillary) return nullptr;
  Ref address(AddressToPython(received->address, self->protocol));
  if (!address) return nullptr;
  Ref data(first(received->size));
  if (!data) return nullptr;
  PyObject* const result =
      Py_BuildValue("NNiN", data.Release(), ancillary.Release(),
                    received->flags, address.Release());
  if (result != nullptr) descriptors.TakeAll();
  return result;
}

PyObject* RecvMsg(PyObject* object, PyObject* args) {
  Py_ssize_t size = 0;
  Py_ssize_t control_size = 0;
  int flags = 0;
  if (PyArg_ParseTuple(args, "n|ni:recvmsg", &size, &control_size, &flags) ==
      0) {
    return nullptr;
  }
  if (size < 0) {
    PyErr_SetString(PyExc_ValueError, "negative buffer size in recvmsg()");
    return nullptr;
  }
  BytesToFill bytes(size);
  if (!bytes) return nullptr;
  const absl::Span<char> buffer = bytes.span();
  return ReceiveMessage(AsSocketObject(object), absl::MakeConstSpan(&buffer, 1),
                        control_size, flags,
                        [&](std::size_t filled) { return bytes.Take(filled); });
}

PyObject* RecvMsgInto(PyObject* object, PyObject* args) {
  PyObject* iterable = nullptr;
  Py_ssize_t control_size = 0;
  int flags = 0;
  if (PyArg_ParseTuple(args, "O|ni:recvmsg_into", &iterable, &control_size,
                       &flags) == 0) {
    return nullptr;
  }
  const Items items(iterable, "recvmsg_into() argument 1 must be an iterable");
  std::vector<Buffer> buffers;
  if (!items ||
      !ReadBuffers(items,
                   "w*;recvmsg_into() argument 1 must be an iterable of "
                   "single-segment read-write buffers",
                   &buffers)) {
    return nullptr;
  }
  std::vector<absl::Span<char>> spans;
  spans.reserve(buffers.size());
  for (const Buffer& buffer : buffers) spans.push_back(buffer.bytes());
  return ReceiveMessage(AsSocketObject(object), spans, control_size, flags,
                        &PyLong_FromSize_t);
}

// --- Sending -----------------------------------------------------------------

// The message to send, and its destination.
struct Message {
  std::vector<Buffer> buffers;
  AncillaryBuilder ancillary{&InterruptiblePlatform()};
  int flags = 0;
  const SocketAddress* address = nullptr;
};

PyObject* SendMessage(SocketObject* self, const Message& message) {
  std::vector<absl::string_view> pieces;
  pieces.reserve(message.buffers.size());
  for (const Buffer& buffer : message.buffers) pieces.push_back(buffer.text());
  const absl::StatusOr<std::size_t> sent = CallWithoutGil([&] {
    return message.address == nullptr
               ? SendMsg(self->socket, pieces, message.ancillary.bytes(),
                         message.flags)
               : SendMsg(self->socket, pieces, message.ancillary.bytes(),
                         message.flags, *message.address);
  });
  if (!sent.ok()) return Raise(sent.status());
  return PyLong_FromSize_t(*sent);
}

// Reads the pieces of a message. Returns false, with an exception set, if it
// fails.
bool ReadPieces(PyObject* iterable, std::vector<Buffer>* buffers) {
  const Items items(iterable, "sendmsg() argument 1 must be an iterable");
  return items && ReadBuffers(items,
                              "y*;sendmsg() argument 1 must be an iterable of "
                              "bytes-like objects",
                              buffers);
}

// Reads ancillary data. Returns false, with an exception set, if it fails.
bool ReadAncillary(PyObject* iterable, AncillaryBuilder* ancillary) {
  const Items items(iterable, "sendmsg() argument 2 must be an iterable");
  if (!items) return false;
  for (Py_ssize_t i = 0; i < items.size(); ++i) {
    int level = 0;
    int type = 0;
    Buffer data;
    if (PyArg_Parse(items[i], "(iiy*):[sendmsg() ancillary data items]", &level,
                    &type, data.out()) == 0) {
      return false;
    }
    if (!ancillary->Add(level, type, data.text()).ok()) {
      PyErr_SetString(PyExc_OSError, "ancillary data item too large");
      return false;
    }
  }
  return true;
}

PyObject* SendMsg(PyObject* object, PyObject* args) {
  SocketObject* const self = AsSocketObject(object);
  Message message;
  PyObject* pieces = nullptr;
  PyObject* ancillary = nullptr;
  PyObject* to = Py_None;
  if (PyArg_ParseTuple(args, "O|OiO:sendmsg", &pieces, &ancillary,
                       &message.flags, &to) == 0) {
    return nullptr;
  }
  SocketAddress address;
  if (to != Py_None) {
    if (!AddressFromPython(self, to, "sendmsg", &address)) return nullptr;
    message.address = &address;
  }
  if (PySys_Audit("socket.sendmsg", "OO", object, to) != 0 ||
      !ReadPieces(pieces, &message.buffers) ||
      (ancillary != nullptr && !ReadAncillary(ancillary, &message.ancillary))) {
    return nullptr;
  }
  return SendMessage(self, message);
}

// Returns the bytes of a number, as they are in the kernel's structures.
std::string BytesOf(std::uint32_t number) {
  return std::string(reinterpret_cast<const char*>(&number), sizeof(number));
}

// Converts an int to `*number`. If it does not fit, it raises a TypeError with
// the text `complaint`.
bool ReadUnsigned(PyObject* object, const char* complaint,
                  std::uint32_t* number) {
  const unsigned long value = PyLong_AsUnsignedLong(object);  // NOLINT
  if (PyErr_Occurred() == nullptr &&
      value <= std::numeric_limits<std::uint32_t>::max()) {
    *number = static_cast<std::uint32_t>(value);
    return true;
  }
  PyErr_SetString(PyExc_TypeError, complaint);
  return false;
}

// For Linux's cryptography (AF_ALG): the operation is sent along with the
// message.
PyObject* SendMsgAfAlg(PyObject* object, PyObject* args, PyObject* kwargs) {
  static const char* const kNames[] = {"msg",      "op",    "iv",
                                       "assoclen", "flags", nullptr};
  SocketObject* const self = AsSocketObject(object);
  if (self->family != kAfAlg) {
    PyErr_SetString(PyExc_OSError, "algset is only supported for AF_ALG");
    return nullptr;
  }
  Message message;
  PyObject* pieces = nullptr;
  PyObject* operation = nullptr;
  PyObject* associated = nullptr;
  Buffer iv;
  if (PyArg_ParseTupleAndKeywords(
          args, kwargs, "|O$O!y*O!i:sendmsg_afalg", const_cast<char**>(kNames),
          &pieces, &PyLong_Type, &operation, iv.out(), &PyLong_Type,
          &associated, &message.flags) == 0) {
    return nullptr;
  }
  const auto add = [&message](int type, absl::string_view data) {
    return message.ancillary.Add(kSolAlg, type, data).ok();
  };
  std::uint32_t number = 0;
  if (operation == nullptr) {
    PyErr_SetString(PyExc_TypeError, "Invalid or missing argument 'op'");
    return nullptr;
  }
  if (!ReadUnsigned(operation, "Invalid or missing argument 'op'", &number)) {
    return nullptr;
  }
  bool fits = add(kAlgSetOp, BytesOf(number));
  if (!iv.empty()) {
    const std::string length = BytesOf(static_cast<std::uint32_t>(iv.size()));
    fits = fits && add(kAlgSetIv, absl::StrCat(length, iv.text()));
  }
  if (associated != nullptr) {
    if (!ReadUnsigned(associated, "assoclen must be positive", &number)) {
      return nullptr;
    }
    fits = fits && add(kAlgSetAeadAssoclen, BytesOf(number));
  }
  if (!fits) {
    PyErr_SetString(PyExc_OSError, "ancillary data item too large");
    return nullptr;
  }
  if (pieces != nullptr && !ReadPieces(pieces, &message.buffers)) {
    return nullptr;
  }
  return SendMessage(self, message);
}

}  // namespace

absl::Span<const PyMethodDef> MessageMethods() {
  static const PyMethodDef kMethods[] = {
      {"recvmsg", &RecvMsg, METH_VARARGS,
       "recvmsg(bufsize[, ancbufsize[, flags]])\n    -> (data, ancdata, "
       "msg_flags, address)\n\nA message, and the ancillary data that came "
       "along."},
      {"recvmsg_into", &RecvMsgInto, METH_VARARGS,
       "recvmsg_into(buffers[, ancbufsize[, flags]])\n    -> (nbytes, ancdata, "
       "msg_flags, address)\n\nThe same into several buffers."},
      {"sendmsg", &SendMsg, METH_VARARGS,
       "sendmsg(buffers[, ancdata[, flags[, address]]]) -> number of bytes "
       "sent\n\nSend several buffers as one message, with ancillary data."},
      {"sendmsg_afalg", WithKeywords(&SendMsgAfAlg),
       METH_VARARGS | METH_KEYWORDS,
       "sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags]]])\n    -> number "
       "of bytes sent\n\nSend a message to Linux's cryptography."},
  };
  return kMethods;
}

}  // namespace python
}  // namespace mortise
