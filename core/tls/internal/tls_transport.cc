#include "mortise/core/tls/internal/tls_transport.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/stream_call.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/internal/library_error.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "openssl/bio.h"

namespace mortise {
namespace internal {

std::string PeerText(Stream& stream) {
  const Socket* const socket = stream.socket();
  if (socket == nullptr) return "";
  const absl::StatusOr<SocketAddress> peer = socket->GetPeerName();
  return peer.ok() ? peer->ToString() : "";
}

struct TlsTransport::Bio {
  static TlsTransport& Of(BIO* bio) {
    return *static_cast<TlsTransport*>(BIO_get_data(bio));
  }

  static int Read(BIO* bio, char* buffer, int size) {
    TlsTransport& self = Of(bio);
    BIO_clear_retry_flags(bio);
    if (--self.reads_left_ < 0) {
      self.last_read_ = StreamTry();
      self.last_read_.wait = WaitEvents::kReadable;
      // This moment is long ago for a TlsSocket below, so that a wait for it
      // ends at once. A socket tells by itself that there is more.
      self.last_read_.moment = 1;
      BIO_set_retry_read(bio);
      return -1;
    }
    StreamTry tried = self.below_.TryRead(
        absl::MakeSpan(buffer, static_cast<std::size_t>(size)), TryMode::kNow);
    // A stream of a program's own may claim more than there was room for, and
    // BoringSSL would believe it.
    if (tried.size > 0) {
      return static_cast<int>(
          std::min(tried.size, static_cast<std::size_t>(size)));
    }
    self.last_read_ = std::move(tried);
    if (!self.last_read_.status.ok()) return -1;
    if (self.last_read_.wait == WaitEvents::kNone) return 0;
    BIO_set_retry_read(bio);
    return -1;
  }

  static int Write(BIO* bio, const char* data, int size) {
    Of(bio).Add(absl::string_view(data, static_cast<std::size_t>(size)));
    return size;
  }

  static long Control(BIO*, int command, long, void*) {  // NOLINT: its type
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }
};

bio_st* TlsTransport::NewBio() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(0, "mortise");
    BIO_meth_set_write(made, &Bio::Write);
    BIO_meth_set_read(made, &Bio::Read);
    BIO_meth_set_ctrl(made, &Bio::Control);
    return made;
  }();
  BIO* const bio = BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  return bio;
}

void TlsTransport::Fail(absl::Status status) {
  write_failure_ = std::move(status);
  std::string().swap(unsent_);
  below_holds_ = false;
}

void TlsTransport::FailInOtherProcess() {
  Fail(TlsError(Operation::kWrite, kTlsOtherProcess, PeerText(below_)));
}

std::size_t TlsTransport::Send(absl::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    StreamTry tried = below_.TryWrite(bytes.substr(done), TryMode::kNow);
    if (!tried.status.ok()) {
      Fail(std::move(tried.status));
      return done;
    }
    const std::size_t size = std::min(tried.size, bytes.size() - done);
    done += size;
    below_holds_ = tried.wait != WaitEvents::kNone;
    if (below_holds_) {
      last_write_ = std::move(tried);
      break;
    }
    out_ += size;
    if (size == 0) {
      Fail(StreamCall(below_, Operation::kWrite).Error(ErrorCode::kEpipe));
      return done;
    }
  }
  return done;
}

void TlsTransport::Add(absl::string_view sealed) {
  sealed_ += sealed.size();
  if (!write_failure_.ok()) return;
  if (!log_.Note()) return FailInOtherProcess();
  if (is_out()) sealed.remove_prefix(Send(sealed));
  if (sealed.empty() || !write_failure_.ok()) return;
  unsent_.append(sealed.data(), sealed.size());
}

void TlsTransport::Flush() {
  if (is_out()) return;
  if (ends_below_) return EndBelow();
  if (!log_.Note()) return FailInOtherProcess();
  if (unsent_.empty()) {
    const StreamTry tried = below_.TryFlush(last_write_);
    if (!tried.status.ok()) return Fail(tried.status);
    below_holds_ = tried.wait != WaitEvents::kNone;
    if (below_holds_) {
      last_write_.wait = tried.wait;
      last_write_.moment = tried.moment;
    }
  } else {
    unsent_.erase(0, Send(unsent_));
  }
  if (!is_out() || !write_failure_.ok()) return;
  out_ = sealed_;
  // An idle connection holds no buffer.
  std::string().swap(unsent_);
}

void TlsTransport::EndBelow() {
  ends_below_ = true;
  last_write_ = below_.TryShutdown(ShutdownHow::kWrite);
  below_holds_ = last_write_.wait != WaitEvents::kNone;
  end_status_ = last_write_.status;
}

}  // namespace internal
}  // namespace mortise
