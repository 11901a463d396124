// Conversions of addresses for each family. address.cc chooses among them.

#ifndef MORTISE_TESTS_PYTHON_MODULE_ADDRESS_FAMILIES_H_
#define MORTISE_TESTS_PYTHON_MODULE_ADDRESS_FAMILIES_H_

#include "mortise/core/socket_address.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// The same as AddressFromPython and AddressToPython, for AF_INET and AF_INET6.
bool IpAddressFromPython(int family, PyObject* address, const char* caller,
                         SocketAddress* result);
PyObject* IpAddressToPython(const SocketAddress& address);

// The same for AF_UNIX.
bool UnixAddressFromPython(PyObject* address, SocketAddress* result);
PyObject* UnixAddressToPython(const SocketAddress& address);

// The same for the other families that the library knows. An address of a
// family that the library does not know becomes a tuple of the family and
// bytes. Such a tuple cannot be converted to an address.
bool KernelAddressFromPython(int family, int protocol, PyObject* address,
                             const char* caller, SocketAddress* result);
PyObject* KernelAddressToPython(const SocketAddress& address, int protocol);

// Returns whether `address` is a tuple. If it is not, an exception is set:
// TypeError, "bind(): AF_INET address must be tuple, not NoneType".
bool CheckTuple(PyObject* address, const char* caller, const char* family);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_ADDRESS_FAMILIES_H_
