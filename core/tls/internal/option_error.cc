#include "mortise/core/tls/internal/option_error.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/tls/file_error.h"
#include "openssl/err.h"

namespace mortise {
namespace internal {

absl::Status TlsOptionError(absl::string_view option,
                            absl::string_view complaint,
                            absl::StatusCode code) {
  ERR_clear_error();
  return ArgumentError(code, Operation::kSsl, option, complaint);
}

absl::Status TlsFileError(absl::string_view option, absl::string_view file,
                          const tls::FileError& why) {
  ERR_clear_error();
  const Platform& system = Platform::Default();
  const int native = system.facts().errors.Native(why.code);
  if (PortableCode(system, ErrorDomain::kOs, native) == why.code &&
      why.code != ErrorCode::kUnmapped) {
    return PlatformError(system, Operation::kSsl, ErrorDomain::kOs, native,
                         absl::StrCat(option, " ", file));
  }
  return TlsOptionError(option,
                        absl::StrCat(file, " cannot be used: ", why.text));
}

absl::Status TlsOutOfMemory() {
  ERR_clear_error();
  return absl::ResourceExhaustedError("ssl: out of memory");
}

}  // namespace internal
}  // namespace mortise
