// A connection under TLS, which all TlsSockets on it share.
//
// It is above the stream that carries the sealed bytes. No call waits except
// Wait; a call that cannot go on says what to wait for, as a Stream's try does.
// The handshake is run by whichever call comes first. Every call, and every
// wait, sends what is sealed and not yet with the operating system, so such
// bytes move even if their writer has given up.
//
// Data is cut into records of at most 16 KiB. A record is sealed only if the
// operating system has all that was sealed before. So at most one record, or
// one flight of the handshake, is held back.
//
// One lock covers a call of BoringSSL and tries of the stream below. It is
// never held during a wait.

#ifndef MORTISE_CORE_TLS_INTERNAL_TLS_CONNECTION_H_
#define MORTISE_CORE_TLS_INTERNAL_TLS_CONNECTION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/poll_source.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/internal/tls_poll_source.h"
#include "mortise/core/tls/internal/tls_transport.h"
#include "mortise/core/tls/internal/tls_waiters.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/wait_interrupt.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

class TlsConnection {
 public:
  // The data of one record. Larger writes are cut here.
  static constexpr std::size_t kRecordSize = 16 * 1024;

  // `below` carries the sealed bytes; `ssl` has not begun. Returns nullptr if
  // memory has run out. The caller has one handle.
  static TlsConnection* New(std::unique_ptr<Stream> below,
                            bssl::UniquePtr<SSL> ssl);

  TlsConnection(const TlsConnection&) = delete;
  TlsConnection& operator=(const TlsConnection&) = delete;

  // --- Handles ---------------------------------------------------------------

  // Counts another handle.
  void AddHandle() { handles_.fetch_add(1, std::memory_order_relaxed); }
  bool HasOtherHandles() const {
    return handles_.load(std::memory_order_acquire) > 1;
  }
  // Takes a handle away. The last one drops the connection, and then nobody may
  // use it any longer. Neither reads nor writes, nor takes a lock: in a forked
  // child, a thread that the child does not have may hold it.
  static void DropHandle(TlsConnection* connection);
  // Takes a handle away, after which nobody but the other handles may use the
  // connection. The last one ends the connection cleanly, as far as that goes
  // without waiting, and closes the stream below. Does only that in a process
  // other than the one that sealed last.
  static absl::Status CloseHandle(TlsConnection* connection);

  // --- The tries of a Stream -------------------------------------------------

  StreamTry TryHandshake() ABSL_LOCKS_EXCLUDED(mutex_);
  StreamTry TryRead(absl::Span<char> buffer) ABSL_LOCKS_EXCLUDED(mutex_);
  StreamTry TryWrite(absl::string_view data) ABSL_LOCKS_EXCLUDED(mutex_);
  StreamTry TryFlush(const StreamTry& written) ABSL_LOCKS_EXCLUDED(mutex_);
  StreamTry TryShutdown(ShutdownHow how) ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends TLS, and not the stream below. Each try throws away at most one record
  // of the peer, and returns the size of it. It is done if it returns 0, has
  // nothing to wait for and has not failed.
  StreamTry TryUnwrap() ABSL_LOCKS_EXCLUDED(mutex_);

  absl::StatusOr<bool> Wait(const StreamTry& tried, absl::Duration timeout,
                            absl::Span<WaitInterrupt* const> interrupts)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // --- In a poller -----------------------------------------------------------

  // See PollSource.
  PollSource::Answer Ask(PollEvents wanted, PollEvents reported)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Observe(std::shared_ptr<PollObserver> observer)
      ABSL_LOCKS_EXCLUDED(mutex_);
  std::shared_ptr<PollSource> poll_source() ABSL_LOCKS_EXCLUDED(mutex_);

  // --- The rest --------------------------------------------------------------

  // Calls `look` with the session while no other thread uses it.
  void Inspect(absl::FunctionRef<void(SSL*)> look) ABSL_LOCKS_EXCLUDED(mutex_);

  // The stream below; nullptr after TakeBelow.
  Stream* below() const { return below_.get(); }
  // Takes it, for the only handle there is, after TryUnwrap has succeeded.
  std::unique_ptr<Stream> TakeBelow() { return std::move(below_); }

 private:
  TlsConnection(std::unique_ptr<Stream> below, bssl::UniquePtr<SSL> ssl);
  ~TlsConnection() = default;

  static void Destroy(TlsConnection* connection);
  // Ends the poll source, after which no poller looks at the connection.
  void EndSource();
  // Whether a Read would not wait. If it would, adds what to wait for.
  bool IsReadable(PollSource::Answer* answer)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether a Write would fail without waiting.
  bool HasEndedSending() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return sending_ended_ || !SendFailure().ok();
  }
  absl::Status End() ABSL_LOCKS_EXCLUDED(mutex_);

  // The tries, under the lock.
  StreamTry DoHandshake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StreamTry DoRead(absl::Span<char> buffer)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StreamTry DoWrite(absl::string_view data)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StreamTry DoFlush(const StreamTry& written)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StreamTry DoShutdown(ShutdownHow how) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StreamTry DoUnwrap() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // How far sending has come.
  struct Progress {
    std::uint64_t out = 0;
    bool is_out = true;
    bool could_send = true;
  };
  Progress Now() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return {transport_.out(), transport_.is_out(),
            transport_.write_failure().ok()};
  }
  // Ends the waits of the threads that a try concerns, before which sending had
  // come as far as `before`.
  void TellProgress(const Progress& before)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (transport_.out() != before.out ||
        transport_.is_out() != before.is_out ||
        transport_.write_failure().ok() != before.could_send) {
      TellWaiters(before);
    }
  }
  void TellWaiters(const Progress& before)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The same for a try whose result is `*tried`, which then has its moment.
  void After(const Progress& before, StreamTry* tried)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    TellProgress(before);
    tried->moment = waiters_.moment();
  }

  // Runs a call of BoringSSL that may read. What came of it is in `*tried`,
  // which was empty.
  template <typename Call>
  void Run(Operation operation, Call call, StreamTry* tried)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Runs the handshake, unless it has been run. Returns whether it is done. If
  // it is not, `*tried`, which was empty, says why.
  bool HasHandshake(Operation operation, StreamTry* tried)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return handshake_done_ || RunHandshake(operation, tried);
  }
  bool RunHandshake(Operation operation, StreamTry* tried)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What a call of BoringSSL that has returned `returned`, which is not
  // positive, has met.
  StreamTry Interpret(Operation operation, int returned)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Records a failure for good, and returns it.
  StreamTry Fail(absl::Status status, bool ends_sending)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StreamTry FailTruncated(Operation operation)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The result of a try that has to wait: until there is something to read, or
  // until all that was sealed is out. If nothing is left to wait for, that is
  // the result.
  StreamTry WaitingToRead() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StreamTry WaitingToSend() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The error for sending, if sending has failed.
  const absl::Status& SendFailure() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Returns that error to a caller who passes it on.
  StreamTry FailedToSend() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Sends what is sealed, and what Shutdown has asked for, as far as that goes
  // without waiting.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (sending_ended_ || !transport_.is_out()) AdvanceSending();
  }
  void AdvanceSending() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SealEnd() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What to wait for until everything that was sealed is out.
  WaitEvents SendingWaitsFor() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return transport_.is_out() ? WaitEvents::kNone
                               : transport_.last_write().wait;
  }
  // Throws away what has already arrived.
  void DiscardArrived() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::unique_ptr<Stream> below_;
  Platform& platform_;
  std::atomic<int> handles_{1};
  // The next of the connections that a forked child has left where they were.
  TlsConnection* next_left_ = nullptr;

  // nullptr until somebody asks for it. Made under the lock, and ended by the
  // last handle.
  std::shared_ptr<TlsPollSource> source_;

  absl::Mutex mutex_;
  TlsTransport transport_;
  TlsWaiters waiters_ ABSL_GUARDED_BY(mutex_);
  bssl::UniquePtr<SSL> ssl_ ABSL_GUARDED_BY(mutex_);
  bool handshake_done_ ABSL_GUARDED_BY(mutex_) = false;
  // Where the handshake's own bytes end.
  std::uint64_t handshake_end_ ABSL_GUARDED_BY(mutex_) = 0;
  bool receiving_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool sending_ended_ ABSL_GUARDED_BY(mutex_) = false;
  // Whether the stream below has to be ended after TLS, and whether it was.
  bool ends_below_ ABSL_GUARDED_BY(mutex_) = false;
  bool below_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool end_sealed_ ABSL_GUARDED_BY(mutex_) = false;
  // What has failed for good. A failure of the transport is not among these.
  absl::Status receive_failure_ ABSL_GUARDED_BY(mutex_);
  absl::Status send_failure_ ABSL_GUARDED_BY(mutex_);
  // Whether a call has returned a failure to send.
  bool send_failure_told_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_TLS_CONNECTION_H_
