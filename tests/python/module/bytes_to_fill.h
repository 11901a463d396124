// A bytes object that is filled, and then cut to the size that was filled. It
// begins as zeros, because with MSG_TRUNC a TCP socket reports a size and fills
// nothing.

#ifndef MORTISE_TESTS_PYTHON_MODULE_BYTES_TO_FILL_H_
#define MORTISE_TESTS_PYTHON_MODULE_BYTES_TO_FILL_H_

#include <cstddef>
#include <cstring>

#include "absl/types/span.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

class BytesToFill {
 public:
  explicit BytesToFill(Py_ssize_t size)
      : bytes_(PyBytes_FromStringAndSize(nullptr, size)), size_(size) {
    if (bytes_ != nullptr)
      std::memset(PyBytes_AS_STRING(bytes_), 0, span().size());
  }
  BytesToFill(const BytesToFill&) = delete;
  BytesToFill& operator=(const BytesToFill&) = delete;
  ~BytesToFill() { Py_XDECREF(bytes_); }

  explicit operator bool() const { return bytes_ != nullptr; }
  absl::Span<char> span() const {
    return absl::Span<char>(PyBytes_AS_STRING(bytes_),
                            static_cast<std::size_t>(size_));
  }
  // Returns the first `filled` bytes, or all of them if `filled` is larger.
  // Returns null, with an exception set, if it fails.
  PyObject* Take(std::size_t filled) {
    if (filled < span().size()) {
      _PyBytes_Resize(&bytes_, static_cast<Py_ssize_t>(filled));
    }
    PyObject* const bytes = bytes_;
    bytes_ = nullptr;
    return bytes;
  }

 private:
  PyObject* bytes_;
  const Py_ssize_t size_;
};

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_BYTES_TO_FILL_H_
