// The module's functions that convert numbers and addresses.

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/byte_order.h"
#include "mortise/core/inet.h"
#include "mortise/tests/python/module/buffer.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/functions.h"

namespace mortise {
namespace python {
namespace {

template <std::uint16_t (*kConvert)(std::uint16_t)>
PyObject* Convert16(const char* name, PyObject* args, const char* format) {
  int value = 0;
  if (PyArg_ParseTuple(args, format, &value) == 0) return nullptr;
  if (value < 0) {
    PyErr_Format(PyExc_OverflowError,
                 "%s: can't convert negative Python int to C 16-bit unsigned "
                 "integer",
                 name);
    return nullptr;
  }
  if (value > 0xffff) {
    PyErr_Format(PyExc_OverflowError,
                 "%s: Python int too large to convert to C 16-bit unsigned "
                 "integer",
                 name);
    return nullptr;
  }
  return PyLong_FromUnsignedLong(kConvert(static_cast<std::uint16_t>(value)));
}

template <std::uint32_t (*kConvert)(std::uint32_t)>
PyObject* Convert32(PyObject* argument) {
  if (!PyLong_Check(argument)) {
    PyErr_Format(PyExc_TypeError, "expected int, %s found",
                 Py_TYPE(argument)->tp_name);
    return nullptr;
  }
  const unsigned long value = PyLong_AsUnsignedLong(argument);  // NOLINT
  if (value == static_cast<unsigned long>(-1) &&                // NOLINT
      PyErr_Occurred() != nullptr) {
    return nullptr;
  }
  if (value > 0xffffffff) {
    PyErr_SetString(PyExc_OverflowError, "int larger than 32 bits");
    return nullptr;
  }
  return PyLong_FromUnsignedLong(kConvert(static_cast<std::uint32_t>(value)));
}

std::uint16_t To16(std::uint16_t value) { return Htons(value); }
std::uint16_t From16(std::uint16_t value) { return Ntohs(value); }
std::uint32_t To32(std::uint32_t value) { return Htonl(value); }
std::uint32_t From32(std::uint32_t value) { return Ntohl(value); }

PyObject* HtonsFunction(PyObject* /*module*/, PyObject* args) {
  return Convert16<&To16>("htons", args, "i:htons");
}
PyObject* NtohsFunction(PyObject* /*module*/, PyObject* args) {
  return Convert16<&From16>("ntohs", args, "i:ntohs");
}
PyObject* HtonlFunction(PyObject* /*module*/, PyObject* argument) {
  return Convert32<&To32>(argument);
}
PyObject* NtohlFunction(PyObject* /*module*/, PyObject* argument) {
  return Convert32<&From32>(argument);
}

PyObject* BytesOf(const std::string& bytes) {
  return PyBytes_FromStringAndSize(bytes.data(),
                                   static_cast<Py_ssize_t>(bytes.size()));
}

PyObject* TextOf(const std::string& text) {
  return PyUnicode_FromStringAndSize(text.data(),
                                     static_cast<Py_ssize_t>(text.size()));
}

PyObject* InetAtonFunction(PyObject* /*module*/, PyObject* args) {
  const char* text = nullptr;
  if (PyArg_ParseTuple(args, "s:inet_aton", &text) == 0) return nullptr;
  // The library refuses text behind an address. The C library stops at white
  // space, and so does Python.
  const absl::string_view address(text, std::strcspn(text, " \t\n\v\f\r"));
  const absl::StatusOr<std::string> packed = InetAton(address);
  if (!packed.ok()) {
    PyErr_SetString(PyExc_OSError,
                    "illegal IP address string passed to inet_aton");
    return nullptr;
  }
  return BytesOf(*packed);
}

PyObject* InetNtoaFunction(PyObject* /*module*/, PyObject* args) {
  Buffer packed;
  if (PyArg_ParseTuple(args, "y*:inet_ntoa", packed.out()) == 0) return nullptr;
  const absl::StatusOr<std::string> text = InetNtoa(packed.text());
  if (!text.ok()) {
    PyErr_SetString(PyExc_OSError, "packed IP wrong length for inet_ntoa");
    return nullptr;
  }
  return TextOf(*text);
}

bool IsIp(int family) { return family == kAfInet || family == kAfInet6; }

PyObject* InetPtonFunction(PyObject* /*module*/, PyObject* args) {
  int family = 0;
  const char* text = nullptr;
  if (PyArg_ParseTuple(args, "is:inet_pton", &family, &text) == 0) {
    return nullptr;
  }
  if (!IsIp(family)) return RaiseOsError(EAFNOSUPPORT);
  const absl::StatusOr<std::string> packed = InetPton(family, text);
  if (!packed.ok()) {
    PyErr_SetString(PyExc_OSError,
                    "illegal IP address string passed to inet_pton");
    return nullptr;
  }
  return BytesOf(*packed);
}

PyObject* InetNtopFunction(PyObject* /*module*/, PyObject* args) {
  int family = 0;
  Buffer packed;
  if (PyArg_ParseTuple(args, "iy*:inet_ntop", &family, packed.out()) == 0) {
    return nullptr;
  }
  if (!IsIp(family)) {
    PyErr_Format(PyExc_ValueError, "unknown address family %d", family);
    return nullptr;
  }
  const absl::StatusOr<std::string> text = InetNtop(family, packed.text());
  if (!text.ok()) {
    PyErr_SetString(PyExc_ValueError,
                    "invalid length of packed IP address string");
    return nullptr;
  }
  return TextOf(*text);
}

}  // namespace

absl::Span<const PyMethodDef> InetFunctions() {
  static const PyMethodDef kFunctions[] = {
      {"htonl", &HtonlFunction, METH_O,
       "htonl(integer) -> integer\n\n32 bits from host to network order."},
      {"htons", &HtonsFunction, METH_VARARGS,
       "htons(integer) -> integer\n\n16 bits from host to network order."},
      {"inet_aton", &InetAtonFunction, METH_VARARGS,
       "inet_aton(string) -> bytes\n\nThe 4 bytes of an IPv4 address."},
      {"inet_ntoa", &InetNtoaFunction, METH_VARARGS,
       "inet_ntoa(packed_ip) -> string\n\nAn IPv4 address from its 4 bytes."},
      {"inet_ntop", &InetNtopFunction, METH_VARARGS,
       "inet_ntop(af, packed_ip) -> string\n\nAn address of IP from its "
       "bytes."},
      {"inet_pton", &InetPtonFunction, METH_VARARGS,
       "inet_pton(af, ip) -> bytes\n\nThe bytes of an address of IP."},
      {"ntohl", &NtohlFunction, METH_O,
       "ntohl(integer) -> integer\n\n32 bits from network to host order."},
      {"ntohs", &NtohsFunction, METH_VARARGS,
       "ntohs(integer) -> integer\n\n16 bits from network to host order."},
  };
  return kFunctions;
}

}  // namespace python
}  // namespace mortise
