// The Python object around a Socket: `_socket.socket`.

#ifndef MORTISE_TESTS_PYTHON_MODULE_SOCKET_OBJECT_H_
#define MORTISE_TESTS_PYTHON_MODULE_SOCKET_OBJECT_H_

#include <cstdint>

#include "mortise/core/socket.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Begins like PySocketSockObject of CPython's Modules/socketmodule.h, which
// `_ssl` reads: these fields say what `socket` does.
struct SocketObject {
  PyObject_HEAD int fd;
  int family;
  int type;
  int protocol;
  PyObject* (*raise_errno)();
  // In nanoseconds; negative is blocking, 0 non-blocking.
  _PyTime_t timeout;

  Socket socket;
};

extern PyTypeObject socket_type;

// Finishes the type. False iff an exception is set.
bool InitSocketType();

// Makes `self` the owner of `socket`, with Python's default timeout. False iff
// an exception is set.
bool TakeSocket(SocketObject* self, Socket socket);

// The descriptor of a socket that is Python's from now on: `fd` of an object
// which has yet to be made. -1 iff it has none.
int FdOf(Socket& socket);
int Detach(Socket socket);

inline SocketObject* AsSocketObject(PyObject* object) {
  return reinterpret_cast<SocketObject*>(object);
}

// None, or a number of seconds, as a timeout. False iff an exception is set.
bool TimeoutFromPython(PyObject* object, _PyTime_t* timeout);
PyObject* TimeoutToPython(_PyTime_t timeout);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_SOCKET_OBJECT_H_
