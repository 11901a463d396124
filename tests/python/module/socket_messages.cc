#include "absl/types/span.h"
#include "tests/python/module/socket_methods.h"
namespace mortise {
namespace python {
absl::Span<const PyMethodDef> MessageMethods() { return {}; }
}  // namespace python
}  // namespace mortise
