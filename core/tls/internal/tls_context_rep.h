// The contents of a TlsContext.

#ifndef MORTISE_CORE_TLS_INTERNAL_TLS_CONTEXT_REP_H_
#define MORTISE_CORE_TLS_INTERNAL_TLS_CONTEXT_REP_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "mortise/core/tls/internal/revocation_lists.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/tls/key_log_file.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// What the options of a context have become. It does not change, and lives as
// long as a session that was made of it.
class TlsContextRep {
 public:
  bool is_server = false;
  TlsVerify verify = TlsVerify::kFull;
  bool truncation_is_end = false;
  std::function<TlsContext(absl::string_view)> on_server_name;
  bssl::UniquePtr<SSL_CTX> ssl_ctx;
  // The certificates that vouch for peers; nullptr if no peer is verified and
  // none were given.
  std::shared_ptr<const TrustAnchors> anchors;
  // The certificates that are revoked; nullptr if no lists were given.
  std::shared_ptr<const RevocationLists> revoked;
  // Where the secrets of connections are written; nullptr if nowhere.
  std::unique_ptr<tls::KeyLogFile> key_log;

  // Returns a session with `host` that has not begun, or nullptr if memory ran
  // out. It keeps `rep` alive.
  static bssl::UniquePtr<SSL> NewSession(
      const std::shared_ptr<const TlsContextRep>& rep, absl::string_view host,
      SSL_SESSION* resumed = nullptr);
};

// Holds what new sessions of a context are made of. Thread-safe. Readers do not
// wait for each other, not even in a child that was forked during a Get. In one
// that was forked during a Set, which lasts for the copy of a pointer, it must
// not be used.
class CurrentContext {
 public:
  explicit CurrentContext(std::shared_ptr<const TlsContextRep> rep)
      : rep_(std::move(rep)) {}

  std::shared_ptr<const TlsContextRep> Get() const {
    const absl::ReaderMutexLock lock(&mutex_);
    return rep_;
  }

  void Set(std::shared_ptr<const TlsContextRep> rep) {
    const absl::MutexLock lock(&mutex_);
    // What was there is destroyed outside of the lock, as an argument.
    rep_.swap(rep);
  }

 private:
  mutable absl::Mutex mutex_;
  std::shared_ptr<const TlsContextRep> rep_ ABSL_GUARDED_BY(mutex_);
};

// Returns the newest session with which `ssl` may be resumed, or nullptr if
// there is none. The session is owned by `ssl`.
SSL_SESSION* NewestSession(const SSL& ssl);

// Whether the stream may end without TLS having been ended.
bool TruncationIsEnd(const SSL& ssl);

// Returns why the certificates of the peer of `ssl` were refused, and forgets
// it. Empty if they were not.
std::string TakeRefusal(const SSL& ssl);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_TLS_CONTEXT_REP_H_
