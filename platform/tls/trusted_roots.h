// The certificates that this machine trusts, as its OS keeps them. One file per
// OS: posix/ and winsock/.

#ifndef MORTISE_PLATFORM_TLS_TRUSTED_ROOTS_H_
#define MORTISE_PLATFORM_TLS_TRUSTED_ROOTS_H_

#include <string>
#include <vector>

namespace mortise {
namespace tls {

// The roots that certificates of servers may lead to.
struct TrustedRoots {
  // Files of certificates in PEM form, not read yet.
  std::vector<std::string> files;
  // Certificates in DER form:
  //   - `certificates` are trusted.
  //   - `helpers` only help to find the way to a trusted certificate.
  //   - `distrusted` are never accepted.
  std::vector<std::string> certificates;
  std::vector<std::string> helpers;
  std::vector<std::string> distrusted;
  // The places that were searched, for the error that nothing was found.
  std::string places;

  friend bool operator==(const TrustedRoots& a, const TrustedRoots& b) {
    return a.files == b.files && a.certificates == b.certificates &&
           a.helpers == b.helpers && a.distrusted == b.distrusted &&
           a.places == b.places;
  }
};

// Returns the roots that this machine trusts. Reads the file system.
//
// If SSL_CERT_FILE and SSL_CERT_DIR are set in the environment, they take the
// place of the system's own roots, on every OS. The first names a file of
// certificates, the second folders of such files, separated as in PATH. The
// files of a folder are in the order of their names. An empty variable counts
// as unset. In a process that IsElevated, neither counts.
//
// On Windows the stores of the system are used:
//   - `certificates` are those of the store ROOT whose properties do not
//     exclude servers.
//   - `helpers` are those of the store CA.
//   - `distrusted` are those of the store Disallowed.
TrustedRoots FindTrustedRoots();

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_TRUSTED_ROOTS_H_
