// Functions of the module about this machine.

#include "absl/types/span.h"
#include "tests/python/module/functions.h"

namespace mortise {
namespace python {

absl::Span<const PyMethodDef> MachineFunctions() {
  return {};
}

}  // namespace python
}  // namespace mortise
