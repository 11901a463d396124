#include <cerrno>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket_address.h"
#include "mortise/tests/python/module/address_families.h"
#include "mortise/tests/python/module/buffer.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/ref.h"

namespace mortise {
namespace python {

bool UnixAddressFromPython(PyObject* address, SocketAddress* result) {
  Ref encoded;
  if (PyUnicode_Check(address)) {
    // PyUnicode_FSConverter would refuse the NUL of an abstract name.
    encoded = Ref(PyUnicode_EncodeFSDefault(address));
    if (!encoded) return false;
    address = encoded.get();
  }
  Buffer path;
  if (PyArg_Parse(address, "y*", path.out()) == 0) return false;
  const absl::string_view text = path.text();
  const bool is_abstract = !text.empty() && text[0] == '\0';
  const std::size_t most =
      InterruptiblePlatform().facts().max_unix_path + (is_abstract ? 1 : 0);
  if (text.size() > most) {
    PyErr_SetString(PyExc_OSError, "AF_UNIX path too long");
    return false;
  }
  const absl::StatusOr<SocketAddress> made = SocketAddress::Unix(text);
  if (!made.ok()) {
    Raise(made.status());
    return false;
  }
  *result = *made;
  return true;
}

PyObject* UnixAddressToPython(const SocketAddress& address) {
  const absl::string_view path = address.bytes();
  const auto size = static_cast<Py_ssize_t>(path.size());
  if (!path.empty() && path[0] == '\0') {
    return PyBytes_FromStringAndSize(path.data(), size);
  }
  return PyUnicode_DecodeFSDefaultAndSize(path.data(), size);
}

}  // namespace python
}  // namespace mortise
