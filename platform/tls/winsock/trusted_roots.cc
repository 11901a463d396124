// The store that Windows itself uses. It grows as Windows meets roots that
// Microsoft trusts; what it has not met yet is not there.

#include "mortise/platform/tls/trusted_roots.h"

#include <cstddef>
#include <string>

#include "mortise/platform/tls/root_files.h"
#include "mortise/platform/winsock/os_headers.h"

// After the OS's own.
#include <wincrypt.h>

namespace mortise {
namespace tls {

TrustedRoots FindTrustedRoots() {
  TrustedRoots roots;
  if (AddFilesOfEnvironment(';', &roots)) return roots;
  AddPlace("the certificate store ROOT", &roots);
  const HCERTSTORE store = CertOpenSystemStoreW(0, L"ROOT");
  if (store == nullptr) return roots;
  const CERT_CONTEXT* certificate = nullptr;
  while ((certificate = CertEnumCertificatesInStore(store, certificate)) !=
         nullptr) {
    if ((certificate->dwCertEncodingType & X509_ASN_ENCODING) == 0) continue;
    roots.certificates.emplace_back(
        reinterpret_cast<const char*>(certificate->pbCertEncoded),
        static_cast<std::size_t>(certificate->cbCertEncoded));
  }
  CertCloseStore(store, 0);
  return roots;
}

}  // namespace tls
}  // namespace mortise
