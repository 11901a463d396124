// A connection: bytes in order, in both directions.
//
//   std::unique_ptr<mortise::Stream> stream =
//       mortise::MakeStream(std::move(socket));
//   absl::Status status = stream->WriteAll("HELO localhost\r\n");
//   if (!status.ok()) return status;
//   absl::StatusOr<std::string> answer = stream->Read(512);
//
// MakeStream makes a stream of a connected Socket. A program may write streams
// of its own, for a protocol inside of another stream. MakeFile, SocketStream
// and SendFile take any of them.
//
// Blocking. The three modes (blocking, non-blocking, timeout), the cancellation
// and the errors are those of mortise/core/socket.h, under the names "read",
// "write" and "shutdown". Each call has one deadline.
//
// Nothing is lost. Bytes that a call has taken are sent once and in order,
// whatever happens to later calls.
//
// Thread safety. One thread may read while others write, and any thread may
// call Shutdown. If several threads write at the same time, the pieces of their
// data may alternate. While a thread calls Close or a setter, or destroys the
// stream, no other thread may use it.
//
// Ownership and lifetime. The destructor drops the connection: it neither reads
// nor writes, and it waits only if ~Socket does (SO_LINGER). For a clean end
// call Shutdown(ShutdownHow::kWrite), then Close.

#ifndef MORTISE_CORE_STREAM_H_
#define MORTISE_CORE_STREAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/buffer.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/socket.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

// The result of one try.
struct StreamTry {
  // The number of bytes that were read or taken. A read of 0 bytes that has
  // nothing to wait for and did not fail is the end of the stream. A read of
  // more has nothing to wait for.
  std::size_t size = 0;
  // If it is not kNone: wait for this, and then try again. A write that has
  // taken bytes may have something to wait for all the same: then some of those
  // bytes are not with the operating system yet.
  WaitEvents wait = WaitEvents::kNone;
  // Not OK if the stream failed.
  absl::Status status;
  // For the stream's own use: the moment of the try, whether it has tried to
  // read, and the place where the bytes end that a write has taken. A stream on
  // top of another one returns those of the other's try as they are. 0 is no
  // moment: what has happened since the try may then be missed.
  std::uint64_t moment = 0;
  bool reads = false;
  std::uint64_t end = 0;
};

// Whether a try may wait.
enum class TryMode {
  // It never waits.
  kNow,
  // The caller would wait without a limit, so the stream may leave the waiting
  // to the system call. It need not.
  kMayWait,
};

class PollSource;

class Stream {
 public:
  // How many interrupts a wait takes.
  static constexpr std::size_t kMaxInterrupts = 4;

  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Reads what there is: at least one byte, at most the size of `buffer`.
  // Returns 0 at the end of the stream, and if `buffer` is empty.
  absl::StatusOr<std::size_t> Read(MutableBuffer buffer);
  // Does the same, but returns a string of at most `bufsize` bytes, 0 to
  // Socket::kMaxBufSize. Fails with kOutOfRange for other sizes.
  absl::StatusOr<std::string> Read(std::size_t bufsize);

  // Writes some of `data`, and returns how many bytes were taken. Unless the
  // stream is non-blocking, it waits until the operating system has them, as
  // far as the timeout allows. Bytes that were taken must not be written again.
  absl::StatusOr<std::size_t> Write(ConstBuffer data);

  // Writes all of `data`. OK means that the operating system has all of it.
  // `*sent` becomes the number of bytes that were taken, whatever the status:
  // after a timeout continue with the rest, or with other data. Without data it
  // waits until the operating system has what was taken before.
  absl::Status WriteAll(ConstBuffer data, std::size_t* sent = nullptr);

  // Ends one half of the stream, or both. kWrite first sends what was taken and
  // the protocol's own end, and waits for room as Write does. kRead and kBoth
  // never wait. Calls of other threads that wait are woken: a read returns 0,
  // and a write fails (IsBrokenPipe).
  absl::Status Shutdown(ShutdownHow how);

  // Closes without waiting. Fails with kDataLoss if bytes that were taken, or
  // the protocol's own end, found no room. The stream is closed all the same.
  // A second Close fails with kFailedPrecondition (IsClosed).
  virtual absl::Status Close() = 0;
  virtual bool is_open() const = 0;

  // Makes another stream on the same connection. It has a timeout and a
  // cancellation of its own, which are this stream's to begin with. The
  // connection ends with the last of them.
  virtual absl::StatusOr<std::unique_ptr<Stream>> Dup() const = 0;

  // As Socket::SetTimeout and GetTimeout.
  virtual absl::Status SetTimeout(absl::Duration timeout) = 0;
  virtual absl::Duration GetTimeout() const = 0;

  // As Socket::SetCancellation: ends the calls above that wait. The default
  // keeps the token in this object, which is enough for every stream that is
  // not the socket's own. A stream's Dup gives it to the copy. A stream that
  // wraps another copies the token of that one when it is made, as it does the
  // timeout: its calls look only at its own.
  virtual absl::Status SetCancellation(
      const std::optional<Cancellation>& cancellation);
  std::optional<Cancellation> GetCancellation() const {
    return Cancellation::Of(cancellation());
  }
  // For the library: what the copies of that token share; nullptr if there is
  // none.
  virtual internal::CancellationState* cancellation() const {
    return cancellation_.get();
  }

  // The socket at the bottom, for its names and options; nullptr if there is
  // none. It is valid as long as the stream. Only if `bytes_are_plain` returns
  // true may it be read from, written to or sent files.
  virtual Socket* socket() = 0;
  // Whether the socket carries the stream's bytes as they are.
  virtual bool bytes_are_plain() const = 0;

  // The rest is for event loops, for code that builds on streams, and for
  // streams of a program's own.

  // One try of the calls above. With kNow they never wait. TryWrite without
  // data sends what was taken before. A TryWrite of data must take some of it,
  // or have something to wait for, or fail. EINTR is not a result: a try that a
  // signal has interrupted is made again. A stream inside of another one also
  // sends, and waits for, what the other one has taken.
  virtual StreamTry TryRead(absl::Span<char> buffer, TryMode mode) = 0;
  virtual StreamTry TryWrite(absl::string_view data, TryMode mode) = 0;
  virtual StreamTry TryShutdown(ShutdownHow how) = 0;

  // Tries to send what `written`, the result of a TryWrite of this stream, has
  // taken. The default is TryWrite without data, which sends everything that
  // was taken: a stream with several senders overrides it, so that none of them
  // waits for what others have written behind it.
  virtual StreamTry TryFlush(const StreamTry& written);

  // Waits for what `tried`, the result of a try of this stream, has named.
  // Returns false if `timeout` ran out or one of `interrupts` is set. It may
  // return true or false early; the caller tries again and looks at its clock.
  // `timeout` is not negative, and may be infinite. There may be at most
  // kMaxInterrupts interrupts.
  virtual absl::StatusOr<bool> Wait(
      const StreamTry& tried, absl::Duration timeout,
      absl::Span<WaitInterrupt* const> interrupts) = 0;

  // What a Poller asks whether the stream is ready. nullptr, the default, means
  // that the socket's own readiness tells, which is so if its bytes are plain.
  // Other streams override it if they are to be in a poller. One without bytes
  // of its own returns that of the stream below.
  virtual std::shared_ptr<PollSource> poll_source();

 protected:
  Stream() = default;
  // For streams that can be moved. What has moved takes its place in a poller
  // along.
  Stream(Stream&& other) noexcept
      : cancellation_(std::move(other.cancellation_)),
        poller_number_(other.poller_number_.exchange(0)) {}
  Stream& operator=(Stream&& other) noexcept {
    cancellation_ = std::move(other.cancellation_);
    poller_number_ = other.poller_number_.exchange(0);
    return *this;
  }

  // Takes the connection out of the poller in which this object is. To be
  // called before it is closed or destroyed if its connection may live on.
  void LeavePoller();

 private:
  friend class Poller;

  internal::CancellationPointer cancellation_;
  // The number that a poller has given this object, or 0. Another duplicate may
  // have been registered since.
  std::atomic<std::uint64_t> poller_number_{0};
};

// Makes a stream that owns `socket`, which is a connected stream socket.
std::unique_ptr<Stream> MakeStream(Socket socket);

// Takes the socket out of a stream of MakeStream, with its timeout. Fails with
// kInvalidArgument if the stream has no socket, or if the bytes of the socket
// are not the stream's. A stream of BorrowStream loses its socket, too.
absl::StatusOr<Socket> TakeSocket(std::unique_ptr<Stream> stream);

// Makes a stream on `socket`, which is not owned and must outlive the stream.
// The two have one timeout. Close closes the socket; the destructor does not.
std::unique_ptr<Stream> BorrowStream(Socket& socket);

}  // namespace mortise

#endif  // MORTISE_CORE_STREAM_H_
