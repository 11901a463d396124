// The module's constants: the library's, by the names that Python publishes.

#ifndef MORTISE_TESTS_PYTHON_MODULE_CONSTANTS_H_
#define MORTISE_TESTS_PYTHON_MODULE_CONSTANTS_H_

#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// False iff an exception is set.
bool AddConstants(PyObject* module);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_CONSTANTS_H_
