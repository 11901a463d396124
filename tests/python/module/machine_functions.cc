// The module's functions about this machine and its interfaces.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/hostname.h"
#include "mortise/core/interfaces.h"
#include "mortise/tests/python/module/buffer.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/functions.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/ref.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

PyObject* FileSystemText(const std::string& text) {
  return PyUnicode_DecodeFSDefaultAndSize(text.data(),
                                          static_cast<Py_ssize_t>(text.size()));
}

PyObject* GetHostNameFunction(PyObject* /*module*/, PyObject* /*unused*/) {
  if (PySys_Audit("socket.gethostname", nullptr) != 0) return nullptr;
  const absl::StatusOr<std::string> name =
      CallWithoutGil([] { return GetHostName(&InterruptiblePlatform()); });
  if (!name.ok()) return Raise(name.status());
  return FileSystemText(*name);
}

PyObject* SetHostNameFunction(PyObject* /*module*/, PyObject* args) {
  Ref encoded;
  PyObject* name_object = nullptr;
  if (PyArg_ParseTuple(args, "S:sethostname", &name_object) == 0) {
    PyErr_Clear();
    PyObject* converted = nullptr;
    if (PyArg_ParseTuple(args, "O&:sethostname", PyUnicode_FSConverter,
                         &converted) == 0) {
      return nullptr;
    }
    encoded = Ref(converted);
    name_object = converted;
  }
  if (PySys_Audit("socket.sethostname", "(O)", name_object) != 0) {
    return nullptr;
  }
  Buffer name;
  if (PyObject_GetBuffer(name_object, name.out(), PyBUF_SIMPLE) != 0) {
    return nullptr;
  }
  const absl::Status set = CallWithoutGil(
      [&] { return SetHostName(name.text(), &InterruptiblePlatform()); });
  if (!set.ok()) return Raise(set);
  Py_RETURN_NONE;
}

PyObject* IfNameIndexFunction(PyObject* /*module*/, PyObject* /*unused*/) {
  const absl::StatusOr<std::vector<InterfaceEntry>> all =
      CallWithoutGil([] { return IfNameIndex(&InterruptiblePlatform()); });
  if (!all.ok()) return Raise(all.status());
  Ref list(PyList_New(0));
  if (!list) return nullptr;
  for (const InterfaceEntry& entry : *all) {
    const Ref item(
        Py_BuildValue("IN", entry.index, FileSystemText(entry.name)));
    if (!item || PyList_Append(list.get(), item.get()) != 0) return nullptr;
  }
  return list.Release();
}

PyObject* IfNameToIndexFunction(PyObject* /*module*/, PyObject* args) {
  PyObject* converted = nullptr;
  if (PyArg_ParseTuple(args, "O&:if_nametoindex", PyUnicode_FSConverter,
                       &converted) == 0) {
    return nullptr;
  }
  const Ref name(converted);
  const absl::StatusOr<std::uint32_t> index = CallWithoutGil([&] {
    return IfNameToIndex(PyBytes_AS_STRING(name.get()),
                         &InterruptiblePlatform());
  });
  if (!index.ok()) {
    PyErr_SetString(PyExc_OSError, "no interface with this name");
    return nullptr;
  }
  return PyLong_FromUnsignedLong(*index);
}

PyObject* IfIndexToNameFunction(PyObject* /*module*/, PyObject* argument) {
  const unsigned long index = PyLong_AsUnsignedLong(argument);  // NOLINT
  if (index == static_cast<unsigned long>(-1) &&                // NOLINT
      PyErr_Occurred() != nullptr) {
    return nullptr;
  }
  // If a number has more bits than an index, Python takes the lower bits.
  const auto number = static_cast<std::uint32_t>(index);
  const absl::StatusOr<std::string> name = CallWithoutGil(
      [&] { return IfIndexToName(number, &InterruptiblePlatform()); });
  if (!name.ok()) return Raise(name.status());
  return FileSystemText(*name);
}

}  // namespace

absl::Span<const PyMethodDef> MachineFunctions() {
  static const PyMethodDef kFunctions[] = {
      {"gethostname", &GetHostNameFunction, METH_NOARGS,
       "gethostname() -> string\n\nThe name of this machine."},
      {"if_indextoname", &IfIndexToNameFunction, METH_O,
       "if_indextoname(index) -> string\n\nThe name of an interface."},
      {"if_nameindex", &IfNameIndexFunction, METH_NOARGS,
       "if_nameindex() -> list of (index, name)\n\nAll interfaces."},
      {"if_nametoindex", &IfNameToIndexFunction, METH_VARARGS,
       "if_nametoindex(name) -> index\n\nThe index of an interface."},
      {"sethostname", &SetHostNameFunction, METH_VARARGS,
       "sethostname(name)\n\nGive this machine another name."},
  };
  return kFunctions;
}

}  // namespace python
}  // namespace mortise
