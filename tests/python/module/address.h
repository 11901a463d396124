// Between Python's addresses, tuples mostly, and the library's.

#ifndef MORTISE_TESTS_PYTHON_MODULE_ADDRESS_H_
#define MORTISE_TESTS_PYTHON_MODULE_ADDRESS_H_

#include <string>

#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/python/module/python.h"
#include "mortise/tests/python/module/socket_object.h"

namespace mortise {
namespace python {

// `address` in the family of `self`, host names looked up. `caller` is the
// method, for messages: "connect". False iff an exception is set.
bool AddressFromPython(SocketObject* self, PyObject* address,
                       const char* caller, SocketAddress* result);

// None for no address. `protocol` is the socket's, which in AF_CAN and
// AF_BLUETOOTH says what an address looks like.
PyObject* AddressToPython(const SocketAddress& address, int protocol);

// The first address of a host: a name, a numeric address, "" for any. False iff
// an exception is set.
bool FindHost(const std::string& host, AddressFamily family,
              SocketAddress* result);

// A host as the resolver takes it, from a str (in IDNA), bytes or bytearray:
// for PyArg_Parse's "O&".
int HostFromPython(PyObject* object, void* string);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_ADDRESS_H_
