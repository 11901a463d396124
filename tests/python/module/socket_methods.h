// The methods of `_socket.socket`, in three tables by what they are about.
// socket_object.cc puts them together.

#ifndef MORTISE_TESTS_PYTHON_MODULE_SOCKET_METHODS_H_
#define MORTISE_TESTS_PYTHON_MODULE_SOCKET_METHODS_H_

#include "absl/types/span.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Addresses and connections, options, the end.
absl::Span<const PyMethodDef> ConnectionMethods();
absl::Span<const PyMethodDef> OptionMethods();
// What goes through a socket.
absl::Span<const PyMethodDef> IoMethods();
absl::Span<const PyMethodDef> MessageMethods();

// A method that takes keywords, as PyMethodDef wants it.
inline PyCFunction WithKeywords(PyCFunctionWithKeywords method) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(method));
}

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_SOCKET_METHODS_H_
