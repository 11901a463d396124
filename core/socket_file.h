// A connection as a file that is read by lines and written through a buffer.
// Python's counterpart is `makefile`.
//
//   absl::StatusOr<mortise::SocketFile> file = mortise::MakeFile(socket, "rw");
//   if (!file.ok()) return file.status();
//   absl::Status status = file->Write("HELO localhost\r\n");
//   if (status.ok()) status = file->Flush();
//   absl::StatusOr<std::string> answer = file->ReadLine();
//
//   for (const std::string& line : *file) std::cout << line;
//   if (!file->status().ok()) return file->status();
//
// Ownership. The file owns a stream (mortise/core/stream.h). MakeFile makes it
// of a duplicate of a socket's descriptor or of a stream, or takes over a
// stream. With a duplicate, the file and the original can be closed in any
// order, and the peer sees the end of the stream when both are closed. The file
// starts with the original's timeout and has a SetTimeout of its own. On most
// systems the two share the mode of the descriptor (blocking or not).
//
// Modes. "r" reads, "w" writes, "rw" does both. A file with "b" is binary: it
// passes bytes unchanged. A file without "b" is text: the text is UTF-8, the
// ends of lines are as `newline` says, and sizes are counted in characters.
//
// Nothing is lost. A read that fails has consumed nothing: the bytes that had
// been received are kept, and the next read begins with them. (Python raises
// "cannot read from timed out object" from then on.) A write that fails has
// accepted nothing. A write that succeeds has accepted all of its data, which
// is sent when the buffer is full, and by Flush and Close. Data that a
// successful call could not send in time stays in the buffer, and the next call
// that sends begins with it.
//
// No byte is sent twice. Bytes that the stream has taken are the stream's to
// send, and unsent() does not count them; Flush and Close also wait until the
// operating system has them. If a Write meets an error (ENOBUFS, EHOSTUNREACH,
// ECONNRESET) after some of its data has been sent, it accepts all of its data:
// it returns OK, the rest stays in the buffer, and the file keeps the error.
// The next Write or Flush returns that error, once, under the name "write", and
// does nothing else. A Write that returns a kept error accepts nothing of its
// own data. Close sends what it can, and returns the kept error if no other
// call has returned it. So after an error a caller may write the same data
// again, call Flush again (unsent() is the number of bytes that are left), or
// give up and call Close.
//
// Limits. A peer can make a call hold at most `max_size` bytes that the caller
// did not ask for. A call that would need more fails with kInvalidArgument
// (EMSGSIZE) and has consumed nothing.
//
// Errors. Each method is one call in the sense of mortise/core/socket.h: it has
// one timeout and returns the errors named there, under the names "read",
// "readline", "write" and "flush". It blocks as a Socket method does. A method
// other than Close fails with kFailedPrecondition if the file is closed
// (IsClosed), or if the file was opened in another mode (IsUsageError; the
// message names "mode").
//
// Thread safety. One thread may read while another writes. While a thread calls
// Close, SetTimeout or SetErrors, or moves the file, no other thread may use
// it. Reading does not flush: call Flush after a question before you read the
// answer.
//
// Fork. A forked process has a copy of the file with all that its buffer holds.
// Flush and Close send that, in every process that calls them, and they use the
// stream as a write does. A process that leaves the connection to another one
// should destroy its file, which sends nothing.

#ifndef MORTISE_CORE_SOCKET_FILE_H_
#define MORTISE_CORE_SOCKET_FILE_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"

namespace mortise {

// Python: errors. What to do with bytes that are not UTF-8.
enum class TextErrors {
  // A call that needs them fails with kInvalidArgument (EILSEQ). The message
  // says which byte of the stream it is. Read1 can read what comes before it.
  kStrict,
  // Each invalid sequence becomes one U+FFFD.
  kReplace,
  // Invalid sequences are left out.
  kIgnore,
};

struct MakeFileOptions {
  // Python: buffering, or bufsize. How many bytes are received at once, and how
  // many are written before they are sent; at most Socket::kMaxBufSize.
  //   negative  8192
  //   0         receive nothing that was not asked for, and send everything at
  //             once; in binary mode only
  //   1         8192, and the end of a line sends everything in the buffer
  int buffering = -1;

  // Python: newline. In text mode, what ends a line when reading, and what \n
  // becomes when writing:
  //   nullopt  \n, \r or \r\n, each read as \n        written unchanged
  //   ""       \n, \r or \r\n, read unchanged         written unchanged
  //   "\n", "\r", "\r\n"  only that, read unchanged   written as that
  // For None, Python writes \r\n on Windows. This library writes \n unchanged
  // on every system. With "", a \r at the end of the received data ends a line
  // only when more data has come. The text has to live until MakeFile returns.
  std::optional<absl::string_view> newline;

  TextErrors errors = TextErrors::kStrict;

  // The most bytes that a call without another limit may hold: Read to the end,
  // ReadLine without a limit, and ReadLines, where each line counts for
  // somewhat more than its length. 1 to Socket::kMaxBufSize.
  std::size_t max_size = std::size_t{64} << 20;
};

// A file on a connection. Ownership, errors, blocking and thread safety are
// described at the top of this file.
class SocketFile {
 public:
  static constexpr std::size_t kNoLimit = absl::string_view::npos;

  // Makes a closed file.
  SocketFile();
  // A file that was moved from is closed.
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  // Closes the file without sending: data that has been written and not sent is
  // lost. Call Flush or Close first. Waits as ~Socket does.
  ~SocketFile();

  // Python: read(). Returns everything until the end of the stream. On a
  // non-blocking socket it fails (IsWouldBlock) until the end has come.
  absl::StatusOr<std::string> Read();
  // The same with the limit `max`, 0 to Socket::kMaxBufSize bytes, in place of
  // `max_size`. Fails with EMSGSIZE if the stream has more; what has come can
  // be read then. Fails with kOutOfRange if `max` is out of range.
  absl::StatusOr<std::string> ReadAll(std::size_t max);
  // Python: read(size). Returns `size` bytes or characters. Returns less only
  // if the stream ends, and "" at its end. On a non-blocking socket it returns
  // what there is, and fails (IsWouldBlock) if that is nothing. Fails with
  // kOutOfRange if `size` is more than Socket::kMaxBufSize.
  absl::StatusOr<std::string> Read(std::size_t size);
  // Python: read1. Returns what there is, at most `size` bytes or characters:
  // data that was received earlier, or otherwise the result of one receive.
  // Returns "" at the end of the stream or if `size` is 0. Fails with
  // kOutOfRange if `size` is more than Socket::kMaxBufSize.
  absl::StatusOr<std::string> Read1(std::size_t size);

  // Python: readinto. Reads as Read(buffer.size()) does, in binary mode only,
  // and returns how many bytes of `buffer` were filled. If it fails, `buffer`
  // holds a copy of what is kept for the next read.
  absl::StatusOr<std::size_t> ReadInto(absl::Span<char> buffer);
  // Python: readinto1. The same with Read1.
  absl::StatusOr<std::size_t> ReadInto1(absl::Span<char> buffer);

  // Python: readline. Returns the next line with its line end. The last line
  // has no line end if the stream ends without one. Returns "" at the end of
  // the stream. With a limit (0 to Socket::kMaxBufSize), it returns at most so
  // many bytes or characters, and the rest is the next line: a result without a
  // line end was cut, or the stream ended in the middle of the line. Without a
  // limit, a line of more than MakeFileOptions::max_size bytes is an error
  // (EMSGSIZE).
  absl::StatusOr<std::string> ReadLine(std::size_t limit = kNoLimit);
  // Python: readlines. Returns the lines until the end of the stream, or until
  // they have `hint` bytes together. 0 means no hint.
  absl::StatusOr<std::vector<std::string>> ReadLines(std::size_t hint = 0);

  // Python: the file as an iterator. Iterates over the lines until the end of
  // the stream, or until a ReadLine fails; status() then tells which. After an
  // error, another loop continues. The iterator points to the file, which must
  // outlive it and must not be moved.
  class LineIterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = std::string;
    using difference_type = std::ptrdiff_t;
    using pointer = const std::string*;
    using reference = const std::string&;

    LineIterator() = default;
    explicit LineIterator(SocketFile* file) : file_(file) { ++*this; }

    reference operator*() const { return line_; }
    pointer operator->() const { return &line_; }
    LineIterator& operator++();
    void operator++(int) { ++*this; }
    friend bool operator==(const LineIterator& a, const LineIterator& b) {
      return a.file_ == b.file_;
    }
    friend bool operator!=(const LineIterator& a, const LineIterator& b) {
      return !(a == b);
    }

   private:
    SocketFile* file_ = nullptr;
    std::string line_;
  };
  LineIterator begin() { return LineIterator(this); }
  LineIterator end() { return LineIterator(); }
  // Why the last loop over the lines ended: OK if it reached the end of the
  // stream, otherwise the error. Also OK before the first loop.
  const absl::Status& status() const { return status_; }

  // Python: write. Returns OK if all of `data` has been sent or is in the
  // buffer, even if a timeout or another error stopped the sending; unsent()
  // tells how much is in the buffer. Any error means that nothing of `data` has
  // been sent or kept. The error is that of this call, or the one that an
  // earlier Write has left. Data that does not fit into the buffer is sent as
  // far as possible and is not copied. Fails with kInvalidArgument in text mode
  // if `data` is not UTF-8 and `errors` is kStrict.
  absl::Status Write(absl::string_view data);
  // Python: writelines. Writes all `lines` together, as one Write. The lines
  // must include their line ends.
  absl::Status WriteLines(absl::Span<const absl::string_view> lines);
  absl::Status WriteLines(absl::Span<const std::string> lines);

  // Python: flush. Sends what is in the buffer. OK means that the operating
  // system has everything that was written. If it fails, unsent() tells how
  // much was not sent; that stays in the buffer, and the next Flush continues.
  // If a Write has left an error, Flush returns that error first, without
  // sending. Does nothing if the file is for reading only.
  absl::Status Flush();

  // Python: close. Flushes, then closes the file even if the flush failed. Data
  // that could not be sent is lost with the error. Returns OK only if all data
  // has been sent and no Write has left an error. Returns OK without effect if
  // the file is closed already, as in Python and unlike Socket::Close.
  absl::Status Close();

  // Python: not closed.
  bool is_open() const { return impl_ != nullptr; }
  // Python: readable, writable, mode. What MakeFile was told. For a closed file
  // they are false and "". The mode's text is valid until the file is closed.
  bool Readable() const;
  bool Writable() const;
  absl::string_view mode() const;
  // Python: fileno, name. The descriptor, or the SOCKET on Windows, of the
  // socket at the bottom of the stream; -1 if there is none, or if the file is
  // closed.
  std::int64_t FileNo() const;

  // How many bytes have been received and not read, and how many have been
  // written and not sent. A partly received character or line end does not
  // count. 0 if the file is closed.
  std::size_t buffered() const;
  std::size_t unsent() const;

  // Python: settimeout, gettimeout of the socket. See Socket. GetTimeout
  // returns the infinite duration if the file is closed.
  absl::Status SetTimeout(absl::Duration timeout);
  absl::Duration GetTimeout() const;
  // As Socket::SetCancellation. What a cancelled call has read or kept stays
  // where it is, as after a timeout.
  absl::Status SetCancellation(const std::optional<Cancellation>& cancellation);

  // Python: reconfigure(errors=…). Takes effect from the next byte that has not
  // been read as text. Use it to continue after invalid UTF-8.
  absl::Status SetErrors(TextErrors errors);

 private:
  class Impl;
  friend absl::StatusOr<SocketFile> MakeFile(const Socket&, absl::string_view,
                                             const MakeFileOptions&);
  friend absl::StatusOr<SocketFile> MakeFile(const Stream&, absl::string_view,
                                             const MakeFileOptions&);
  friend absl::StatusOr<SocketFile> MakeFile(std::unique_ptr<Stream>,
                                             absl::string_view,
                                             const MakeFileOptions&);

  friend class SocketStream;  // for CloseAfter

  explicit SocketFile(std::unique_ptr<Impl> impl);

  // Close, but first also sends `last`, after all that has been written.
  absl::Status CloseAfter(absl::string_view last);

  std::unique_ptr<Impl> impl_;
  absl::Status status_;
};

// Python: socket.makefile. Returns a file on a duplicate of the descriptor of
// `socket`, which should be a stream. `mode` is "r", "w" or "rw", with or
// without "b", in any order. Thread-safe. Does not block.
//
// Returns:
//   kInvalidArgument, kOutOfRange  `mode` or an option cannot be right; the
//                                  message names it
//   kFailedPrecondition            `socket` is closed (IsClosed)
//   any other                      the error of Socket::Dup
absl::StatusOr<SocketFile> MakeFile(const Socket& socket,
                                    absl::string_view mode = "r",
                                    const MakeFileOptions& options = {});
// Does the same with Stream::Dup, whose errors it returns. No other thread may
// close `stream` meanwhile.
absl::StatusOr<SocketFile> MakeFile(const Stream& stream,
                                    absl::string_view mode = "r",
                                    const MakeFileOptions& options = {});
// Returns a file that owns `stream` itself. Fails as above, also with
// kInvalidArgument if `stream` is nullptr. If it fails, `stream` is destroyed,
// which drops the connection.
absl::StatusOr<SocketFile> MakeFile(std::unique_ptr<Stream> stream,
                                    absl::string_view mode = "r",
                                    const MakeFileOptions& options = {});

}  // namespace mortise

#endif  // MORTISE_CORE_SOCKET_FILE_H_
