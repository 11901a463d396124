// Converts between Python's addresses, which are mostly tuples, and the
// library's.

#ifndef MORTISE_TESTS_PYTHON_MODULE_ADDRESS_H_
#define MORTISE_TESTS_PYTHON_MODULE_ADDRESS_H_

#include <string>

#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/python/module/python.h"
#include "mortise/tests/python/module/socket_object.h"

namespace mortise {
namespace python {

// Converts `address` to an address in the family of `self`, and looks up a host
// name. `caller` is the name of the method for messages, such as "connect".
// Returns false, with an exception set, if it fails.
bool AddressFromPython(SocketObject* self, PyObject* address,
                       const char* caller, SocketAddress* result);

// Returns None if there is no address. `protocol` is the socket's protocol. In
// AF_CAN and AF_BLUETOOTH it decides what an address looks like.
PyObject* AddressToPython(const SocketAddress& address, int protocol);

// Stores the first address of `host` in `*result`. `host` is a name, a numeric
// address, or "" for any address. Returns false, with an exception set, if it
// fails.
bool FindHost(const std::string& host, AddressFamily family,
              SocketAddress* result);

// Converts a str (in IDNA), bytes or bytearray to a host as the resolver takes
// it. It is a converter for PyArg_Parse's "O&".
int HostFromPython(PyObject* object, void* string);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_ADDRESS_H_
