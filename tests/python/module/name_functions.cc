// The module's functions that look names up.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/gethostbyname.h"
#include "mortise/core/getnameinfo.h"
#include "mortise/core/services.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/python/module/address.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/functions.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/ref.h"
#include "mortise/tests/python/module/socket_methods.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

// Returns a name or number up to its first NUL. CPython's module stops there
// too.
std::string UpToNul(const char* text) { return text; }

// Reads a host. Returns false, with an exception set, if it fails.
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

// Reads a port. Returns false, with an exception set, if it fails.
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

// Calls the library's GetAddrInfo. To the library, "" is the same as nothing.
// To Python it is a host that does not exist, or port 0.
absl::StatusOr<std::vector<AddrInfo>> LookUp(
    const std::optional<std::string>& host,
    const std::optional<std::string>& service,
    const GetAddrInfoOptions& options) {
  const bool no_port = service.has_value() && service->empty();
  return CallWithoutGil(
      [&] { return GetAddrInfo(host, no_port ? "0" : service, options); });
}

// Raises an error that the library does not make, because it takes "" for this
// machine.
PyObject* RaiseNoSuchHost() {
  return RaiseGetAddrInfoError(
      InterruptiblePlatform().facts().errors.Native(ErrorCode::kEaiNoname));
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
  if (host.has_value() && host->empty()) return RaiseNoSuchHost();
  const absl::StatusOr<std::vector<AddrInfo>> found =
      LookUp(host, service, options);
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

LookupOptions InSystem() {
  LookupOptions options;
  options.platform = &InterruptiblePlatform();
  return options;
}

// Reads a name as the resolver takes it. A str is encoded in IDNA, which also
// refuses some texts that are not host names. `format` is "et:" and the name of
// the function. Returns false, with an exception set, if it fails.
bool ReadName(PyObject* args, const char* format, std::string* name) {
  char* encoded = nullptr;
  if (PyArg_ParseTuple(args, format, "idna", &encoded) == 0) return false;
  *name = encoded;
  PyMem_Free(encoded);
  return true;
}

PyObject* GetHostByNameFunction(PyObject* /*module*/, PyObject* args) {
  std::string name;
  if (!ReadName(args, "et:gethostbyname", &name)) return nullptr;
  if (PySys_Audit("socket.gethostbyname", "O", args) != 0) return nullptr;
  const absl::StatusOr<std::string> address =
      CallWithoutGil([&] { return GetHostByName(name, InSystem()); });
  if (!address.ok()) return Raise(address.status());
  return PyUnicode_FromString(address->c_str());
}

// Returns a list of str, or null, with an exception set.
PyObject* ListOf(const std::vector<std::string>& texts) {
  Ref list(PyList_New(0));
  if (!list) return nullptr;
  for (const std::string& text : texts) {
    const Ref item(PyUnicode_FromString(text.c_str()));
    if (!item || PyList_Append(list.get(), item.get()) != 0) return nullptr;
  }
  return list.Release();
}

PyObject* HostOr(const absl::StatusOr<HostInfo>& host) {
  if (!host.ok()) return Raise(host.status());
  Ref aliases(ListOf(host->aliases));
  if (!aliases) return nullptr;
  Ref addresses(ListOf(host->addresses));
  if (!addresses) return nullptr;
  Ref name(PyUnicode_DecodeFSDefault(host->name.c_str()));
  if (!name) return nullptr;
  return PyTuple_Pack(3, name.get(), aliases.get(), addresses.get());
}

// Both functions look the name up as a host first, because the errors of this
// look-up say more about what is wrong.

PyObject* GetHostByNameExFunction(PyObject* /*module*/, PyObject* args) {
  std::string name;
  if (!ReadName(args, "et:gethostbyname_ex", &name)) return nullptr;
  SocketAddress address;
  if (PySys_Audit("socket.gethostbyname", "O", args) != 0 ||
      !FindHost(name, kAfInet, &address)) {
    return nullptr;
  }
  return HostOr(
      CallWithoutGil([&] { return GetHostByNameEx(name, InSystem()); }));
}

PyObject* GetHostByAddrFunction(PyObject* /*module*/, PyObject* args) {
  std::string name;
  if (!ReadName(args, "et:gethostbyaddr", &name)) return nullptr;
  SocketAddress address;
  if (PySys_Audit("socket.gethostbyaddr", "O", args) != 0 ||
      !FindHost(name, kAfUnspec, &address)) {
    return nullptr;
  }
  return HostOr(CallWithoutGil(
      [&] { return GetHostByAddr(address.host(), InSystem()); }));
}

PyObject* GetNameInfoFunction(PyObject* /*module*/, PyObject* args) {
  PyObject* tuple = nullptr;
  int flags = 0;
  if (PyArg_ParseTuple(args, "Oi:getnameinfo", &tuple, &flags) == 0) {
    return nullptr;
  }
  if (!PyTuple_Check(tuple)) {
    PyErr_SetString(PyExc_TypeError,
                    "getnameinfo() argument 1 must be a tuple");
    return nullptr;
  }
  const char* host = nullptr;
  int port = 0;
  unsigned flowinfo = 0;
  unsigned scope_id = 0;
  if (PyArg_ParseTuple(tuple, "si|II;getnameinfo(): illegal sockaddr argument",
                       &host, &port, &flowinfo, &scope_id) == 0) {
    return nullptr;
  }
  if (flowinfo > 0xfffff) {
    PyErr_SetString(PyExc_OverflowError,
                    "getnameinfo(): flowinfo must be 0-1048575.");
    return nullptr;
  }
  if (PySys_Audit("socket.getnameinfo", "(O)", tuple) != 0) return nullptr;
  GetAddrInfoOptions options;
  options.type = kSockDgram;
  options.flags = kAiNumerichost;
  options.platform = &InterruptiblePlatform();
  if (*host == '\0') return RaiseNoSuchHost();
  const absl::StatusOr<std::vector<AddrInfo>> found =
      LookUp(std::string(host), std::to_string(port), options);
  if (!found.ok()) return Raise(found.status());
  if (found->size() > 1) {
    PyErr_SetString(PyExc_OSError, "sockaddr resolved to multiple addresses");
    return nullptr;
  }
  SocketAddress address = found->front().address;
  if (address.family() == kAfInet6) {
    address.mutable_raw()->flowinfo = flowinfo;
    address.mutable_raw()->scope_id = scope_id;
  } else if (PyTuple_GET_SIZE(tuple) != 2) {
    PyErr_SetString(PyExc_OSError, "IPv4 sockaddr must be 2 tuple");
    return nullptr;
  }
  const absl::StatusOr<NameInfo> names =
      CallWithoutGil([&] { return GetNameInfo(address, flags, InSystem()); });
  if (!names.ok()) return Raise(names.status());
  return Py_BuildValue("NN", PyUnicode_DecodeFSDefault(names->host.c_str()),
                       PyUnicode_FromString(names->service.c_str()));
}

// Raises an OSError without a number, for a name that the system's tables do
// not have.
PyObject* RaiseNotFound(const char* complaint) {
  PyErr_SetString(PyExc_OSError, complaint);
  return nullptr;
}

PyObject* NotFoundOr(const absl::Status& status, const char* complaint) {
  return IsNameNotFound(status) ? RaiseNotFound(complaint) : Raise(status);
}

// Returns the library's "" if no protocol was given, which means any protocol.
// To Python, a protocol that was given as "" does not exist.
const char* OrEmpty(const char* protocol) {
  return protocol != nullptr ? protocol : "";
}

bool IsNoProtocol(const char* protocol) {
  return protocol != nullptr && *protocol == '\0';
}

PyObject* GetServByNameFunction(PyObject* /*module*/, PyObject* args) {
  const char* name = nullptr;
  const char* protocol = nullptr;
  if (PyArg_ParseTuple(args, "s|s:getservbyname", &name, &protocol) == 0 ||
      PySys_Audit("socket.getservbyname", "ss", name, OrEmpty(protocol)) != 0) {
    return nullptr;
  }
  if (IsNoProtocol(protocol)) return RaiseNotFound("service/proto not found");
  const absl::StatusOr<int> port = CallWithoutGil([&] {
    return GetServByName(name, OrEmpty(protocol), &InterruptiblePlatform());
  });
  if (!port.ok()) return NotFoundOr(port.status(), "service/proto not found");
  return PyLong_FromLong(*port);
}

PyObject* GetServByPortFunction(PyObject* /*module*/, PyObject* args) {
  int port = 0;
  const char* protocol = nullptr;
  if (PyArg_ParseTuple(args, "i|s:getservbyport", &port, &protocol) == 0) {
    return nullptr;
  }
  if (port < 0 || port > 0xffff) {
    PyErr_SetString(PyExc_OverflowError,
                    "getservbyport: port must be 0-65535.");
    return nullptr;
  }
  if (PySys_Audit("socket.getservbyport", "is", port, OrEmpty(protocol)) != 0) {
    return nullptr;
  }
  if (IsNoProtocol(protocol)) return RaiseNotFound("port/proto not found");
  const absl::StatusOr<std::string> name = CallWithoutGil([&] {
    return GetServByPort(port, OrEmpty(protocol), &InterruptiblePlatform());
  });
  if (!name.ok()) return NotFoundOr(name.status(), "port/proto not found");
  return PyUnicode_FromString(name->c_str());
}

PyObject* GetProtoByNameFunction(PyObject* /*module*/, PyObject* args) {
  const char* name = nullptr;
  if (PyArg_ParseTuple(args, "s:getprotobyname", &name) == 0) return nullptr;
  const absl::StatusOr<Protocol> protocol = CallWithoutGil(
      [&] { return GetProtoByName(name, &InterruptiblePlatform()); });
  if (!protocol.ok()) {
    return NotFoundOr(protocol.status(), "protocol not found");
  }
  return PyLong_FromLong(protocol->value());
}

}  // namespace

absl::Span<const PyMethodDef> NameFunctions() {
  static const PyMethodDef kFunctions[] = {
      {"gethostbyaddr", &GetHostByAddrFunction, METH_VARARGS,
       "gethostbyaddr(host) -> (name, aliases, addresses)"},
      {"gethostbyname", &GetHostByNameFunction, METH_VARARGS,
       "gethostbyname(host) -> address\n\nThe first IPv4 address of a host."},
      {"gethostbyname_ex", &GetHostByNameExFunction, METH_VARARGS,
       "gethostbyname_ex(host) -> (name, aliases, addresses)"},
      {"getnameinfo", &GetNameInfoFunction, METH_VARARGS,
       "getnameinfo(sockaddr, flags) -> (host, port)"},
      {"getprotobyname", &GetProtoByNameFunction, METH_VARARGS,
       "getprotobyname(name) -> protocol"},
      {"getservbyname", &GetServByNameFunction, METH_VARARGS,
       "getservbyname(service[, protocol]) -> port"},
      {"getservbyport", &GetServByPortFunction, METH_VARARGS,
       "getservbyport(port[, protocol]) -> service"},
      {"getaddrinfo", WithKeywords(&GetAddrInfoFunction),
       METH_VARARGS | METH_KEYWORDS,
       "getaddrinfo(host, port[, family[, type[, proto[, flags]]]])\n"
       "    -> list of (family, type, proto, canonname, sockaddr)"},
  };
  return kFunctions;
}

}  // namespace python
}  // namespace mortise
