// <Python.h>, which wants to come before every other header, and this macro
// before itself.

#ifndef MORTISE_TESTS_PYTHON_MODULE_PYTHON_H_
#define MORTISE_TESTS_PYTHON_MODULE_PYTHON_H_

#define PY_SSIZE_T_CLEAN
#include <Python.h>  // IWYU pragma: export

#endif  // MORTISE_TESTS_PYTHON_MODULE_PYTHON_H_
