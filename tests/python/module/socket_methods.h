// The methods of `_socket.socket`, in four tables by subject. socket_object.cc
// puts them together.

#ifndef MORTISE_TESTS_PYTHON_MODULE_SOCKET_METHODS_H_
#define MORTISE_TESTS_PYTHON_MODULE_SOCKET_METHODS_H_

#include "absl/types/span.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Addresses and connections, closing, and options.
absl::Span<const PyMethodDef> ConnectionMethods();
absl::Span<const PyMethodDef> OptionMethods();
// Data that goes through a socket.
absl::Span<const PyMethodDef> IoMethods();
absl::Span<const PyMethodDef> MessageMethods();

// Converts a method that takes keywords to the type that PyMethodDef has.
inline PyCFunction WithKeywords(PyCFunctionWithKeywords method) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(method));
}

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_SOCKET_METHODS_H_
