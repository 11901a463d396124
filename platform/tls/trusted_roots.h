// The certificates that this machine trusts, as its OS keeps them. One file per
// OS: posix/ and winsock/.

#ifndef MORTISE_PLATFORM_TLS_TRUSTED_ROOTS_H_
#define MORTISE_PLATFORM_TLS_TRUSTED_ROOTS_H_

#include <string>
#include <vector>

namespace mortise {
namespace tls {

// Of certificates for servers.
struct TrustedRoots {
  // Files of certificates in PEM form, not read yet.
  std::vector<std::string> files;
  // Certificates in DER form that are trusted, that only help to find the way
  // to one that is, and that are never accepted.
  std::vector<std::string> certificates;
  std::vector<std::string> helpers;
  std::vector<std::string> distrusted;
  // Where it was looked, for an error to tell when nothing was found.
  std::string places;

  friend bool operator==(const TrustedRoots& a, const TrustedRoots& b) {
    return a.files == b.files && a.certificates == b.certificates &&
           a.helpers == b.helpers && a.distrusted == b.distrusted &&
           a.places == b.places;
  }
};

// SSL_CERT_FILE and SSL_CERT_DIR, where they are set in the environment, come
// in place of the system's own, on every OS: a file of certificates, and
// folders of such files, separated as in PATH. The files of a folder are in the
// order of their names. A variable that is empty counts as unset, and none
// counts in a process that IsElevated.
//
// Windows: `certificates` are those of the store ROOT whose properties do not
// exclude servers, `helpers` those of the store CA, `distrusted` those of the
// store Disallowed.
TrustedRoots FindTrustedRoots();

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_TRUSTED_ROOTS_H_
