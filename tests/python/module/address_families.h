// The families that address.cc hands on.

#ifndef MORTISE_TESTS_PYTHON_MODULE_ADDRESS_FAMILIES_H_
#define MORTISE_TESTS_PYTHON_MODULE_ADDRESS_FAMILIES_H_

#include "mortise/core/socket_address.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// As AddressFromPython and AddressToPython, for AF_INET and AF_INET6.
bool IpAddressFromPython(int family, PyObject* address, const char* caller,
                         SocketAddress* result);
PyObject* IpAddressToPython(const SocketAddress& address);

// For AF_UNIX.
bool UnixAddressFromPython(PyObject* address, SocketAddress* result);
PyObject* UnixAddressToPython(const SocketAddress& address);

// For the others that the library knows. What it does not know comes as a tuple
// of the family and bytes, and does not go.
bool KernelAddressFromPython(int family, int protocol, PyObject* address,
                             const char* caller, SocketAddress* result);
PyObject* KernelAddressToPython(const SocketAddress& address, int protocol);

// TypeError: "bind(): AF_INET address must be tuple, not NoneType". False, and
// an exception is set, iff `address` is no tuple.
bool CheckTuple(PyObject* address, const char* caller, const char* family);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_ADDRESS_FAMILIES_H_
