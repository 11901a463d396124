// A socket as an iostream, for code that reads and writes one.
//
//   mortise::SocketStream stream(socket);
//   stream << "GET / HTTP/1.0\r\n\r\n" << std::flush;
//   std::string line;
//   while (std::getline(stream, line)) std::cout << line << "\n";
//   if (!stream.status().ok()) return stream.status();  // or the end
//
// It is binary, both for reading and for writing, and on a duplicate of the
// socket's descriptor like a SocketFile (mortise/core/socket_file.h), which it
// is made of. The end of the stream sets eofbit; an error sets badbit, and
// status() says which.
//
// A timeout is an error of an operation, after which `clear()` lets the next
// one go on. What had been received is where std::getline and its like put it;
// what could not be sent is in the buffer still, and goes out once, as
// mortise/core/socket_file.h says: after an error in the middle the next flush
// or read goes on where the sending ended. An error that came when some had
// been sent may show at the operation after that one.
//
// Reading sends what has been written before it receives, so that a question
// reaches whom it waits for an answer from. That is why, unlike a SocketFile, a
// stream is one thread's at a time.

#ifndef MORTISE_CORE_SOCKET_STREAM_H_
#define MORTISE_CORE_SOCKET_STREAM_H_

#include <cstddef>
#include <istream>
#include <streambuf>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"

namespace mortise {

class SocketStream : public std::iostream {
 public:
  static constexpr std::size_t kDefaultBufferSize = 8192;

  // Python: socket.makefile("rwb"). `buffer_size` is that of each direction, at
  // least 1. badbit is set iff the socket cannot be duplicated, or is closed.
  explicit SocketStream(const Socket& socket,
                        std::size_t buffer_size = kDefaultBufferSize);
  // Closes the stream and sends nothing: what has been written and not been
  // sent is lost. Flush or Close first. Waits as ~Socket does.
  ~SocketStream() override;
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;

  // Why badbit was set the last time; OK iff it never was by this class.
  const absl::Status& status() const { return buffer_.status(); }

  // Flushes and closes, as SocketFile::Close. Sets badbit if that fails.
  absl::Status Close();
  bool is_open() const { return buffer_.file().is_open(); }

  // As those of Socket.
  absl::Status SetTimeout(absl::Duration timeout);
  absl::Duration GetTimeout() const { return buffer_.file().GetTimeout(); }

 private:
  class Buffer : public std::streambuf {
   public:
    Buffer(std::ios& stream, const Socket& socket, std::size_t size);

    SocketFile& file() { return file_; }
    const SocketFile& file() const { return file_; }
    const absl::Status& status() const { return status_; }

    absl::Status Close();

   protected:
    int_type underflow() override;
    int_type overflow(int_type byte) override;
    int sync() override;

   private:
    // What has been written and the file does not have yet.
    absl::string_view written() const;
    // Hands it on to the file. False if that fails; then it is still here.
    bool Send();
    // Takes note of an error. True iff `status` is none.
    bool Note(absl::Status status);

    std::ios& stream_;
    // Without a buffer of its own.
    SocketFile file_;
    absl::Status status_;
    std::vector<char> received_;
    std::vector<char> room_to_write_;
  };

  Buffer buffer_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_SOCKET_STREAM_H_
