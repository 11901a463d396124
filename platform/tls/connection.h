// TLS on one socket of the platform under the layer.
//
// The socket under it is non-blocking from the moment TLS begins, whatever the
// user's mode is: blocking calls wait through the platform under the layer,
// outside the lock, so that one thread may receive while another sends. The
// handshake is run by whichever call comes first.
//
// A would-block comes back as the platform's own number. Nothing has been taken
// by such a send that a repetition with the same data would send twice; since a
// record that has been sealed cannot be taken back, it belongs to that data.
// Until it is out, other data of the same thread is refused, and other data of
// another thread would block. The record goes out ahead of whatever is sent
// next if its data has been abandoned, or the handle that sent it is gone.

#ifndef MORTISE_PLATFORM_TLS_CONNECTION_H_
#define MORTISE_PLATFORM_TLS_CONNECTION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>  // NOLINT(build/c++11): only its id

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/tls/sealing_log.h"
#include "mortise/platform/wait_interrupt.h"

// Structures of BoringSSL, whose headers only its users should have to include.
struct bio_st;
struct ssl_st;

namespace mortise {
namespace tls {

struct SslDeleter {
  void operator()(ssl_st* ssl) const;
};
using SslPointer = std::unique_ptr<ssl_st, SslDeleter>;

// Where the stream may end without TLS having been ended.
enum class Truncation { kIsAnError, kIsTheEnd };

// A session that has been set up, with its role, and has not begun.
struct NewSession {
  SslPointer ssl;
  Truncation truncation = Truncation::kIsAnError;
};

// The numbers with which the platform under the layer reports what the layer
// has to report itself.
struct ErrorNumbers {
  explicit ErrorNumbers(const ErrorTable& errors);

  int would_block;
  int broken_pipe;
  int is_connected;
  int bad_handle;
  int unsupported_flag;
};

// Records why the certificates that the peer has just sent are not accepted.
// For the callback of BoringSSL that looks at them.
void SetRefusal(ssl_st* ssl, absl::string_view why);

class Connection {
 public:
  // The data of one record. Larger sends are cut here, so that what a
  // would-block leaves sealed is known.
  static constexpr std::size_t kRecordSize = 16 * 1024;

  // `socket` is a socket of `next`, in blocking mode or not; it stays the
  // caller's to close, after End.
  Connection(Platform& next, const ErrorNumbers& numbers, NativeHandle socket,
             bool blocking);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  NativeHandle socket() const { return socket_; }

  // From here on the socket speaks TLS. Called only once.
  void Begin(NewSession session);
  bool begun() const { return begun_.load(std::memory_order_acquire); }

  // The calls of SocketCalls and ReadinessCalls, once TLS has begun.
  SysResult<std::size_t> Recv(absl::Span<char> buffer, int flags);
  // `sender` is the handle that the data is sent by.
  SysResult<std::size_t> Send(NativeHandle sender, absl::Span<const char> data,
                              int flags);
  // The caller will not send `unsent` again. If the record that is sealed and
  // not yet out holds the first bytes of `unsent`, returns how many bytes it
  // holds. Otherwise does nothing and returns 0.
  std::size_t AbandonSend(absl::Span<const char> unsent);
  SysResult<void> Shutdown(ShutdownHow how);
  SysResult<bool> Wait(WaitEvents event,
                       absl::Span<WaitInterrupt* const> interrupts,
                       absl::Duration timeout);

  // May be called at any time.
  SysResult<void> SetBlocking(bool blocking);

  // Runs the handshake, unless it has already been run.
  SysResult<void> Handshake();

  // Says goodbye, without ending the sending half of the stream, and takes what
  // is left of the peer's data, throwing it away, until the peer's goodbye.
  // Truncation is an error.
  SysResult<void> CloseSession();

  // Says goodbye if that can be done without waiting. Called before the socket
  // is closed. Does nothing in a process other than the one that sealed last,
  // such as a forked child that has not used its copy.
  void End();

  // Goes on with the handshake without waiting, whatever the mode is. Returns
  // true if the handshake has ended, with or without success.
  bool AdvanceHandshake();

  // Whether the last receiving call that would have waited waits for the socket
  // to become writable, and whether the last sending call waits for it to
  // become readable.
  bool ReadWaitsToWrite() const;
  bool WriteWaitsToRead() const;

  // Calls `look` with the session while no other thread uses it.
  void Inspect(absl::FunctionRef<void(ssl_st*)> look);

  // Whether a call with these flags may wait, and whether a call without flags
  // may.
  bool Waits(int flags) const;
  bool is_blocking() const { return blocking_.load(std::memory_order_relaxed); }

  // Count a handle that is added to the connection, and a handle that is
  // removed. Unref returns true if `handle` was the last one. Neither takes a
  // lock: in a forked child, a thread that the child does not have may hold it
  // forever.
  void Ref() { references_.fetch_add(1, std::memory_order_relaxed); }
  bool Unref(NativeHandle handle);

  // Frees the connection once no handle is left. Neither reads nor writes, nor
  // takes a lock: a forked child leaves the connection where it is, because a
  // thread of its parent may have been in the middle of a call of BoringSSL.
  struct Deleter {
    void operator()(Connection* connection) const;
  };

 private:
  friend void SetRefusal(ssl_st* ssl, absl::string_view why);
  friend struct ConnectionBio;

  enum class Want { kNothing, kRead, kWrite };

  // The result of one call of BoringSSL: a value, or something to wait for, or
  // an error.
  struct Outcome {
    std::size_t value = 0;
    Want want = Want::kNothing;
    int error = 0;

    bool ok() const { return want == Want::kNothing && error == 0; }
  };

  struct Failure {
    int native = 0;
    std::string text;
  };

  template <typename Call>
  Outcome Run(Failure* failure, Call call)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Outcome Interpret(int returned, Failure* failure)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Outcome Fail(int native, std::string text, Failure* failure)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Outcome RunHandshake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Outcome RunPeek() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Sends the record whose data has been abandoned, if there is such a record.
  Outcome RunAbandoned() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Outcome RunSend(NativeHandle sender, absl::Span<const char> data, bool waits)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether `data` begins with the data of the record that is sealed.
  bool IsSealed(absl::Span<const char> data) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The goodbye is done if the result is ok(): the peer will read the end, or
  // never can.
  Outcome RunGoodbye() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Says what Shutdown could not say without waiting.
  void GoOnWithGoodbye() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Waits for the socket, or for less than `timeout` during the handshake.
  SysResult<bool> WaitBelow(Want want,
                            absl::Span<WaitInterrupt* const> interrupts,
                            absl::Duration timeout);
  // Runs `run` under the lock until it need not wait any longer, or may not.
  template <typename RunOnce>
  SysResult<void> Complete(RunOnce run);

  Platform& next_;
  const ErrorNumbers& numbers_;
  const NativeHandle socket_;
  // Passed to each call on the socket, whose mode other processes may share.
  const int do_not_wait_;
  std::atomic<int> references_{1};
  std::atomic<bool> begun_{false};
  std::atomic<bool> blocking_;
  // A copy of handshake_done_ that may be read without `mutex_`.
  std::atomic<bool> handshake_over_{false};

  // Blocking receivers take turns: data that one receiver leaves in the session
  // would not wake another receiver that waits for the socket.
  absl::Mutex receiving_;
  // Blocking senders take turns: a sender must finish the record that it has
  // sealed.
  absl::Mutex sending_;

  SealingLog sealing_log_;
  // The next of the connections that a forked child has left where they were.
  Connection* next_left_ = nullptr;
  // The handle whose record is sealed and not yet out; 0 if that record has
  // been abandoned.
  std::atomic<std::int64_t> sealed_by_{0};

  mutable absl::Mutex mutex_;
  SslPointer ssl_ ABSL_GUARDED_BY(mutex_);
  Truncation truncation_ ABSL_GUARDED_BY(mutex_) = Truncation::kIsAnError;
  bool made_non_blocking_ ABSL_GUARDED_BY(mutex_) = false;
  bool handshake_done_ ABSL_GUARDED_BY(mutex_) = false;
  bool receiving_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool sending_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool goodbye_said_ ABSL_GUARDED_BY(mutex_) = false;
  bool goodbye_pending_ ABSL_GUARDED_BY(mutex_) = false;
  int senders_waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  Want receiver_wants_ ABSL_GUARDED_BY(mutex_) = Want::kNothing;
  Want sender_wants_ ABSL_GUARDED_BY(mutex_) = Want::kNothing;
  // The error of the socket during a call of BoringSSL, 0 for none.
  int socket_error_ ABSL_GUARDED_BY(mutex_) = 0;
  // Why the peer's certificates were refused, during a call of BoringSSL.
  std::string refusal_ ABSL_GUARDED_BY(mutex_);
  // What has failed for good.
  Failure receive_failure_ ABSL_GUARDED_BY(mutex_);
  Failure send_failure_ ABSL_GUARDED_BY(mutex_);
  // About the record that is sealed and not yet out: the size and the hash of
  // its data, and the thread that sends it. The size is 0 if there is no such
  // record.
  std::size_t sealed_size_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t sealed_hash_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread::id sealed_in_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_CONNECTION_H_
