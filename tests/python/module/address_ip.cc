#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/python/module/address.h"
#include "mortise/tests/python/module/address_families.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/ref.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

constexpr unsigned kMaxFlowinfo = 0xfffff;

bool CheckFamily(AddressFamily family) {
  if (family == kAfInet || family == kAfUnspec) return true;
  PyErr_SetString(PyExc_OSError, "address family mismatched");
  return false;
}

bool CheckPort(int port, const char* caller) {
  if (port >= 0 && port <= 0xffff) return true;
  PyErr_Format(PyExc_OverflowError, "%s(): port must be 0-65535.", caller);
  return false;
}

// Finds the first address in the resolver's answer.
bool LookUp(std::optional<absl::string_view> host,
            std::optional<absl::string_view> service,
            const GetAddrInfoOptions& options, SocketAddress* result) {
  const absl::StatusOr<std::vector<AddrInfo>> found =
      CallWithoutGil([&] { return GetAddrInfo(host, service, options); });
  if (!found.ok()) {
    Raise(found.status());
    return false;
  }
  if (!host.has_value() && found->size() > 1) {
    PyErr_SetString(PyExc_OSError, "wildcard resolved to multiple address");
    return false;
  }
  *result = found->front().address;
  return true;
}

}  // namespace

int HostFromPython(PyObject* object, void* string) {
  Ref encoded;
  if (PyUnicode_Check(object)) {
    // A name that is ASCII already does not need the codec, which takes time
    // and may not be available while the interpreter starts.
    encoded = Ref(PyUnicode_IS_ASCII(object)
                      ? PyUnicode_AsASCIIString(object)
                      : PyUnicode_AsEncodedString(object, "idna", nullptr));
    if (!encoded) return 0;
    object = encoded.get();
  }
  const char* data = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_Check(object)) {
    data = PyBytes_AS_STRING(object);
    size = PyBytes_GET_SIZE(object);
  } else if (PyByteArray_Check(object)) {
    data = PyByteArray_AS_STRING(object);
    size = PyByteArray_GET_SIZE(object);
  } else {
    PyErr_Format(PyExc_TypeError, "str, bytes or bytearray expected, not %s",
                 Py_TYPE(object)->tp_name);
    return 0;
  }
  const std::string host(data, static_cast<std::size_t>(size));
  if (host.find('\0') != std::string::npos) {
    PyErr_SetString(PyExc_TypeError,
                    "host name must not contain null character");
    return 0;
  }
  *static_cast<std::string*>(string) = host;
  return 1;
}

bool FindHost(const std::string& host, AddressFamily family,
              SocketAddress* result) {
  GetAddrInfoOptions options;
  options.family = family;
  options.platform = &InterruptiblePlatform();
  if (host.empty()) {
    options.type = kSockDgram;
    options.flags = kAiPassive;
    return LookUp(std::nullopt, "0", options, result);
  }
  if (host == "<broadcast>" || host == "255.255.255.255") {
    if (!CheckFamily(family)) return false;
    *result = SocketAddress::Ipv4({255, 255, 255, 255}, 0);
    return true;
  }
  return LookUp(host, std::nullopt, options, result);
}

bool IpAddressFromPython(int family, PyObject* address, const char* caller,
                         SocketAddress* result) {
  std::string host;
  int port = 0;
  unsigned flowinfo = 0;
  unsigned scope_id = 0;
  const bool is_ipv4 = family == kAfInet;
  if (!CheckTuple(address, caller, is_ipv4 ? "AF_INET" : "AF_INET6")) {
    return false;
  }
  const int parsed =
      is_ipv4 ? PyArg_ParseTuple(
                    address, "O&i;AF_INET address must be a pair (host, port)",
                    &HostFromPython, &host, &port)
              : PyArg_ParseTuple(address,
                                 "O&i|II;AF_INET6 address must be a tuple "
                                 "(host, port[, flowinfo[, scopeid]])",
                                 &HostFromPython, &host, &port, &flowinfo,
                                 &scope_id);
  if (parsed == 0) {
    if (PyErr_ExceptionMatches(PyExc_OverflowError) != 0) {
      PyErr_Format(PyExc_OverflowError, "%s(): port must be 0-65535.", caller);
    }
    return false;
  }
  SocketAddress found;
  if (!FindHost(host, family, &found) || !CheckPort(port, caller)) return false;
  if (flowinfo > kMaxFlowinfo) {
    PyErr_Format(PyExc_OverflowError, "%s(): flowinfo must be 0-1048575.",
                 caller);
    return false;
  }
  SockAddr& raw = *found.mutable_raw();
  raw.port = static_cast<std::uint16_t>(port);
  raw.flowinfo = flowinfo;
  if (!is_ipv4) raw.scope_id = scope_id;
  *result = found;
  return true;
}

PyObject* IpAddressToPython(const SocketAddress& address) {
  if (address.family() == kAfInet) {
    return Py_BuildValue("(si)", address.host().c_str(), int{address.port()});
  }
  return Py_BuildValue("(siII)", address.host().c_str(), int{address.port()},
                       unsigned{address.flowinfo()},
                       unsigned{address.scope_id()});
}

}  // namespace python
}  // namespace mortise
