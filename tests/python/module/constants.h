// The module's constants: the library's constants, by Python's names for them.

#ifndef MORTISE_TESTS_PYTHON_MODULE_CONSTANTS_H_
#define MORTISE_TESTS_PYTHON_MODULE_CONSTANTS_H_

#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Returns false, with an exception set, if it fails.
bool AddConstants(PyObject* module);

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_CONSTANTS_H_
