#include "mortise/tests/python/module/address.h"

#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/python/module/address_families.h"
#include "mortise/tests/python/module/socket_object.h"

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
      return KernelAddressFromPython(self->family, self->protocol, address,
                                     caller, result);
  }
}

PyObject* AddressToPython(const SocketAddress& address, int protocol) {
  switch (address.family().value()) {
    case kAfUnspec:
      Py_RETURN_NONE;
    case kAfInet:
    case kAfInet6:
      return IpAddressToPython(address);
    case kAfUnix:
      return UnixAddressToPython(address);
    default:
      return KernelAddressToPython(address, protocol);
  }
}

}  // namespace python
}  // namespace mortise
