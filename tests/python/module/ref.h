// A reference to a Python object. The destructor gives it back.

#ifndef MORTISE_TESTS_PYTHON_MODULE_REF_H_
#define MORTISE_TESTS_PYTHON_MODULE_REF_H_

#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

class Ref {
 public:
  Ref() = default;
  // Takes over a reference. nullptr is the result of a call that has failed.
  explicit Ref(PyObject* owned) : object_(owned) {}
  static Ref Borrowed(PyObject* object) {
    Py_XINCREF(object);
    return Ref(object);
  }

  Ref(Ref&& other) noexcept : object_(other.Release()) {}
  Ref& operator=(Ref&& other) noexcept {
    PyObject* const old = object_;
    object_ = other.Release();
    Py_XDECREF(old);
    return *this;
  }
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;
  ~Ref() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

  // Hands the reference over to the caller.
  PyObject* Release() {
    PyObject* const object = object_;
    object_ = nullptr;
    return object;
  }

 private:
  PyObject* object_ = nullptr;
};

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_REF_H_
