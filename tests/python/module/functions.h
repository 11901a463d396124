// The module's functions.

#ifndef MORTISE_TESTS_PYTHON_MODULE_FUNCTIONS_H_
#define MORTISE_TESTS_PYTHON_MODULE_FUNCTIONS_H_

#include "absl/types/span.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Descriptors, pairs and the default timeout.
absl::Span<const PyMethodDef> DescriptorFunctions();
// Byte order, and IP addresses as text.
absl::Span<const PyMethodDef> InetFunctions();
// Functions that ask the resolver or the system's databases.
absl::Span<const PyMethodDef> NameFunctions();
// Network interfaces, and the name of this machine.
absl::Span<const PyMethodDef> MachineFunctions();

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_FUNCTIONS_H_
