// The Python object around a Socket: `_socket.socket`.

#ifndef MORTISE_TESTS_PYTHON_MODULE_SOCKET_OBJECT_H_
#define MORTISE_TESTS_PYTHON_MODULE_SOCKET_OBJECT_H_

#include <cstdint>

#include "mortise/core/socket.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Begins like PySocketSockObject of CPython's Modules/socketmodule.h. `_ssl`
// reads these first fields, so they have to agree with `socket`.
struct SocketObject {
  PyObject_HEAD int fd;
  int family;
  int type;
  int protocol;
  PyObject* (*raise_errno)();
  // In nanoseconds. A negative timeout means blocking, and 0 non-blocking.
  _PyTime_t timeout;

  Socket socket;
};

extern PyTypeObject socket_type;

// Finishes the type. Returns false, with an exception set, if it fails.
bool InitSocketType();

// Makes `self` the owner of `socket`, with Python's default timeout. Returns
// false, with an exception set, if it fails.
bool TakeSocket(SocketObject* self, Socket socket);

// Return the descriptor of a socket that belongs to Python from now on, for the
// field `fd` of an object that has yet to be made. -1 if the socket has none.
int FdOf(Socket& socket);
int Detach(Socket socket);

inline SocketObject* AsSocketObject(PyObject* object) {
  return reinterpret_cast<SocketObject*>(object);
}

// Convert None or a number of seconds to a timeout, and back. TimeoutFromPython
// returns false, with an exception set, if it fails.
bool TimeoutFromPython(PyObject* object, _PyTime_t* timeout);
PyObject* TimeoutToPython(_PyTime_t timeout);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_SOCKET_OBJECT_H_
