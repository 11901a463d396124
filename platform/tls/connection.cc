#include "mortise/platform/tls/connection.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>  // NOLINT(build/c++11): only its id
#include <utility>

#include "absl/base/attributes.h"
#include "absl/functional/function_ref.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/tls/message_flags.h"
#include "mortise/platform/tls/tls_errors.h"
#include "openssl/bio.h"
#include "openssl/err.h"
#include "openssl/ssl.h"

namespace mortise {
namespace tls {
namespace {

std::size_t HashOf(absl::Span<const char> data) {
  return absl::Hash<absl::string_view>()(
      absl::string_view(data.data(), data.size()));
}

// A thread that waits during the handshake looks again after this time: another
// thread may have run the handshake to its end meanwhile, and nothing more
// comes then.
constexpr absl::Duration kHandshakePause = absl::Milliseconds(10);

// A blocking sender looks again after this time too: poll(2) on an AF_UNIX
// socket does not report a Shutdown of its sending half, as send(2) does.
constexpr absl::Duration kSendPause = absl::Milliseconds(50);

constexpr char kEndDuringHandshake[] =
    "the peer ended the connection during the handshake";

}  // namespace

// What BoringSSL reads from and writes to: the socket, through the platform
// under the layer. Called with the lock held, by Run.
struct ConnectionBio {
  static bio_st* New(Connection* connection) {
    static const BIO_METHOD* const method = [] {
      BIO_METHOD* made = BIO_meth_new(0, "mortise");
      BIO_meth_set_write(made, &Write);
      BIO_meth_set_read(made, &Read);
      BIO_meth_set_ctrl(made, &Control);
      return made;
    }();
    BIO* const bio = BIO_new(method);
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, connection);
    BIO_set_init(bio, 1);
    return bio;
  }

  static Connection& Of(BIO* bio) {
    return *static_cast<Connection*>(BIO_get_data(bio));
  }

  static int Read(BIO* bio, char* buffer,
                  int size) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Connection& self = Of(bio);
    BIO_clear_retry_flags(bio);
    return Finish(self, bio, size, BIO_set_retry_read, [&] {
      return self.next_.sockets().Recv(
          self.socket_, absl::MakeSpan(buffer, static_cast<std::size_t>(size)),
          self.do_not_wait_);
    });
  }

  static int Write(BIO* bio, const char* data,
                   int size) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Connection& self = Of(bio);
    BIO_clear_retry_flags(bio);
    if (!self.sealing_log_.Note()) {
      self.socket_error_ = kOtherProcessNumber;
      return -1;
    }
    return Finish(self, bio, size, BIO_set_retry_write, [&] {
      SysResult<std::size_t> sent = self.next_.sockets().Send(
          self.socket_,
          absl::MakeConstSpan(data, static_cast<std::size_t>(size)),
          self.do_not_wait_);
      // Not an error, and no progress: a caller would repeat it for ever.
      if (sent.ok() && sent.value == 0) sent.error = self.numbers_.broken_pipe;
      return sent;
    });
  }

  template <typename Call>
  static int Finish(Connection& self, BIO* bio, int size,
                    void (*set_retry)(BIO*),
                    Call call) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    for (;;) {
      const SysResult<std::size_t> result = call();
      if (result.ok()) {
        // A platform may claim more than there was room for, and BoringSSL
        // would believe it.
        return static_cast<int>(
            std::min(result.value, static_cast<std::size_t>(size)));
      }
      const ErrorCode code =
          self.next_.facts().errors.Code(ErrorDomain::kOs, result.error);
      if (code == ErrorCode::kEintr) continue;
      if (code == ErrorCode::kEagain) {
        set_retry(bio);
      } else {
        self.socket_error_ = result.error;
      }
      return -1;
    }
  }

  static long Control(BIO*, int command, long, void*) {  // NOLINT: its type
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }
};

void SslDeleter::operator()(ssl_st* ssl) const { SSL_free(ssl); }

void SetRefusal(ssl_st* ssl,
                absl::string_view why) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  BIO* const bio = SSL_get_rbio(ssl);
  if (bio != nullptr) ConnectionBio::Of(bio).refusal_ = std::string(why);
}

ErrorNumbers::ErrorNumbers(const ErrorTable& errors)
    : would_block(errors.Native(ErrorCode::kEagain)),
      broken_pipe(errors.Native(ErrorCode::kEpipe)),
      is_connected(errors.Native(ErrorCode::kEisconn)),
      bad_handle(errors.Native(ErrorCode::kEbadf)),
      unsupported_flag(errors.Native(ErrorCode::kEopnotsupp)) {}

Connection::Connection(Platform& next, const ErrorNumbers& numbers,
                       NativeHandle socket, bool blocking)
    : next_(next),
      numbers_(numbers),
      socket_(socket),
      do_not_wait_(next.facts().wait_flags.do_not_wait),
      blocking_(blocking) {}

Connection::~Connection() = default;

void Connection::Begin(NewSession session) {
  // Records are small messages one after another, the last of the handshake and
  // the first with data among them, and Nagle's algorithm would have each wait
  // for the peer's delayed acknowledgement of the one before. Where there is no
  // TCP there is no such algorithm.
  const int on = 1;
  next_.sockets().SetSockOpt(
      socket_, kIpprotoTcp, kTcpNodelay,
      absl::MakeConstSpan(reinterpret_cast<const char*>(&on), sizeof(on)));
  const absl::MutexLock lock(&mutex_);
  ssl_ = std::move(session.ssl);
  truncation_ = session.truncation;
  BIO* const bio = ConnectionBio::New(this);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                               SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  begun_.store(true, std::memory_order_release);
}

Connection::Outcome Connection::Fail(int native, std::string text,
                                     Failure* failure) {
  SetErrorText(native, text);
  // Not yet connected: it may still be.
  if (!handshake_done_ && !IsTlsNumber(native) &&
      next_.facts().errors.Code(ErrorDomain::kOs, native) ==
          ErrorCode::kEnotconn) {
    return {0, Want::kNothing, native};
  }
  *failure = {native, std::move(text)};
  // Without a handshake, or with garbage, there is nothing more either way.
  // What another process has sent does not stand in the way of receiving.
  if (!handshake_done_ || (IsTlsNumber(native) && native != kTruncatedNumber &&
                           native != kOtherProcessNumber)) {
    receive_failure_ = *failure;
    send_failure_ = *failure;
  }
  return {0, Want::kNothing, native};
}

Connection::Outcome Connection::Interpret(int returned, Failure* failure) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return {0, Want::kRead, 0};
    case SSL_ERROR_WANT_WRITE:
      return {0, Want::kWrite, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {};
    case SSL_ERROR_SYSCALL:
      if (socket_error_ != 0) return Fail(socket_error_, "", failure);
      if (!SSL_in_init(ssl_.get())) {
        if (truncation_ == Truncation::kIsTheEnd) return {};
        return Fail(kTruncatedNumber, "", failure);
      }
      return Fail(kTruncatedNumber, kEndDuringHandshake, failure);
    default: {
      const int number = TakeLibraryError();
      if (number == 0) {
        return Fail(socket_error_ != 0 ? socket_error_ : kTruncatedNumber, "",
                    failure);
      }
      return Fail(number,
                  refusal_.empty() ? GeneralErrorText(number) : refusal_,
                  failure);
    }
  }
}

template <typename Call>
Connection::Outcome Connection::Run(Failure* failure, Call call) {
  if (failure->native != 0) {
    SetErrorText(failure->native, failure->text);
    return {0, Want::kNothing, failure->native};
  }
  if (!made_non_blocking_) {
    const SysResult<void> made = next_.sockets().SetBlocking(socket_, false);
    if (!made.ok()) return {0, Want::kNothing, made.error};
    made_non_blocking_ = true;
  }
  ERR_clear_error();
  socket_error_ = 0;
  refusal_.clear();
  const int returned = call(ssl_.get());
  const Outcome outcome = returned > 0
                              ? Outcome{static_cast<std::size_t>(returned)}
                              : Interpret(returned, failure);
  if (!handshake_done_ && outcome.error == 0 && !SSL_in_init(ssl_.get())) {
    handshake_done_ = true;
    handshake_over_.store(true, std::memory_order_relaxed);
  }
  return outcome;
}

Connection::Outcome Connection::RunHandshake() {
  if (handshake_done_) return {};
  return Run(&receive_failure_, [](SSL* ssl) { return SSL_do_handshake(ssl); });
}

Connection::Outcome Connection::RunPeek() {
  if (SSL_pending(ssl_.get()) > 0) return {};
  return Run(&receive_failure_, [](SSL* ssl) {
    char byte;
    return SSL_peek(ssl, &byte, 1);
  });
}

Connection::Outcome Connection::RunAbandoned() {
  if (sealed_size_ == 0 || sealed_by_.load(std::memory_order_relaxed) != 0) {
    return {};
  }
  // BoringSSL has the record. Of the data it looks at the size only.
  static constexpr char kAnything[kRecordSize] = {};
  const int size = static_cast<int>(sealed_size_);
  const Outcome outcome = Run(&send_failure_, [size](SSL* ssl) {
    return SSL_write(ssl, kAnything, size);
  });
  if (outcome.want == Want::kNothing) sealed_size_ = 0;
  return outcome;
}

bool Connection::IsSealed(absl::Span<const char> data) const {
  return sealed_size_ > 0 && data.size() >= sealed_size_ &&
         HashOf(data.subspan(0, sealed_size_)) == sealed_hash_;
}

Connection::Outcome Connection::RunSend(NativeHandle sender,
                                        absl::Span<const char> data,
                                        bool waits) {
  const Outcome abandoned = RunAbandoned();
  if (!abandoned.ok()) return abandoned;
  const std::thread::id thread = std::this_thread::get_id();
  std::size_t size = std::min(data.size(), kRecordSize);
  if (sealed_size_ > 0) {
    size = sealed_size_;
    if (!IsSealed(data)) {
      // Another thread will repeat its data, or abandon it. This one has not,
      // and if it may wait then it has the turn, so nobody else will.
      if (!waits && sealed_in_ != thread) return {0, Want::kWrite, 0};
      SetErrorText(kBadRetryNumber, GeneralErrorText(kBadRetryNumber));
      return {0, Want::kNothing, kBadRetryNumber};
    }
  }
  const Outcome outcome = Run(&send_failure_, [&](SSL* ssl) {
    return SSL_write(ssl, data.data(), static_cast<int>(size));
  });
  if (outcome.want == Want::kNothing) {
    sealed_size_ = 0;
  } else if (outcome.want == Want::kWrite && handshake_done_) {
    if (sealed_size_ == 0) sealed_hash_ = HashOf(data.subspan(0, size));
    sealed_size_ = size;
    sealed_in_ = thread;
    sealed_by_.store(sender.value(), std::memory_order_relaxed);
  }
  return outcome;
}

Connection::Outcome Connection::RunGoodbye() {
  if (goodbye_said_) return {};
  const Outcome ready = RunHandshake();
  if (!ready.ok()) return ready;
  const Outcome abandoned = RunAbandoned();
  if (abandoned.want != Want::kNothing) return abandoned;
  // In the middle of a record there is no way to say it.
  if (sealed_size_ > 0 || send_failure_.native != 0) return {};
  const Outcome outcome = Run(&send_failure_, [](SSL* ssl) {
    // 0 is "said, and the peer has not yet".
    return SSL_shutdown(ssl) >= 0 ? 1 : -1;
  });
  if (outcome.ok()) goodbye_said_ = true;
  return outcome;
}

void Connection::GoOnWithGoodbye() {
  if (!goodbye_pending_ || RunGoodbye().want != Want::kNothing) return;
  goodbye_pending_ = false;
  next_.sockets().Shutdown(socket_, ShutdownHow::kWrite);
}

SysResult<bool> Connection::WaitBelow(
    Want want, absl::Span<WaitInterrupt* const> interrupts,
    absl::Duration timeout) {
  if (!handshake_over_.load(std::memory_order_relaxed)) {
    // `value` of false is the end of a pause, if not of `timeout`.
    timeout = std::min(timeout, kHandshakePause);
  }
  const WaitTarget target = {socket_, want == Want::kRead
                                          ? WaitEvents::kReadable
                                          : WaitEvents::kWritable};
  const SysResult<std::size_t> first = next_.readiness().WaitInterruptibly(
      absl::MakeConstSpan(&target, 1), interrupts, timeout);
  return {first.ok() && first.value == 0, first.error};
}

template <typename RunOnce>
SysResult<void> Connection::Complete(RunOnce run) {
  for (;;) {
    Outcome outcome;
    {
      const absl::MutexLock lock(&mutex_);
      outcome = run();
      if (outcome.want != Want::kNothing) receiver_wants_ = outcome.want;
    }
    if (outcome.want == Want::kNothing) return {outcome.error};
    if (!is_blocking()) {
      return {numbers_.would_block};
    }
    const SysResult<bool> waited =
        WaitBelow(outcome.want, {}, absl::InfiniteDuration());
    if (!waited.ok()) return {waited.error};
  }
}

SysResult<std::size_t> Connection::Recv(absl::Span<char> buffer, int flags) {
  if ((flags & ~(kMsgPeek | kMsgWaitall | kDontWait)) != 0) {
    return {0, numbers_.unsupported_flag};
  }
  if (buffer.empty()) return {0, 0};
  const bool peeks = (flags & kMsgPeek) != 0;
  const bool waits = Waits(flags);
  const bool takes_all = waits && !peeks && (flags & kMsgWaitall) != 0;
  std::optional<absl::MutexLock> turn;
  if (waits) turn.emplace(&receiving_);
  std::size_t done = 0;
  for (;;) {
    Outcome outcome;
    {
      const absl::MutexLock lock(&mutex_);
      GoOnWithGoodbye();
      if (receiving_ended_) return {done, 0};
      outcome = Run(&receive_failure_, [&](SSL* ssl) {
        const int size = static_cast<int>(
            std::min(buffer.size() - done, std::size_t{1} << 30));
        return peeks ? SSL_peek(ssl, buffer.data(), size)
                     : SSL_read(ssl, buffer.data() + done, size);
      });
      receiver_wants_ = outcome.want;
    }
    if (outcome.ok()) {
      done += outcome.value;
      if (!takes_all || outcome.value == 0 || done == buffer.size()) {
        return {done, 0};
      }
      continue;
    }
    // What there is comes first; an error is still there the next time.
    if (outcome.error != 0) return {done, done > 0 ? 0 : outcome.error};
    if (!waits) return {0, numbers_.would_block};
    const SysResult<bool> waited =
        WaitBelow(outcome.want, {}, absl::InfiniteDuration());
    if (!waited.ok()) return {done, done > 0 ? 0 : waited.error};
  }
}

bool Connection::Waits(int flags) const {
  return is_blocking() && (flags & kDontWait) == 0;
}

SysResult<std::size_t> Connection::Send(NativeHandle sender,
                                        absl::Span<const char> data,
                                        int flags) {
  if ((flags & ~(kNoSignal | kDontWait)) != 0) {
    return {0, numbers_.unsupported_flag};
  }
  const bool waits = Waits(flags);
  std::optional<absl::MutexLock> turn;
  if (waits) turn.emplace(&sending_);
  std::size_t done = 0;
  bool waited = false;
  for (;;) {
    Outcome outcome;
    {
      const absl::MutexLock lock(&mutex_);
      if (std::exchange(waited, false)) --senders_waiting_;
      if (sending_ended_) return {done, done > 0 ? 0 : numbers_.broken_pipe};
      if (data.empty()) return {0, 0};
      outcome = RunSend(sender, data.subspan(done), waits);
      sender_wants_ = outcome.want;
      if (outcome.want != Want::kNothing && waits) {
        ++senders_waiting_;
        waited = true;
      }
    }
    if (outcome.ok()) {
      done += outcome.value;
      // Once, so that a would-block means that nothing of it was taken.
      if (!waits || done == data.size()) return {done, 0};
      continue;
    }
    if (outcome.error != 0) return {done, done > 0 ? 0 : outcome.error};
    if (!waits) return {0, numbers_.would_block};
    const SysResult<bool> ready = WaitBelow(outcome.want, {}, kSendPause);
    // A signal must not end this call in the middle of a record.
    if (!ready.ok() &&
        next_.facts().errors.Code(ErrorDomain::kOs, ready.error) !=
            ErrorCode::kEintr) {
      const absl::MutexLock lock(&mutex_);
      --senders_waiting_;
      return {done, done > 0 ? 0 : ready.error};
    }
  }
}

std::size_t Connection::AbandonSend(absl::Span<const char> unsent) {
  const absl::MutexLock lock(&mutex_);
  if (!IsSealed(unsent)) return 0;
  sealed_by_.store(0, std::memory_order_relaxed);
  return sealed_size_;
}

SysResult<void> Connection::Shutdown(ShutdownHow how) {
  for (;;) {
    {
      const absl::MutexLock lock(&mutex_);
      if (how != ShutdownHow::kWrite) receiving_ended_ = true;
      if (how == ShutdownHow::kRead) {
        // The rest of the handshake has still to be received.
        if (!handshake_done_ && receive_failure_.native == 0) return {};
      } else {
        sending_ended_ = true;
        const bool handshakes = !handshake_done_ && send_failure_.native == 0;
        goodbye_pending_ = handshakes || RunGoodbye().want != Want::kNothing;
        // The end of the stream is the other process's to tell.
        if (send_failure_.native == kOtherProcessNumber) {
          SetErrorText(send_failure_.native, send_failure_.text);
          return {send_failure_.native};
        }
        if (handshakes && how == ShutdownHow::kWrite) return {};
        // A thread that waits is woken, at the price of a clean end.
        if (senders_waiting_ > 0 || how == ShutdownHow::kBoth) {
          goodbye_pending_ = false;
        }
      }
      if (!goodbye_pending_) return next_.sockets().Shutdown(socket_, how);
    }
    if (!is_blocking()) {
      return {numbers_.would_block};
    }
    const SysResult<bool> waited =
        WaitBelow(Want::kWrite, {}, absl::InfiniteDuration());
    if (!waited.ok()) return {waited.error};
  }
}

SysResult<bool> Connection::Wait(WaitEvents event,
                                 absl::Span<WaitInterrupt* const> interrupts,
                                 absl::Duration timeout) {
  if (event == WaitEvents::kConnected) {
    const WaitTarget target = {socket_, event};
    const SysResult<std::size_t> first = next_.readiness().WaitInterruptibly(
        absl::MakeConstSpan(&target, 1), interrupts, timeout);
    return {first.ok() && first.value == 0, first.error};
  }
  const bool sends = event == WaitEvents::kWritable;
  const bool finite = timeout != absl::InfiniteDuration();
  const absl::Duration end =
      finite ? next_.clock().Now() + timeout : absl::InfiniteDuration();
  for (;;) {
    Want want = Want::kWrite;
    bool last = false;
    {
      const absl::MutexLock lock(&mutex_);
      GoOnWithGoodbye();
      if (sends ? sending_ended_ && !goodbye_pending_ : receiving_ended_) {
        return {true, 0};
      }
      if (sends && send_failure_.native != 0) return {true, 0};
      if (sends && handshake_done_) {
        last = true;
      } else {
        const Outcome outcome = sends ? RunHandshake() : RunPeek();
        // Ready, or failed, which the call that follows finds out.
        if (outcome.want == Want::kNothing) {
          if (!sends || outcome.error != 0) return {true, 0};
          last = true;
        } else {
          want = outcome.want;
        }
      }
      if (sends) ++senders_waiting_;
    }
    const SysResult<bool> waited = WaitBelow(want, interrupts, timeout);
    if (sends) {
      const absl::MutexLock lock(&mutex_);
      --senders_waiting_;
    }
    if (last || !waited.ok() || AnyIsSet(interrupts)) return waited;
    if (finite) {
      timeout = std::max(end - next_.clock().Now(), absl::ZeroDuration());
      if (!waited.value && timeout <= absl::ZeroDuration()) return waited;
    }
  }
}

SysResult<void> Connection::SetBlocking(bool blocking) {
  blocking_.store(blocking, std::memory_order_relaxed);
  if (begun()) return {};
  return next_.sockets().SetBlocking(socket_, blocking);
}

SysResult<void> Connection::Handshake() {
  return Complete(
      [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return RunHandshake(); });
}

SysResult<void> Connection::CloseSession() {
  return Complete([this]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    sending_ended_ = true;
    Outcome outcome = RunGoodbye();
    while (outcome.ok()) {
      outcome = Run(&receive_failure_, [](SSL* ssl) {
        char thrown_away[4096];
        return SSL_read(ssl, thrown_away, sizeof(thrown_away));
      });
      if (outcome.ok() && outcome.value == 0) break;
    }
    return outcome;
  });
}

void Connection::End() {
  // Before the lock, which may be held for ever in another process.
  if (!sealing_log_.IsLast()) return;
  const absl::MutexLock lock(&mutex_);
  if (ssl_ == nullptr || !handshake_done_) return;
  if (!goodbye_said_) RunGoodbye();
  // Tickets of the peer that were not read would make the system reset the
  // connection, and what was sent would be lost.
  if (!receiving_ended_ && receive_failure_.native == 0) RunPeek();
}

bool Connection::Unref(NativeHandle handle) {
  // No send will repeat the data that this handle sent. The last handle leaves
  // its record to End, which does not send data that its sender was told had
  // not been taken.
  if (references_.load(std::memory_order_relaxed) > 1) {
    std::int64_t sealed_by = handle.value();
    sealed_by_.compare_exchange_strong(sealed_by, 0, std::memory_order_relaxed);
  }
  return references_.fetch_sub(1, std::memory_order_acq_rel) == 1;
}

void Connection::Deleter::operator()(Connection* connection) const {
  if (connection->sealing_log_.IsOfThisProcess()) {
    delete connection;
    return;
  }
  // Kept within reach, so that leak checkers do not report it.
  ABSL_CONST_INIT static std::atomic<Connection*> left{nullptr};
  connection->next_left_ = left.exchange(connection);
}

bool Connection::AdvanceHandshake() {
  if (!begun()) return false;
  const absl::MutexLock lock(&mutex_);
  return RunHandshake().want == Want::kNothing;
}

bool Connection::ReadWaitsToWrite() const {
  const absl::MutexLock lock(&mutex_);
  return receiver_wants_ == Want::kWrite;
}

bool Connection::WriteWaitsToRead() const {
  const absl::MutexLock lock(&mutex_);
  return sender_wants_ == Want::kRead;
}

void Connection::Inspect(absl::FunctionRef<void(ssl_st*)> look) {
  const absl::MutexLock lock(&mutex_);
  look(ssl_.get());
}

}  // namespace tls
}  // namespace mortise
