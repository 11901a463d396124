// A connection as a std::iostream, for code that reads and writes iostreams.
//
//   mortise::SocketStream stream(socket);
//   stream << "GET / HTTP/1.0\r\n\r\n" << std::flush;
//   std::string line;
//   while (std::getline(stream, line)) std::cout << line << "\n";
//   if (!stream.status().ok()) return stream.status();
//
// It passes bytes unchanged in both directions. Like a SocketFile
// (mortise/core/socket_file.h), on which it is built, it owns a stream
// (mortise/core/stream.h): a duplicate of a socket or of a stream, or a stream
// that it takes over. The end of the stream sets eofbit. An error sets
// badbit, and status() returns the error.
//
// After a timeout, and in non-blocking mode after an operation that would have
// to wait, call `clear()`; the next operation continues. Data that had been
// received is where std::getline and similar functions put it. Data that could
// not be sent is still in the buffer and is sent once, as
// mortise/core/socket_file.h says: after an error in the middle, the next flush
// or read continues where the sending stopped. If a part of the data had been
// sent when an error came, the next operation may report it.
//
// It blocks as a Socket method does. The timeout counts anew each time that a
// buffer is sent or filled, so that a std::getline of a long line can take
// longer than the timeout. Reading first sends what has been written,
// so that the peer gets the question before the stream waits for the answer.
// Therefore only one thread at a time may use a SocketStream, although one
// thread may read from a SocketFile while another writes.

#ifndef MORTISE_CORE_SOCKET_STREAM_H_
#define MORTISE_CORE_SOCKET_STREAM_H_

#include <cstddef>
#include <istream>
#include <memory>
#include <optional>
#include <streambuf>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/stream.h"

namespace mortise {

// See the top of this file for ownership, blocking and thread safety.
class SocketStream : public std::iostream {
 public:
  static constexpr std::size_t kDefaultBufferSize = 8192;

  // Python: socket.makefile("rwb"). `buffer_size` is the size of each
  // direction's buffer in bytes; 0 is taken as 1. If the socket is closed or
  // cannot be duplicated, sets badbit, and status() is the error of MakeFile.
  explicit SocketStream(const Socket& socket,
                        std::size_t buffer_size = kDefaultBufferSize);
  // The same with Stream::Dup.
  explicit SocketStream(const Stream& stream,
                        std::size_t buffer_size = kDefaultBufferSize);
  // Takes `stream` over. Sets badbit if it is closed or nullptr.
  explicit SocketStream(std::unique_ptr<Stream> stream,
                        std::size_t buffer_size = kDefaultBufferSize);
  // Closes the stream without sending: data that has been written and not sent
  // is lost. Flush or call Close first. Waits as ~Socket does.
  ~SocketStream() override;
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;

  // The error for which badbit was last set; clear() does not change it. OK if
  // this class has never set badbit. It is valid as long as this object, and
  // the next failure changes it.
  const absl::Status& status() const { return buffer_.status(); }

  // Flushes and closes, as SocketFile::Close does. Sets badbit if that fails.
  absl::Status Close();
  bool is_open() const { return buffer_.file().is_open(); }

  // See Socket. An error is only returned: it changes neither badbit nor
  // status(), and SetTimeout clears neither.
  absl::Status SetTimeout(absl::Duration timeout);
  absl::Duration GetTimeout() const { return buffer_.file().GetTimeout(); }
  absl::Status SetCancellation(
      const std::optional<Cancellation>& cancellation) {
    return buffer_.file().SetCancellation(cancellation);
  }

 private:
  SocketStream(absl::StatusOr<SocketFile> file, std::size_t buffer_size);

  class Buffer : public std::streambuf {
   public:
    Buffer(std::ios& stream, absl::StatusOr<SocketFile> file, std::size_t size);

    SocketFile& file() { return file_; }
    const SocketFile& file() const { return file_; }
    const absl::Status& status() const { return status_; }

    absl::Status Close();

   protected:
    int_type underflow() override;
    int_type overflow(int_type byte) override;
    int sync() override;

   private:
    // What has been written and not yet passed to the file.
    absl::string_view written() const;
    // Passes it to the file. Returns false if that fails; the data is kept.
    bool Send();
    // Keeps an error. Returns true if `status` is OK.
    bool Note(absl::Status status);

    std::ios& stream_;
    // It has no buffer of its own.
    SocketFile file_;
    absl::Status status_;
    std::vector<char> received_;
    std::vector<char> room_to_write_;
  };

  Buffer buffer_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_SOCKET_STREAM_H_
