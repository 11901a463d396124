#include "mortise/tools/mortise/output_buffer.h"

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mortise::program {

OutputBuffer::OutputBuffer(Write write) : write_(write) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

OutputBuffer::int_type OutputBuffer::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(c);
    pbump(1);
  }
  return traits_type::not_eof(c);
}

int OutputBuffer::sync() {
  const absl::string_view data(pbase(),
                               static_cast<std::size_t>(pptr() - pbase()));
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  if (status_.ok()) status_ = write_(data);
  return status_.ok() ? 0 : -1;
}

}  // namespace mortise::program
