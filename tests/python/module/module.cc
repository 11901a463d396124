// The module `_socket`, which CPython's socket.py uses, implemented with
// Mortise.

#include <vector>

#include "absl/types/span.h"
#include "mortise/tests/python/module/constants.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/functions.h"
#include "mortise/tests/python/module/poller_object.h"
#include "mortise/tests/python/module/python.h"
#include "mortise/tests/python/module/ref.h"
#include "mortise/tests/python/module/socket_object.h"

namespace mortise {
namespace python {
namespace {

// The structure that `_ssl` asks for: PySocketModule_APIObject of CPython's
// Modules/socketmodule.h.
struct Api {
  PyTypeObject* socket_type;
  PyObject* error;
  PyObject* timeout_error;
};

bool Add(PyObject* module, const char* name, Ref value) {
  if (!value || PyModule_AddObject(module, name, value.get()) != 0) {
    return false;
  }
  value.Release();
  return true;
}

PyMethodDef* Functions() {
  static auto* const functions = [] {
    auto* const all = new std::vector<PyMethodDef>;
    for (const absl::Span<const PyMethodDef> some :
         {DescriptorFunctions(), InetFunctions(), NameFunctions(),
          MachineFunctions()}) {
      all->insert(all->end(), some.begin(), some.end());
    }
    all->push_back({});
    return all;
  }();
  return functions->data();
}

PyObject* MakeModule() {
  static PyModuleDef definition = {
      PyModuleDef_HEAD_INIT,
      "_socket",
      "What the module socket stands on, made of Mortise.",
      -1,
      Functions(),
      nullptr,
      nullptr,
      nullptr,
      nullptr,
  };

  static Api api = {&socket_type, PyExc_OSError, PyExc_TimeoutError};

  Ref module(PyModule_Create(&definition));
  if (!module || !InitSocketType() || !InitPollerType() ||
      !AddExceptions(module.get()) || !AddConstants(module.get())) {
    return nullptr;
  }
  PyObject* const type = reinterpret_cast<PyObject*>(&socket_type);
  if (!Add(module.get(), "SocketType", Ref::Borrowed(type)) ||
      !Add(module.get(), "socket", Ref::Borrowed(type)) ||
      !Add(module.get(), "CAPI",
           Ref(PyCapsule_New(&api, "_socket.CAPI", nullptr))) ||
      // CPython's module has no such class, so the name is private.
      !Add(module.get(), "_Poller",
           Ref::Borrowed(reinterpret_cast<PyObject*>(&poller_type))) ||
      // The test programs see by this attribute that the module is Mortise's.
      !Add(module.get(), "__mortise__", Ref(PyUnicode_FromString("0.1.0")))) {
    return nullptr;
  }
  return module.Release();
}

}  // namespace
}  // namespace python
}  // namespace mortise

PyMODINIT_FUNC PyInit__socket() { return mortise::python::MakeModule(); }
