// The code that all ways to find trusted roots share.

#ifndef MORTISE_PLATFORM_TLS_ROOT_FILES_H_
#define MORTISE_PLATFORM_TLS_ROOT_FILES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/tls/trusted_roots.h"

namespace mortise {
namespace tls {

bool IsFile(const std::string& path);

// Adds the files of `folder`, in the order of their names. Adds none if the
// folder cannot be read.
void AddFilesOf(const std::string& folder, TrustedRoots* roots);

// Adds what SSL_CERT_FILE and SSL_CERT_DIR say. Returns false if neither says
// anything, or if `is_elevated`, because the environment does not count then.
bool AddFilesOfEnvironment(char separator, bool is_elevated,
                           TrustedRoots* roots);

// Records one more place that was searched.
void AddPlace(absl::string_view place, TrustedRoots* roots);

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_ROOT_FILES_H_
