#include "mortise/tests/python/module/constants.h"

#include <cstdint>
#include <optional>

#include "mortise/core/constants.h"
#include "mortise/tests/python/module/ref.h"

namespace mortise {
namespace python {
namespace {

const char* const kNames[] = {
#define MORTISE_PYTHON_NAME(name) #name,
#include "mortise/tests/python/module/constant_names.inc"
#undef MORTISE_PYTHON_NAME
};

bool Add(PyObject* module, const char* name, PyObject* value) {
  Ref owned(value);
  if (!owned || PyModule_AddObject(module, name, owned.get()) != 0) {
    return false;
  }
  owned.Release();
  return true;
}

}  // namespace

bool AddConstants(PyObject* module) {
  for (const char* const name : kNames) {
    const std::optional<Constant> constant = FindConstant(name);
    if (!constant.has_value()) continue;
    const bool is_unsigned = constant->type == Constant::Type::kUint64;
    if (!Add(module, name,
             is_unsigned ? PyLong_FromUnsignedLongLong(
                               static_cast<std::uint64_t>(constant->value))
                         : PyLong_FromLongLong(constant->value))) {
      return false;
    }
  }
  return Add(module, "has_ipv6", PyBool_FromLong(1)) &&
         Add(module, "BDADDR_ANY", PyUnicode_FromString("00:00:00:00:00:00")) &&
         Add(module, "BDADDR_LOCAL", PyUnicode_FromString("00:00:00:FF:FF:FF"));
}

}  // namespace python
}  // namespace mortise
