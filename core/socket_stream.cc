#include "mortise/core/socket_stream.h"

#include <algorithm>
#include <cstddef>
#include <istream>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/stream.h"

namespace mortise {

namespace {

// A file without a buffer of its own.
template <typename Connection>
absl::StatusOr<SocketFile> Unbuffered(Connection&& connection) {
  MakeFileOptions options;
  options.buffering = 0;
  return MakeFile(std::forward<Connection>(connection), "rwb", options);
}

}  // namespace

SocketStream::SocketStream(const Socket& socket, std::size_t buffer_size)
    : SocketStream(Unbuffered(socket), buffer_size) {}

SocketStream::SocketStream(const Stream& stream, std::size_t buffer_size)
    : SocketStream(Unbuffered(stream), buffer_size) {}

SocketStream::SocketStream(std::unique_ptr<Stream> stream,
                           std::size_t buffer_size)
    : SocketStream(Unbuffered(std::move(stream)), buffer_size) {}

SocketStream::SocketStream(absl::StatusOr<SocketFile> file,
                           std::size_t buffer_size)
    // The buffer is not there yet, and is told to the stream below.
    : std::iostream(nullptr),
      buffer_(*this, std::move(file), std::max<std::size_t>(buffer_size, 1)) {
  rdbuf(&buffer_);  // clears what the lack of a buffer had set
  if (!status().ok()) setstate(std::ios_base::badbit);
}

SocketStream::~SocketStream() = default;

absl::Status SocketStream::Close() {
  if (!is_open()) return absl::OkStatus();
  return buffer_.Close();
}

absl::Status SocketStream::SetTimeout(absl::Duration timeout) {
  return buffer_.file().SetTimeout(timeout);
}

SocketStream::Buffer::Buffer(std::ios& stream, absl::StatusOr<SocketFile> file,
                             std::size_t size)
    : stream_(stream), received_(size), room_to_write_(size) {
  if (!file.ok()) {
    status_ = file.status();
    return;
  }
  file_ = *std::move(file);
  setp(room_to_write_.data(), room_to_write_.data() + room_to_write_.size());
}

bool SocketStream::Buffer::Note(absl::Status status) {
  if (status.ok()) return true;
  status_ = std::move(status);
  // A streambuf can say "the end" and no more; this is the rest.
  stream_.setstate(std::ios_base::badbit);
  return false;
}

absl::string_view SocketStream::Buffer::written() const {
  return absl::string_view(pbase(), static_cast<std::size_t>(pptr() - pbase()));
}

absl::Status SocketStream::Buffer::Close() {
  absl::Status closed = file_.CloseAfter(written());
  Note(closed);
  setp(nullptr, nullptr);
  return closed;
}

bool SocketStream::Buffer::Send() {
  // A closed file says that it is.
  if (written().empty() && file_.is_open()) return true;
  if (!Note(file_.Write(written()))) return false;
  setp(room_to_write_.data(), room_to_write_.data() + room_to_write_.size());
  return true;
}

SocketStream::Buffer::int_type SocketStream::Buffer::underflow() {
  if (gptr() < egptr()) return traits_type::to_int_type(*gptr());
  if (written().empty() && file_.unsent() == 0) {
    // Only the connection may hold something. If it cannot send that, what has
    // arrived can still be read.
    file_.Flush().IgnoreError();
  } else if (sync() != 0) {
    return traits_type::eof();
  }
  const absl::StatusOr<std::size_t> size =
      file_.ReadInto1(absl::MakeSpan(received_));
  if (!Note(size.status()) || *size == 0) return traits_type::eof();
  setg(received_.data(), received_.data(), received_.data() + *size);
  return traits_type::to_int_type(*gptr());
}

SocketStream::Buffer::int_type SocketStream::Buffer::overflow(int_type byte) {
  if (!Send()) return traits_type::eof();
  if (!traits_type::eq_int_type(byte, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(byte);
    pbump(1);
  }
  return traits_type::not_eof(byte);
}

int SocketStream::Buffer::sync() {
  return Send() && Note(file_.Flush()) ? 0 : -1;
}

}  // namespace mortise
