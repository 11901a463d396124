// Functions of the module that look names up.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/getaddrinfo.h"
#include "tests/python/module/address.h"
#include "tests/python/module/errors.h"
#include "tests/python/module/functions.h"
#include "tests/python/module/interruptible_platform.h"
#include "tests/python/module/ref.h"
#include "tests/python/module/socket_methods.h"
#include "tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

// What a name or number says up to a NUL, where CPython's module ends it.
std::string UpToNul(const char* text) { return text; }

// False iff an exception is set.
bool ReadHost(PyObject* object, std::optional<std::string>* host) {
  if (object == Py_None) return true;
  Ref encoded;
  if (PyUnicode_Check(object)) {
    encoded = Ref(PyUnicode_AsEncodedString(object, "idna", nullptr));
    if (!encoded) return false;
    object = encoded.get();
  } else if (!PyBytes_Check(object)) {
    PyErr_SetString(PyExc_TypeError,
                    "getaddrinfo() argument 1 must be string or None");
    return false;
  }
  *host = UpToNul(PyBytes_AS_STRING(object));
  return true;
}

// The same.
bool ReadPort(PyObject* object, std::optional<std::string>* service) {
  if (object == Py_None) return true;
  if (PyLong_CheckExact(object)) {
    const long port = PyLong_AsLong(object);  // NOLINT: the API's type
    if (port == -1 && PyErr_Occurred() != nullptr) return false;
    *service = std::to_string(port);
    return true;
  }
  const char* text = nullptr;
  if (PyUnicode_Check(object)) {
    text = PyUnicode_AsUTF8(object);
  } else if (PyBytes_Check(object)) {
    text = PyBytes_AS_STRING(object);
  } else {
    PyErr_SetString(PyExc_OSError, "Int or String expected");
  }
  if (text == nullptr) return false;
  *service = UpToNul(text);
  return true;
}

PyObject* GetAddrInfoFunction(PyObject* /*module*/, PyObject* args,
                              PyObject* kwargs) {
  static const char* const kNames[] = {"host",  "port",  "family", "type",
                                       "proto", "flags", nullptr};
  PyObject* host_object = nullptr;
  PyObject* port_object = nullptr;
  int family = kAfUnspec;
  int type = 0;
  int protocol = 0;
  GetAddrInfoOptions options;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "OO|iiii:getaddrinfo",
                                  const_cast<char**>(kNames), &host_object,
                                  &port_object, &family, &type, &protocol,
                                  &options.flags) == 0) {
    return nullptr;
  }
  std::optional<std::string> host;
  std::optional<std::string> service;
  if (!ReadHost(host_object, &host) || !ReadPort(port_object, &service) ||
      PySys_Audit("socket.getaddrinfo", "OOiii", host_object, port_object,
                  family, type, protocol) != 0) {
    return nullptr;
  }
  options.family = family;
  options.type = type;
  options.protocol = protocol;
  options.platform = &InterruptiblePlatform();
  const absl::StatusOr<std::vector<AddrInfo>> found =
      CallWithoutGil([&] { return GetAddrInfo(host, service, options); });
  if (!found.ok()) return Raise(found.status());
  Ref list(PyList_New(0));
  if (!list) return nullptr;
  for (const AddrInfo& info : *found) {
    Ref address(AddressToPython(info.address, -1));
    if (!address) return nullptr;
    const Ref entry(Py_BuildValue(
        "iiisN", info.family.value(), info.type.value(), info.protocol.value(),
        info.canonical_name.c_str(), address.Release()));
    if (!entry || PyList_Append(list.get(), entry.get()) != 0) return nullptr;
  }
  return list.Release();
}

}  // namespace

absl::Span<const PyMethodDef> NameFunctions() {
  static const PyMethodDef kFunctions[] = {
      {"getaddrinfo", WithKeywords(&GetAddrInfoFunction),
       METH_VARARGS | METH_KEYWORDS,
       "getaddrinfo(host, port[, family[, type[, proto[, flags]]]])\n"
       "    -> list of (family, type, proto, canonname, sockaddr)"},
  };
  return kFunctions;
}

}  // namespace python
}  // namespace mortise
