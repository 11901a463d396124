// The roots are a bundle of certificates in one file, which every distribution
// keeps in another place. macOS has such a file for programs that do not ask
// the Keychain. If there is no bundle, the roots are a folder of single
// certificates.

#include "mortise/platform/tls/trusted_roots.h"

#include "mortise/platform/tls/elevated.h"
#include "mortise/platform/tls/root_files.h"

namespace mortise {
namespace tls {
namespace {

constexpr const char* kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older ones
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, macOS, BSD
    "/usr/local/share/certs/ca-root-nss.crt",             // FreeBSD
};

constexpr const char* kFolders[] = {
    "/etc/ssl/certs", "/etc/pki/tls/certs",
    "/system/etc/security/cacerts",  // Android
};

}  // namespace

TrustedRoots FindTrustedRoots() {
  TrustedRoots roots;
  if (AddFilesOfEnvironment(':', IsElevated(), &roots)) return roots;
  for (const char* bundle : kBundles) {
    AddPlace(bundle, &roots);
    if (IsFile(bundle)) {
      roots.files.emplace_back(bundle);
      return roots;
    }
  }
  for (const char* folder : kFolders) {
    AddPlace(folder, &roots);
    AddFilesOf(folder, &roots);
    if (!roots.files.empty()) return roots;
  }
  return roots;
}

}  // namespace tls
}  // namespace mortise
