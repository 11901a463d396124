#include "mortise/core/tls/internal/tls_connection.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/stream_call.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/internal/library_error.h"
#include "mortise/core/tls/internal/tls_context_rep.h"
#include "mortise/core/tls/internal/tls_transport.h"
#include "mortise/core/tls/internal/tls_waiters.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/interrupt_pool.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/wait_interrupt.h"
#include "openssl/bio.h"
#include "openssl/err.h"
#include "openssl/ssl.h"

namespace mortise {
namespace internal {
namespace {

constexpr char kEndDuringHandshake[] =
    "the peer ended the connection during the handshake";

// The number of pieces, of 4 KiB, that Close takes of what has arrived.
constexpr int kMostDiscarded = 64;

StreamTry Failed(absl::Status status) {
  StreamTry failed;
  failed.status = std::move(status);
  return failed;
}

bool IsDone(const StreamTry& tried) {
  return tried.status.ok() && tried.wait == WaitEvents::kNone;
}

PollEvents PollEventsOf(WaitEvents events) {
  PollEvents found = PollEvents::kNone;
  if (Has(events, WaitEvents::kReadable)) found |= PollEvents::kReadable;
  if (Has(events, WaitEvents::kWritable)) found |= PollEvents::kWritable;
  return found;
}

}  // namespace

// --- Making and ending -------------------------------------------------------

TlsConnection::TlsConnection(std::unique_ptr<Stream> below,
                             bssl::UniquePtr<SSL> ssl)
    : below_(std::move(below)),
      platform_(PlatformOf(*below_)),
      transport_(*below_),
      ssl_(std::move(ssl)) {}

TlsConnection* TlsConnection::New(std::unique_ptr<Stream> below,
                                  bssl::UniquePtr<SSL> ssl) {
  SSL* const session = ssl.get();
  auto* const connection = new TlsConnection(std::move(below), std::move(ssl));
  BIO* const bio = connection->transport_.NewBio();
  if (bio == nullptr) {
    delete connection;
    return nullptr;
  }
  SSL_set_bio(session, bio, bio);
  return connection;
}

void TlsConnection::DropHandle(TlsConnection* connection) {
  if (connection->handles_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    Destroy(connection);
  }
}

void TlsConnection::EndSource() {
  // A forked child takes no lock, and its parent's pollers do not reach it.
  if (source_ != nullptr && transport_.IsOfThisProcess()) source_->End();
}

void TlsConnection::Destroy(TlsConnection* connection) {
  connection->EndSource();
  connection->below_.reset();
  if (connection->transport_.IsOfThisProcess()) {
    delete connection;
    return;
  }
  // A thread of the parent may have been in the middle of a call of BoringSSL.
  // The rest is kept within reach, so that leak checkers do not report it.
  ABSL_CONST_INIT static std::atomic<TlsConnection*> left{nullptr};
  connection->next_left_ = left.exchange(connection);
}

absl::Status TlsConnection::CloseHandle(TlsConnection* connection) {
  if (connection->handles_.fetch_sub(1, std::memory_order_acq_rel) != 1) {
    return absl::OkStatus();
  }
  connection->EndSource();
  absl::Status status = connection->End();
  Destroy(connection);
  return status;
}

absl::Status TlsConnection::End() {
  bool lost = false;
  // Before the lock, which may be held for ever in another process.
  if (transport_.was_last_to_seal()) {
    const absl::MutexLock lock(&mutex_);
    if (handshake_done_) {
      sending_ended_ = true;
      Advance();
      DiscardArrived();
      lost = !send_failure_told_ && transport_.out() < transport_.sealed();
    }
  }
  const absl::Status closed = below_->Close();
  if (!closed.ok() || !lost) return closed;
  return TlsError(Operation::kClose, kTlsTruncated, /*peer=*/"",
                  "not everything could be sent");
}

void TlsConnection::DiscardArrived() {
  // Tickets of the peer that were not read would make the system reset the
  // connection, and what was sent would be lost.
  char discarded[4096];
  for (int i = 0; i < kMostDiscarded; ++i) {
    StreamTry tried;
    Run(
        Operation::kClose,
        [&](SSL* ssl) { return SSL_read(ssl, discarded, sizeof(discarded)); },
        &tried);
    if (tried.size == 0) return;
  }
}

// --- Calls of BoringSSL ------------------------------------------------------

StreamTry TlsConnection::WaitingToSend() const {
  StreamTry waiting;
  waiting.wait = SendingWaitsFor();
  waiting.end = transport_.sealed();
  return waiting;
}

StreamTry TlsConnection::WaitingToRead() const {
  StreamTry waiting;
  waiting.wait = transport_.last_read().wait | SendingWaitsFor();
  waiting.reads = true;
  return waiting;
}

StreamTry TlsConnection::Fail(absl::Status status, bool ends_sending) {
  if (receive_failure_.ok()) receive_failure_ = status;
  if (ends_sending && send_failure_.ok()) send_failure_ = status;
  waiters_.AllChanged();
  return Failed(std::move(status));
}

const absl::Status& TlsConnection::SendFailure() {
  return send_failure_.ok() ? transport_.write_failure() : send_failure_;
}

StreamTry TlsConnection::Interpret(Operation operation, int returned) {
  const int kind = SSL_get_error(ssl_.get(), returned);
  if (kind == SSL_ERROR_ZERO_RETURN) {
    if (!handshake_done_) return FailTruncated(operation);
    // Nothing more comes, so a thread that waits for it has to be told.
    waiters_.Changed(WaitEvents::kReadable);
    return {};
  }
  if (kind == SSL_ERROR_WANT_READ) {
    // Without what could not be sent no answer will come.
    if (!handshake_done_ && !transport_.write_failure().ok()) {
      return Fail(transport_.write_failure(), /*ends_sending=*/true);
    }
    return WaitingToRead();
  }
  const int number = TakeLibraryError();
  if (kind != SSL_ERROR_SYSCALL && number != 0) {
    return Fail(
        TlsError(operation, number, PeerText(*below_), TakeRefusal(*ssl_)),
        /*ends_sending=*/true);
  }
  const absl::Status& below = transport_.last_read().status;
  if (!below.ok()) return Fail(below, /*ends_sending=*/!handshake_done_);
  if (handshake_done_ && TruncationIsEnd(*ssl_)) return {};
  return FailTruncated(operation);
}

StreamTry TlsConnection::FailTruncated(Operation operation) {
  return Fail(TlsError(operation, kTlsTruncated, PeerText(*below_),
                       handshake_done_ ? "" : kEndDuringHandshake),
              /*ends_sending=*/!handshake_done_);
}

template <typename Call>
void TlsConnection::Run(Operation operation, Call call, StreamTry* tried) {
  if (!receive_failure_.ok()) {
    *tried = Failed(receive_failure_);
    return;
  }
  transport_.BeginCall();
  const int returned = call(ssl_.get());
  if (!handshake_done_ && !SSL_in_init(ssl_.get())) {
    handshake_done_ = true;
    handshake_end_ = transport_.sealed();
    waiters_.AllChanged();
  }
  if (returned > 0) {
    tried->size = static_cast<std::size_t>(returned);
  } else {
    *tried = Interpret(operation, returned);
  }
}

bool TlsConnection::RunHandshake(Operation operation, StreamTry* tried) {
  Run(
      operation, [](SSL* ssl) { return SSL_do_handshake(ssl); }, tried);
  tried->size = 0;
  return IsDone(*tried);
}

void TlsConnection::SealEnd() {
  if (end_sealed_) return;
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
  end_sealed_ = true;
}

void TlsConnection::AdvanceSending() {
  transport_.Flush();
  if (!sending_ended_ || !handshake_done_ || !SendFailure().ok() ||
      !transport_.is_out()) {
    return;
  }
  SealEnd();
  if (ends_below_ && !below_ended_ && SendFailure().ok() &&
      transport_.is_out()) {
    below_ended_ = true;
    transport_.EndBelow();
  }
}

void TlsConnection::TellWaiters(const Progress& before) {
  if (before.could_send && !transport_.write_failure().ok()) {
    waiters_.AllChanged();
    return;
  }
  if (transport_.out() > before.out) waiters_.Changed(WaitEvents::kWritable);
  // Whoever waits only to read takes over what is left to send, because the
  // caller may give up.
  if (before.is_out && !transport_.is_out()) {
    waiters_.Changed(WaitEvents::kReadable);
  }
}

void TlsConnection::Inspect(absl::FunctionRef<void(SSL*)> look) {
  const absl::MutexLock lock(&mutex_);
  look(ssl_.get());
}

// --- The tries of a Stream ---------------------------------------------------

StreamTry TlsConnection::TryHandshake() {
  const absl::MutexLock lock(&mutex_);
  const Progress before = Now();
  StreamTry tried = DoHandshake();
  After(before, &tried);
  return tried;
}

StreamTry TlsConnection::DoHandshake() {
  StreamTry tried;
  Advance();
  if (!HasHandshake(Operation::kDoHandshake, &tried) ||
      transport_.out() >= handshake_end_) {
    return tried;
  }
  if (!SendFailure().ok()) return Failed(SendFailure());
  return WaitingToSend();
}

StreamTry TlsConnection::TryRead(absl::Span<char> buffer) {
  const absl::MutexLock lock(&mutex_);
  const Progress before = Now();
  StreamTry tried = DoRead(buffer);
  After(before, &tried);
  return tried;
}

StreamTry TlsConnection::DoRead(absl::Span<char> buffer) {
  StreamTry tried;
  Advance();
  if (receiving_ended_ || buffer.empty()) return tried;
  if (!HasHandshake(Operation::kRead, &tried)) return tried;
  const int size =
      static_cast<int>(std::min(buffer.size(), std::size_t{1} << 30));
  Run(
      Operation::kRead,
      [&](SSL* ssl) { return SSL_read(ssl, buffer.data(), size); }, &tried);
  // What is left would not wake a thread that waits for the stream below.
  if (SSL_pending(ssl_.get()) > 0) waiters_.Changed(WaitEvents::kReadable);
  return tried;
}

StreamTry TlsConnection::TryWrite(absl::string_view data) {
  const absl::MutexLock lock(&mutex_);
  const Progress before = Now();
  StreamTry tried = DoWrite(data);
  After(before, &tried);
  return tried;
}

StreamTry TlsConnection::DoWrite(absl::string_view data) {
  StreamTry tried;
  Advance();
  if (!data.empty()) {
    if (sending_ended_) {
      return Failed(
          StreamCall(*below_, Operation::kWrite).Error(ErrorCode::kEpipe));
    }
    if (!HasHandshake(Operation::kWrite, &tried)) return tried;
  }
  if (!SendFailure().ok()) return FailedToSend();
  if (data.empty() || !transport_.is_out()) return WaitingToSend();
  const int size = static_cast<int>(std::min(data.size(), kRecordSize));
  const int taken = SSL_write(ssl_.get(), data.data(), size);
  if (taken <= 0) {
    return Fail(
        TlsError(Operation::kWrite, TakeLibraryError(), PeerText(*below_)),
        /*ends_sending=*/true);
  }
  if (!transport_.write_failure().ok()) return FailedToSend();
  tried.size = static_cast<std::size_t>(taken);
  tried.wait = SendingWaitsFor();
  tried.end = transport_.sealed();
  return tried;
}

StreamTry TlsConnection::FailedToSend() {
  send_failure_told_ = true;
  return Failed(SendFailure());
}

StreamTry TlsConnection::TryFlush(const StreamTry& written) {
  const absl::MutexLock lock(&mutex_);
  const Progress before = Now();
  StreamTry tried = DoFlush(written);
  After(before, &tried);
  return tried;
}

StreamTry TlsConnection::DoFlush(const StreamTry& written) {
  Advance();
  if (transport_.out() >= written.end) return {};
  // The caller may not pass this failure on, so Close tells it again.
  if (!SendFailure().ok()) return Failed(SendFailure());
  return WaitingToSend();
}

StreamTry TlsConnection::TryShutdown(ShutdownHow how) {
  const absl::MutexLock lock(&mutex_);
  const Progress before = Now();
  const bool ends_receiving = how != ShutdownHow::kWrite && !receiving_ended_;
  const bool ends_sending = how != ShutdownHow::kRead && !sending_ended_;
  if (ends_receiving) receiving_ended_ = true;
  if (ends_sending) sending_ended_ = true;
  if (how == ShutdownHow::kWrite) ends_below_ = true;
  if (ends_receiving || ends_sending) waiters_.AllChanged();
  StreamTry tried = DoShutdown(how);
  After(before, &tried);
  return tried;
}

StreamTry TlsConnection::DoShutdown(ShutdownHow how) {
  if (how == ShutdownHow::kRead) {
    // The rest of the handshake has still to be received.
    if (!handshake_done_ && receive_failure_.ok()) return {};
    return below_->TryShutdown(how);
  }
  Advance();
  if (how == ShutdownHow::kWrite) {
    StreamTry ready;
    HasHandshake(Operation::kShutdown, &ready);
    if (ready.wait != WaitEvents::kNone) return ready;
    Advance();
  }
  // The end of the stream is the other process's to tell.
  if (IsOfOtherProcess(SendFailure())) return FailedToSend();
  if (how == ShutdownHow::kBoth) {
    below_ended_ = true;
    return below_->TryShutdown(how);
  }
  // An alert, which tells the peer why, may be among what is left.
  if (!transport_.is_out()) return WaitingToSend();
  if (!below_ended_) {
    below_ended_ = true;
    transport_.EndBelow();
    if (!transport_.is_out()) return WaitingToSend();
  }
  if (!SendFailure().ok()) return FailedToSend();
  return Failed(transport_.end_status());
}

StreamTry TlsConnection::TryUnwrap() {
  const absl::MutexLock lock(&mutex_);
  const Progress before = Now();
  StreamTry tried = DoUnwrap();
  After(before, &tried);
  return tried;
}

StreamTry TlsConnection::DoUnwrap() {
  StreamTry tried;
  Advance();
  if (!HasHandshake(Operation::kUnwrap, &tried)) return tried;
  // There is no other thread that could wait to send.
  sending_ended_ = true;
  Advance();
  if (!SendFailure().ok()) return FailedToSend();
  if (!transport_.is_out()) return WaitingToSend();
  std::array<char, kRecordSize> discarded;
  Run(
      Operation::kUnwrap,
      [&](SSL* ssl) {
        return SSL_read(ssl, discarded.data(),
                        static_cast<int>(discarded.size()));
      },
      &tried);
  return tried;
}

// --- In a poller -------------------------------------------------------------

std::shared_ptr<PollSource> TlsConnection::poll_source() {
  const absl::MutexLock lock(&mutex_);
  if (source_ == nullptr) source_ = std::make_shared<TlsPollSource>(this);
  return source_;
}

void TlsConnection::Observe(std::shared_ptr<PollObserver> observer) {
  const absl::MutexLock lock(&mutex_);
  waiters_.SetObserver(std::move(observer));
}

bool TlsConnection::IsReadable(PollSource::Answer* answer) {
  if (receiving_ended_ || !receive_failure_.ok()) return true;
  if (!handshake_done_) return false;
  // Whether what has arrived has data for the caller only BoringSSL can tell:
  // it may be a part of a record, or a session ticket.
  char first;
  StreamTry tried;
  Run(
      Operation::kRead,
      [&](SSL* ssl) { return SSL_peek(ssl, &first, sizeof(first)); }, &tried);
  answer->wait |= PollEventsOf(tried.wait);
  answer->ask_again = transport_.has_read_most();
  return tried.wait == WaitEvents::kNone;
}

PollSource::Answer TlsConnection::Ask(PollEvents wanted, PollEvents reported) {
  const absl::MutexLock lock(&mutex_);
  // The poller knows of what happens here.
  std::shared_ptr<PollObserver> observer = waiters_.SetObserver(nullptr);
  const Progress before = Now();
  PollSource::Answer answer;
  Advance();
  StreamTry ready;
  HasHandshake(Operation::kDoHandshake, &ready);
  answer.wait = PollEventsOf(ready.wait);
  answer.ask_again = !handshake_done_ && transport_.has_read_most();
  if (Has(wanted, PollEvents::kReadable) && IsReadable(&answer)) {
    answer.ready |= PollEvents::kReadable;
  }
  if (Has(wanted, PollEvents::kWritable)) {
    if (HasEndedSending()) {
      answer.ready |= PollEvents::kWritable;
    } else if (handshake_done_ && transport_.is_out()) {
      answer.ready |= reported & PollEvents::kWritable;
      answer.wait |= PollEvents::kWritable;
    }
  }
  answer.wait |= PollEventsOf(SendingWaitsFor());
  TellProgress(before);
  waiters_.SetObserver(std::move(observer));
  return answer;
}

// --- Waiting -----------------------------------------------------------------

absl::StatusOr<bool> TlsConnection::Wait(
    const StreamTry& tried, absl::Duration timeout,
    absl::Span<WaitInterrupt* const> interrupts) {
  std::array<WaitInterrupt*, ReadinessCalls::kMaxInterrupts> all;
  if (interrupts.size() >= all.size()) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kRead,
                         "interrupts", "are too many");
  }
  const LeasedInterrupt own(platform_.interrupts(), platform_.readiness());
  if (own.error() != 0) {
    return OsError(platform_, Operation::kRead, own.error());
  }
  all[0] = own.get();
  std::copy(interrupts.begin(), interrupts.end(), all.begin() + 1);

  TlsWaiters::Waiter waiter;
  StreamTry below;
  {
    const absl::MutexLock lock(&mutex_);
    if (tried.moment != 0 && tried.moment != waiters_.moment()) return true;
    const StreamTry& read = transport_.last_read();
    const StreamTry& write = transport_.last_write();
    below = tried.reads ? read : write;
    below.wait = tried.wait | SendingWaitsFor();
    // The earlier of the two: if one of them is out of date, the wait ends at
    // once, and the next try has both anew.
    if (!transport_.is_out())
      below.moment = std::min(below.moment, write.moment);
    waiter.events = below.wait;
    waiter.interrupt = own.get();
    waiters_.Enter(waiter);
  }
  absl::StatusOr<bool> waited = below_->Wait(
      below, timeout, absl::MakeConstSpan(all.data(), interrupts.size() + 1));
  const absl::MutexLock lock(&mutex_);
  waiters_.Leave(waiter);
  if (waited.ok() && !*waited && own.get()->is_set()) return true;
  return waited;
}

}  // namespace internal
}  // namespace mortise
