// Includes <Python.h>. It has to come before every other header, and the macro
// below has to come before it.

#ifndef MORTISE_TESTS_PYTHON_MODULE_PYTHON_H_
#define MORTISE_TESTS_PYTHON_MODULE_PYTHON_H_

#define PY_SSIZE_T_CLEAN
#include <Python.h>  // IWYU pragma: export

#endif  // MORTISE_TESTS_PYTHON_MODULE_PYTHON_H_
