#include "tests/python/module/address.h"

#include "absl/strings/string_view.h"
#include "mortise/socket_address.h"
#include "mortise/socket_types.h"
#include "tests/python/module/address_families.h"
#include "tests/python/module/socket_object.h"

namespace mortise {
namespace python {

bool CheckTuple(PyObject* address, const char* caller, const char* family) {
  if (PyTuple_Check(address)) return true;
  PyErr_Format(PyExc_TypeError, "%s(): %s address must be tuple, not %.500s",
               caller, family, Py_TYPE(address)->tp_name);
  return false;
}

bool AddressFromPython(SocketObject* self, PyObject* address,
                       const char* caller, SocketAddress* result) {
  switch (self->family) {
    case kAfInet:
    case kAfInet6:
      return IpAddressFromPython(self->family, address, caller, result);
    case kAfUnix:
      return UnixAddressFromPython(address, result);
    default:
      PyErr_Format(PyExc_OSError, "%s(): bad family", caller);
      return false;
  }
}

PyObject* AddressToPython(const SocketAddress& address, int protocol) {
  (void)protocol;
  const int family = address.family().value();
  switch (family) {
    case kAfUnspec:
      Py_RETURN_NONE;
    case kAfInet:
    case kAfInet6:
      return IpAddressToPython(address);
    case kAfUnix:
      return UnixAddressToPython(address);
    default: {
      const absl::string_view bytes = address.bytes();
      return Py_BuildValue("iy#", family, bytes.data(),
                           static_cast<Py_ssize_t>(bytes.size()));
    }
  }
}

}  // namespace python
}  // namespace mortise
