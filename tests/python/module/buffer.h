// Holds on to the bytes of a Python object while a call works on them.

#ifndef MORTISE_TESTS_PYTHON_MODULE_BUFFER_H_
#define MORTISE_TESTS_PYTHON_MODULE_BUFFER_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

class Buffer {
 public:
  Buffer() {
    view_.obj = nullptr;
    view_.buf = nullptr;
    view_.len = 0;
  }
  Buffer(Buffer&& other) noexcept : view_(other.view_) {
    other.view_.obj = nullptr;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    if (view_.obj != nullptr) PyBuffer_Release(&view_);
  }

  // The structure that "y*", "w*" or PyObject_GetBuffer fills in.
  Py_buffer* out() { return &view_; }

  // Whether nothing has filled it in yet.
  bool empty() const { return view_.obj == nullptr; }
  std::size_t size() const { return static_cast<std::size_t>(view_.len); }
  absl::string_view text() const {
    return absl::string_view(static_cast<const char*>(view_.buf), size());
  }
  // Only for an object whose bytes were requested as writable.
  absl::Span<char> bytes() const {
    return absl::Span<char>(static_cast<char*>(view_.buf), size());
  }

 private:
  Py_buffer view_;
};

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_BUFFER_H_
