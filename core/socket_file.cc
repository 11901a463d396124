#include "mortise/core/socket_file.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/internal/byte_queue.h"
#include "mortise/core/internal/file_reader.h"
#include "mortise/core/internal/file_writer.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/quote.h"
#include "mortise/core/internal/text.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::ClosedError;
using internal::FileReader;
using internal::FileWriter;
using internal::Newline;
using internal::Operation;

constexpr std::size_t kDefaultBufferSize = 8192;

struct Mode {
  bool read = false;
  bool write = false;
  bool binary = false;
};

// False iff `text` is no mode.
bool ParseMode(absl::string_view text, Mode* mode) {
  for (const char letter : text) {
    bool* const flag = letter == 'r'   ? &mode->read
                       : letter == 'w' ? &mode->write
                       : letter == 'b' ? &mode->binary
                                       : nullptr;
    if (flag == nullptr || *flag) return false;
    *flag = true;
  }
  return mode->read || mode->write;
}

bool ParseNewline(const std::optional<absl::string_view>& text,
                  Newline* newline) {
  if (!text.has_value()) {
    *newline = Newline::kTranslate;
  } else if (text->empty()) {
    *newline = Newline::kAny;
  } else if (*text == "\n") {
    *newline = Newline::kLf;
  } else if (*text == "\r") {
    *newline = Newline::kCr;
  } else if (*text == "\r\n") {
    *newline = Newline::kCrLf;
  } else {
    return false;
  }
  return true;
}

std::optional<absl::string_view> ReplacementOf(TextErrors errors) {
  switch (errors) {
    case TextErrors::kReplace:
      return "\xEF\xBF\xBD";  // U+FFFD
    case TextErrors::kIgnore:
      return "";
    default:
      return std::nullopt;
  }
}

absl::Status Invalid(Operation operation, absl::string_view argument,
                     absl::string_view complaint) {
  return ArgumentError(absl::StatusCode::kInvalidArgument, operation, argument,
                       complaint);
}

absl::Status CheckSize(Operation operation, absl::string_view argument,
                       std::size_t size, std::size_t least = 0) {
  if (size >= least && size <= Socket::kMaxBufSize) return absl::OkStatus();
  return ArgumentError(
      absl::StatusCode::kOutOfRange, operation, argument,
      absl::StrCat(size, " is not in ", least, " to ", Socket::kMaxBufSize));
}

// The state of the file is not such that this can be done.
absl::Status WrongMode(Operation operation, absl::string_view mode,
                       absl::string_view complaint) {
  return ArgumentError(absl::StatusCode::kFailedPrecondition, operation, "mode",
                       absl::StrCat(internal::Quote(mode), " ", complaint));
}

absl::Status CheckReading(const SocketFile& file, Operation operation) {
  if (!file.is_open()) return ClosedError(operation);
  if (file.Readable()) return absl::OkStatus();
  return WrongMode(operation, file.mode(), "is not for reading");
}

absl::Status CheckWriting(const SocketFile& file, Operation operation) {
  if (!file.is_open()) return ClosedError(operation);
  if (file.Writable()) return absl::OkStatus();
  return WrongMode(operation, file.mode(), "is not for writing");
}

}  // namespace

class SocketFile::Impl {
 public:
  struct Options {
    std::string mode_text;
    Mode mode;
    Newline newline = Newline::kLf;
    TextErrors errors = TextErrors::kStrict;
    FileReader::Options reader;
    FileWriter::Options writer;
  };

  // Reads what MakeFile was given. Fails if it cannot be right.
  static absl::StatusOr<Options> Parse(absl::string_view mode,
                                       const MakeFileOptions& options);

  Impl(std::unique_ptr<Stream> stream, Options options)
      : stream_(std::move(stream)),
        options_(std::move(options)),
        reader_(*stream_, options_.reader),
        writer_(*stream_, options_.writer) {}

  Stream& stream() { return *stream_; }
  const Options& options() const { return options_; }
  FileReader& reader() { return reader_; }
  FileWriter& writer() { return writer_; }

  // Text has no bytes to be put anywhere.
  absl::Status CheckBinary() const {
    if (options_.mode.binary) return absl::OkStatus();
    return WrongMode(Operation::kRead, options_.mode_text, "is not binary");
  }

  void SetErrors(TextErrors errors) {
    options_.errors = errors;
    reader_.SetReplacement(ReplacementOf(errors));
  }

  absl::Status Write(absl::string_view data) {
    if (options_.mode.binary) return writer_.Write(data, '\n');
    const internal::Utf8Prefix prefix = internal::FindUtf8Prefix(data);
    if (prefix.size == data.size()) return WriteText(data);
    const std::optional<absl::string_view> replacement =
        ReplacementOf(options_.errors);
    if (!replacement.has_value()) {
      return Invalid(Operation::kWrite, "data",
                     absl::StrCat("is no UTF-8 at byte ", prefix.size));
    }
    internal::ByteQueue raw;
    internal::ByteQueue text;
    raw.Append(data);
    internal::TextDecoder(Newline::kAny).Decode(replacement, true, &raw, &text);
    return WriteText(text.view());
  }

 private:
  absl::Status WriteText(absl::string_view text) {
    const Newline newline = options_.newline;
    if (newline != Newline::kCr && newline != Newline::kCrLf) {
      return writer_.Write(text, '\n');
    }
    return writer_.Write(internal::WithNewlines(text, newline),
                         newline == Newline::kCr ? '\r' : '\n');
  }

  const std::unique_ptr<Stream> stream_;
  Options options_;
  FileReader reader_;
  FileWriter writer_;
};

SocketFile::SocketFile() = default;
SocketFile::SocketFile(SocketFile&& other) noexcept = default;
SocketFile& SocketFile::operator=(SocketFile&& other) noexcept = default;
SocketFile::~SocketFile() = default;
SocketFile::SocketFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

absl::StatusOr<std::string> SocketFile::Read() {
  absl::Status can = CheckReading(*this, Operation::kRead);
  if (!can.ok()) return can;
  return impl_->reader().ReadToEnd(impl_->options().reader.max_size);
}

absl::StatusOr<std::string> SocketFile::ReadAll(std::size_t max) {
  absl::Status can = CheckReading(*this, Operation::kRead);
  if (can.ok()) can = CheckSize(Operation::kRead, "max", max);
  if (!can.ok()) return can;
  return impl_->reader().ReadToEnd(max);
}

absl::StatusOr<std::string> SocketFile::Read(std::size_t size) {
  absl::Status can = CheckReading(*this, Operation::kRead);
  if (can.ok()) can = CheckSize(Operation::kRead, "size", size);
  if (!can.ok()) return can;
  return impl_->reader().Read(size);
}

absl::StatusOr<std::string> SocketFile::Read1(std::size_t size) {
  absl::Status can = CheckReading(*this, Operation::kRead);
  if (can.ok()) can = CheckSize(Operation::kRead, "size", size);
  if (!can.ok()) return can;
  return impl_->reader().Read1(size);
}

absl::StatusOr<std::size_t> SocketFile::ReadInto(absl::Span<char> buffer) {
  absl::Status can = CheckReading(*this, Operation::kRead);
  if (can.ok()) can = impl_->CheckBinary();
  if (!can.ok()) return can;
  return impl_->reader().ReadInto(buffer);
}

absl::StatusOr<std::size_t> SocketFile::ReadInto1(absl::Span<char> buffer) {
  absl::Status can = CheckReading(*this, Operation::kRead);
  if (can.ok()) can = impl_->CheckBinary();
  if (!can.ok()) return can;
  return impl_->reader().ReadInto1(buffer);
}

absl::StatusOr<std::string> SocketFile::ReadLine(std::size_t limit) {
  absl::Status can = CheckReading(*this, Operation::kReadLine);
  if (!can.ok()) return can;
  if (limit == kNoLimit) return impl_->reader().ReadLine(std::nullopt);
  can = CheckSize(Operation::kReadLine, "limit", limit);
  if (!can.ok()) return can;
  return impl_->reader().ReadLine(limit);
}

absl::StatusOr<std::vector<std::string>> SocketFile::ReadLines(
    std::size_t hint) {
  absl::Status can = CheckReading(*this, Operation::kReadLine);
  if (!can.ok()) return can;
  return impl_->reader().ReadLines(hint == 0 ? kNoLimit : hint);
}

SocketFile::LineIterator& SocketFile::LineIterator::operator++() {
  absl::StatusOr<std::string> line = file_->ReadLine();
  file_->status_ = line.status();
  if (line.ok() && !line->empty()) {
    line_ = *std::move(line);
  } else {
    file_ = nullptr;
  }
  return *this;
}

absl::Status SocketFile::Write(absl::string_view data) {
  absl::Status can = CheckWriting(*this, Operation::kWrite);
  if (!can.ok()) return can;
  return impl_->Write(data);
}

absl::Status SocketFile::WriteLines(absl::Span<const absl::string_view> lines) {
  return Write(absl::StrJoin(lines, ""));
}

absl::Status SocketFile::WriteLines(absl::Span<const std::string> lines) {
  return Write(absl::StrJoin(lines, ""));
}

absl::Status SocketFile::Flush() {
  if (!is_open()) return ClosedError(Operation::kFlush);
  return Writable() ? impl_->writer().Flush() : absl::OkStatus();
}

absl::Status SocketFile::Close() { return CloseAfter(""); }

absl::Status SocketFile::CloseAfter(absl::string_view last) {
  if (!is_open()) return absl::OkStatus();
  const std::unique_ptr<Impl> impl = std::move(impl_);
  absl::Status flushed = impl->options().mode.write
                             ? impl->writer().Finish(last)
                             : absl::OkStatus();
  absl::Status closed = impl->stream().Close();
  return flushed.ok() ? closed : flushed;
}

bool SocketFile::Readable() const {
  return is_open() && impl_->options().mode.read;
}

bool SocketFile::Writable() const {
  return is_open() && impl_->options().mode.write;
}

absl::string_view SocketFile::mode() const {
  if (!is_open()) return "";
  return impl_->options().mode_text;
}

std::int64_t SocketFile::FileNo() const {
  const Socket* const socket = is_open() ? impl_->stream().socket() : nullptr;
  return socket == nullptr ? -1 : socket->FileNo();
}

std::size_t SocketFile::buffered() const {
  return is_open() ? impl_->reader().buffered() : 0;
}

std::size_t SocketFile::unsent() const {
  return is_open() ? impl_->writer().unsent() : 0;
}

absl::Status SocketFile::SetTimeout(absl::Duration timeout) {
  if (!is_open()) return ClosedError(Operation::kSetTimeout);
  return impl_->stream().SetTimeout(timeout);
}

absl::Duration SocketFile::GetTimeout() const {
  return is_open() ? impl_->stream().GetTimeout() : absl::InfiniteDuration();
}

absl::Status SocketFile::SetCancellation(
    const std::optional<Cancellation>& cancellation) {
  if (!is_open()) return ClosedError(Operation::kSetCancellation);
  return impl_->stream().SetCancellation(cancellation);
}

absl::Status SocketFile::SetErrors(TextErrors errors) {
  if (!is_open()) return ClosedError(Operation::kMakeFile);
  impl_->SetErrors(errors);
  return absl::OkStatus();
}

absl::StatusOr<SocketFile::Impl::Options> SocketFile::Impl::Parse(
    absl::string_view mode, const MakeFileOptions& options) {
  constexpr Operation kOperation = Operation::kMakeFile;
  Options parsed;
  parsed.mode_text = std::string(mode);
  if (!ParseMode(mode, &parsed.mode)) {
    return Invalid(kOperation, "mode",
                   absl::StrCat(internal::Quote(mode),
                                " is not \"r\", \"w\" or \"rw\", or that "
                                "with a \"b\""));
  }
  if (options.buffering == 0 && !parsed.mode.binary) {
    return Invalid(kOperation, "buffering",
                   "only a binary file can have no buffer");
  }
  std::size_t buffer_size = kDefaultBufferSize;
  if (options.buffering == 0 || options.buffering > 1) {
    buffer_size = static_cast<std::size_t>(options.buffering);
  }
  absl::Status valid = CheckSize(kOperation, "buffering", buffer_size);
  if (valid.ok()) {
    valid = CheckSize(kOperation, "max_size", options.max_size, 1);
  }
  if (!valid.ok()) return valid;
  if (!ParseNewline(options.newline, &parsed.newline)) {
    return Invalid(
        kOperation, "newline",
        absl::StrCat(internal::Quote(*options.newline), " ends no lines"));
  }
  if (parsed.mode.binary) parsed.newline = Newline::kLf;
  parsed.errors = options.errors;
  parsed.reader = {buffer_size, !parsed.mode.binary, parsed.newline,
                   options.max_size, ReplacementOf(options.errors)};
  parsed.writer = {buffer_size, options.buffering == 1};

  return parsed;
}

absl::StatusOr<SocketFile> MakeFile(const Socket& socket,
                                    absl::string_view mode,
                                    const MakeFileOptions& options) {
  absl::StatusOr<SocketFile::Impl::Options> parsed =
      SocketFile::Impl::Parse(mode, options);
  if (!parsed.ok()) return parsed.status();
  if (!socket.is_open()) return ClosedError(Operation::kMakeFile);
  absl::StatusOr<Socket> copy = socket.Dup();
  if (!copy.ok()) return copy.status();
  return SocketFile(std::make_unique<SocketFile::Impl>(
      MakeStream(*std::move(copy)), *std::move(parsed)));
}

absl::StatusOr<SocketFile> MakeFile(const Stream& stream,
                                    absl::string_view mode,
                                    const MakeFileOptions& options) {
  absl::StatusOr<SocketFile::Impl::Options> parsed =
      SocketFile::Impl::Parse(mode, options);
  if (!parsed.ok()) return parsed.status();
  if (!stream.is_open()) return ClosedError(Operation::kMakeFile);
  absl::StatusOr<std::unique_ptr<Stream>> copy = stream.Dup();
  if (!copy.ok()) return copy.status();
  return SocketFile(
      std::make_unique<SocketFile::Impl>(*std::move(copy), *std::move(parsed)));
}

absl::StatusOr<SocketFile> MakeFile(std::unique_ptr<Stream> stream,
                                    absl::string_view mode,
                                    const MakeFileOptions& options) {
  absl::StatusOr<SocketFile::Impl::Options> parsed =
      SocketFile::Impl::Parse(mode, options);
  if (!parsed.ok()) return parsed.status();
  if (stream == nullptr) {
    return Invalid(Operation::kMakeFile, "stream", "is nullptr");
  }
  if (!stream->is_open()) return ClosedError(Operation::kMakeFile);
  return SocketFile(std::make_unique<SocketFile::Impl>(std::move(stream),
                                                       *std::move(parsed)));
}

}  // namespace mortise
