// A socket as a file, read by lines and written through a buffer: what Python's
// `makefile` makes.
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
// The file is on a duplicate of the socket's descriptor: either can be closed
// first, and the peer sees the end of the stream when both are. It has the
// timeout that the socket had, and SetTimeout of its own; the mode behind it
// (blocking or not) is the descriptor's, which the two share on most systems.
//
// Modes. "r" reads, "w" writes, "rw" does both. With "b" the file is binary:
// bytes as they come. Without, it is text, which is UTF-8 with the ends of
// lines as `newline` says; sizes are counted in characters then.
//
// Nothing is lost. A read that fails has taken nothing: what had been received
// by then is kept, and the next read begins with it. (Python says "cannot read
// from timed out object" from then on.) A write that fails has taken nothing
// either, and one that succeeds has taken all, which is sent once the buffer is
// full, and by Flush and Close. What a call that succeeded could not send in
// time stays in the buffer, and the next call that sends begins with it.
//
// No byte goes out twice. A Write that meets an error (ENOBUFS, EHOSTUNREACH,
// ECONNRESET) after some of its data has gone out has taken all of it: it
// returns OK, the rest stays in the buffer, and the file keeps the error. The
// next Write or Flush returns that error, once, under the name "write", and
// does nothing else; a Write that does so has taken nothing of its own data.
// Close sends what it can, and returns the error if nothing has returned it
// before. So after an error a caller may write the same data again, Flush as
// often as the connection is worth it (unsent() is what is left), or give up
// and Close. Over TLS a Write that fails with IsTimeout or IsWouldBlock is to
// be repeated with the same data, as mortise/core/tls/tls_socket.h says of its
// own: what has been sealed by then goes out in any case.
//
// Bounds. What a peer can make a call hold without having been asked for that
// much is at most `max_size`; a call that would need more fails with
// kInvalidArgument (EMSGSIZE), and has taken nothing as well.
//
// Errors. Each method is one call in the sense of mortise/core/socket.h: it has
// one timeout, and the errors named there, under the names "read", "readline",
// "write", "flush". Besides, each fails with kFailedPrecondition iff the file
// is closed (IsClosed), or not open for what is asked (IsUsageError, "mode").
//
// Threads. One may read while another writes. Close, SetTimeout and moving need
// the file to themselves. Reading does not flush: who waits for an answer has
// to Flush the question.

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
#include "mortise/core/socket.h"

namespace mortise {

// Python: errors. What becomes of bytes that are no UTF-8.
enum class TextErrors {
  // A call that needs them fails with kInvalidArgument (EILSEQ) and says which
  // byte of the stream it was. What stands before can be read, with Read1.
  kStrict,
  // They become U+FFFD, one for each sequence that is broken.
  kReplace,
  // They are left out.
  kIgnore,
};

struct MakeFileOptions {
  // Python: buffering, or bufsize. How much is received at once, and how much
  // is written before it is sent. Negative is 8192; 0 means that nothing is
  // received that was not asked for and all is sent at once, in binary mode
  // alone; 1 is 8192, of which the end of a line sends all that is there. At
  // most Socket::kMaxBufSize.
  int buffering = -1;

  // Python: newline. In text mode, what ends a line when reading, and what \n
  // becomes when writing:
  //   nullopt  \n, \r or \r\n, each read as \n      written as it is
  //   ""       \n, \r or \r\n, read as they are     written as it is
  //   "\n", "\r", "\r\n"  that alone, as it is      written as that
  // Python writes \r\n for None on Windows; this is the same everywhere. With
  // "" a \r that comes last is the end of a line once something has come after
  // it.
  std::optional<absl::string_view> newline;

  TextErrors errors = TextErrors::kStrict;

  // The most bytes that a call holds which has no other bound: Read to the end,
  // ReadLine without a limit, and ReadLines, where each line counts for some
  // more than it is long. 1 to Socket::kMaxBufSize.
  std::size_t max_size = std::size_t{64} << 20;
};

class SocketFile {
 public:
  static constexpr std::size_t kNoLimit = absl::string_view::npos;

  // A closed file.
  SocketFile();
  // A file that was moved from is a closed one.
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  // Closes the file and sends nothing, so what has been written and not been
  // sent is lost: Flush or Close first. Waits as ~Socket does.
  ~SocketFile();

  // Python: read(). All until the end of the stream. Non-blocking: fails
  // (IsWouldBlock) until the end has come.
  absl::StatusOr<std::string> Read();
  // The same, at most `max` bytes, 0 to Socket::kMaxBufSize, in place of
  // `max_size`. Fails with EMSGSIZE if the stream has more; what has come can
  // be read then. kOutOfRange if `max` is out of range.
  absl::StatusOr<std::string> ReadAll(std::size_t max);
  // Python: read(size). `size` bytes or characters; less iff the stream ends,
  // "" at its end. Non-blocking: less if less is there; IsWouldBlock iff
  // nothing. kOutOfRange iff `size` is more than Socket::kMaxBufSize.
  absl::StatusOr<std::string> Read(std::size_t size);
  // Python: read1. What is there, at most `size`: received before, or else by
  // one receive. "" at the end of the stream, or iff `size` is 0.
  absl::StatusOr<std::string> Read1(std::size_t size);

  // Python: readinto. As Read(buffer.size()), in binary mode alone: returns how
  // much of `buffer` was filled. If it fails, `buffer` holds a copy of what is
  // kept for the next read.
  absl::StatusOr<std::size_t> ReadInto(absl::Span<char> buffer);
  // Python: readinto1. The same for Read1.
  absl::StatusOr<std::size_t> ReadInto1(absl::Span<char> buffer);

  // Python: readline. The next line with its end, or without if the stream ends
  // before; "" at the end of the stream. At most `limit` bytes or characters of
  // it, the rest being the next line: a result that does not end in the end of
  // a line has been cut, or the stream has ended in the middle of it. Without a
  // limit, a line of more than MakeFileOptions::max_size is an error (EMSGSIZE)
  // instead.
  absl::StatusOr<std::string> ReadLine(std::size_t limit = kNoLimit);
  // Python: readlines. The lines until the end of the stream, or until they
  // have `hint` bytes together. 0 is no hint.
  absl::StatusOr<std::vector<std::string>> ReadLines(std::size_t hint = 0);

  // Python: the file as an iterator. The lines until the end of the stream, or
  // until a ReadLine fails, which status() tells apart afterwards. An error
  // does not end the file: another loop goes on.
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
  // Why the last loop over the lines has ended: OK iff it was at the end of the
  // stream. Also OK before the first one.
  const absl::Status& status() const { return status_; }

  // Python: write. OK if all of `data` has been sent or is in the buffer,
  // whatever a timeout or another error says; what is there then shows in
  // unsent(). Any error means that nothing of `data` has been sent or kept: its
  // own, or the one that an earlier Write has left. `data` that does not fit
  // into the buffer is sent as far as possible and not copied. In text mode,
  // kInvalidArgument if `data` is no UTF-8 and `errors` is kStrict.
  absl::Status Write(absl::string_view data);
  // Python: writelines. Write of all of them together; they have to have their
  // ends.
  absl::Status WriteLines(absl::Span<const absl::string_view> lines);
  absl::Status WriteLines(absl::Span<const std::string> lines);

  // Python: flush. Sends what is in the buffer. If it fails, unsent() says how
  // much was not sent: that is still there, and the next Flush goes on. An
  // error that a Write has left is returned first, without sending. Does
  // nothing if the file is for reading.
  absl::Status Flush();

  // Python: close. Flushes, and closes the file whatever comes of that; what
  // could not be sent is lost with the error. OK only if all has been sent and
  // no Write has left an error. OK and without effect if it is closed already,
  // as in Python and unlike Socket::Close.
  absl::Status Close();

  // Python: not closed.
  bool is_open() const { return impl_ != nullptr; }
  // Python: readable, writable, mode. What MakeFile was told; false and "" iff
  // closed.
  bool Readable() const;
  bool Writable() const;
  absl::string_view mode() const;
  // Python: fileno, name. The descriptor, or the SOCKET on Windows; -1 iff
  // closed.
  std::int64_t FileNo() const;

  // How many bytes have been received and not been read, and how many have been
  // written and not been sent. What is in the middle of a character, or a line
  // end, does not count.
  std::size_t buffered() const;
  std::size_t unsent() const;

  // Python: settimeout, gettimeout of the socket. As those of Socket; the
  // infinite one iff the file is closed.
  absl::Status SetTimeout(absl::Duration timeout);
  absl::Duration GetTimeout() const;

  // Python: reconfigure(errors=…). From the next byte on that has not been read
  // as text, which is how to go on after one that is none.
  absl::Status SetErrors(TextErrors errors);

 private:
  class Impl;
  friend absl::StatusOr<SocketFile> MakeFile(const Socket&, absl::string_view,
                                             const MakeFileOptions&);

  friend class SocketStream;  // for CloseAfter

  explicit SocketFile(std::unique_ptr<Impl> impl);

  // Close, but sends `last` too, behind all that has been written.
  absl::Status CloseAfter(absl::string_view last);

  std::unique_ptr<Impl> impl_;
  absl::Status status_;
};

// Python: socket.makefile. A file on a duplicate of the descriptor of `socket`,
// which should be a stream. `mode` is "r", "w" or "rw", with or without "b", in
// any order. Fails with kInvalidArgument or kOutOfRange, naming `mode` or the
// option, iff that cannot be right; otherwise as Socket::Dup.
absl::StatusOr<SocketFile> MakeFile(const Socket& socket,
                                    absl::string_view mode = "r",
                                    const MakeFileOptions& options = {});

}  // namespace mortise

#endif  // MORTISE_CORE_SOCKET_FILE_H_
