#include "mortise/core/tls/internal/system_roots.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "mortise/core/internal/quote.h"
#include "mortise/core/tls/internal/certificate_reader.h"
#include "mortise/core/tls/internal/option_error.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/tls/file_stamp.h"
#include "mortise/platform/tls/read_file.h"
#include "mortise/platform/tls/trusted_roots.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {
namespace {

// No file system counts time more coarsely.
constexpr std::chrono::seconds kCoarsestTime{2};

// The system's certificates and the files to read.
struct Sources {
  tls::TrustedRoots roots;
  // The stamp of each file in `roots.files`.
  std::vector<tls::FileStamp> stamps;

  friend bool operator==(const Sources& a, const Sources& b) {
    return a.roots == b.roots && a.stamps == b.stamps;
  }
};

Sources FindSources() {
  Sources found;
  found.roots = tls::FindTrustedRoots();
  for (const std::string& file : found.roots.files) {
    found.stamps.push_back(tls::StampOf(file));
  }
  return found;
}

// Whether a file that changes from now on will have another stamp.
bool IsSettled(const Sources& sources) {
  // Not absl::Now, which takes a lock that stays locked in a forked child.
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  for (const tls::FileStamp& stamp : sources.stamps) {
    const auto age = now - std::chrono::nanoseconds(stamp.modified);
    if (-kCoarsestTime < age && age < kCoarsestTime) return false;
  }
  return true;
}

struct Kept {
  Sources sources;
  std::shared_ptr<const TrustAnchors> anchors;
};

// The trust anchors that were read last.
//
// No mutex is used: in a child that was forked while another thread held the
// mutex, it would stay locked for ever. Instead a flag guards the pointer while
// it is copied. A thread that does not get the flag in time reads the files
// once more.
class Cache {
 public:
  std::shared_ptr<const Kept> Get() {
    if (!Take()) return nullptr;
    std::shared_ptr<const Kept> kept = kept_;
    is_taken_.clear(std::memory_order_release);
    return kept;
  }

  void Set(std::shared_ptr<const Kept> kept) {
    if (!Take()) return;
    kept_.swap(kept);
    is_taken_.clear(std::memory_order_release);
  }

 private:
  bool Take() {
    constexpr int kTries = 1000;
    for (int i = 0; i < kTries; ++i) {
      if (!is_taken_.test_and_set(std::memory_order_acquire)) return true;
      std::this_thread::yield();
    }
    return false;
  }

  std::atomic_flag is_taken_ = ATOMIC_FLAG_INIT;
  std::shared_ptr<const Kept> kept_;
};

// The cache is never destroyed. It is not a static object of this function: a
// child that was forked while another thread initialised it would wait for that
// thread for ever.
Cache& TheCache() {
  ABSL_CONST_INIT static std::atomic<Cache*> cache{nullptr};
  Cache* known = cache.load(std::memory_order_acquire);
  if (known != nullptr) return *known;
  auto made = std::make_unique<Cache>();
  return cache.compare_exchange_strong(known, made.get(),
                                       std::memory_order_acq_rel)
             ? *made.release()
             : *known;
}

// The last file that exists and could not be read, and the reason. Both are
// empty if there is no such file.
struct Unread {
  std::string file;
  std::string why;
};

// Reads all sources into `*anchors`. Returns false if memory ran out.
bool Fill(const Sources& sources, TrustAnchors* anchors, Unread* unread) {
  const tls::TrustedRoots& roots = sources.roots;
  for (std::size_t i = 0; i < roots.files.size(); ++i) {
    std::string text;
    tls::FileError why;
    if (!tls::ReadFile(roots.files[i], &text, &why)) {
      if (sources.stamps[i] != tls::FileStamp()) {
        *unread = {roots.files[i], why.code == ErrorCode::kUnmapped
                                       ? std::move(why.text)
                                       : std::string(ErrorCodeName(why.code))};
      }
      continue;
    }
    for (const ReadCertificate& read : ReadCertificates(text).certificates) {
      if (!anchors->Add(read.certificate.get(), read.settings)) return false;
    }
  }
  for (const std::string& der : roots.certificates) {
    const bssl::UniquePtr<X509> root = CertificateOf(der);
    if (root != nullptr && !anchors->Add(root.get(), {})) return false;
  }
  for (const std::string& der : roots.helpers) {
    const bssl::UniquePtr<X509> helper = CertificateOf(der);
    if (helper != nullptr && !anchors->AddHelper(helper.get())) return false;
  }
  for (const std::string& der : roots.distrusted) {
    const bssl::UniquePtr<X509> distrusted = CertificateOf(der);
    if (distrusted != nullptr && !anchors->Distrust(distrusted.get())) {
      return false;
    }
  }
  return anchors->Finish();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TrustAnchors>> SystemRoots() {
  auto read = std::make_shared<Kept>();
  // The stamps are taken before the files are read. If a file changes
  // meanwhile, its stamp differs the next time.
  read->sources = FindSources();
  const bool is_settled = IsSettled(read->sources);
  std::shared_ptr<const Kept> kept = TheCache().Get();
  if (is_settled && kept != nullptr && kept->sources == read->sources) {
    return kept->anchors;
  }
  auto anchors = std::make_shared<TrustAnchors>(/*of_servers=*/true);
  Unread unread;
  if (!Fill(read->sources, anchors.get(), &unread)) return TlsOutOfMemory();
  // Without this error, a user would notice missing roots only because every
  // server is refused.
  if (anchors->empty()) {
    return TlsOptionError(
        "trusted",
        absl::StrCat("this system has no trusted certificates where they are "
                     "looked for: ",
                     read->sources.roots.places,
                     unread.file.empty() ? "" : "; cannot read ",
                     unread.file.empty() ? "" : Quote(unread.file),
                     unread.why.empty() ? "" : ": ", unread.why),
        absl::StatusCode::kNotFound);
  }
  read->anchors = std::move(anchors);
  // A file that could not be read may be readable the next time, for example if
  // there were too few descriptors. So this result is not kept.
  if (!is_settled || !unread.file.empty()) return read->anchors;
  // Another thread may have read the same files meanwhile. Use its object.
  kept = TheCache().Get();
  if (kept != nullptr && kept->sources == read->sources) return kept->anchors;
  TheCache().Set(read);
  return read->anchors;
}

}  // namespace internal
}  // namespace mortise
