// The certificates that this machine trusts, as its OS keeps them. One file an
// OS: posix/ and winsock/.

#ifndef MORTISE_PLATFORM_TLS_TRUSTED_ROOTS_H_
#define MORTISE_PLATFORM_TLS_TRUSTED_ROOTS_H_

#include <string>
#include <vector>

namespace mortise {
namespace tls {

struct TrustedRoots {
  // Files of certificates in PEM form, not read yet.
  std::vector<std::string> files;
  // Certificates in DER form.
  std::vector<std::string> certificates;
  // Where it was looked, for an error to tell when nothing was found.
  std::string places;
};

// SSL_CERT_FILE and SSL_CERT_DIR, where they are set in the environment, come
// in place of the system's own, on every OS: a file of certificates, and
// folders of such files, separated as in PATH. The files of a folder are in the
// order of their names.
TrustedRoots FindTrustedRoots();

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_TRUSTED_ROOTS_H_
