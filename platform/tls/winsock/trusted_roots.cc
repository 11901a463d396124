// The stores that Windows itself uses. ROOT grows as Windows meets roots that
// Microsoft trusts, so it lacks those that Windows has not met yet. CA holds
// intermediate certificates that some program has met, and says nothing about
// trust.

#include "mortise/platform/tls/trusted_roots.h"

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "mortise/platform/tls/elevated.h"
#include "mortise/platform/tls/root_files.h"
#include "mortise/platform/winsock/os_headers.h"

// Included after the OS's own headers.
#include <wincrypt.h>

namespace mortise {
namespace tls {
namespace {

// Whether the properties of a root let it vouch for servers. They are the
// administrator's or Microsoft's, and no part of the certificate.
bool IsForServers(const CERT_CONTEXT* certificate) {
  DWORD size = 0;
  if (!CertGetEnhancedKeyUsage(
          certificate, CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG, nullptr, &size)) {
    // Without such a property a root is for everything.
    return GetLastError() == static_cast<DWORD>(CRYPT_E_NOT_FOUND);
  }
  // The buffer begins with a structure, so it is aligned for that structure.
  std::vector<CERT_ENHKEY_USAGE> bytes(size / sizeof(CERT_ENHKEY_USAGE) + 1);
  CERT_ENHKEY_USAGE* const usage = bytes.data();
  if (!CertGetEnhancedKeyUsage(
          certificate, CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG, usage, &size)) {
    return false;
  }
  if (usage->cUsageIdentifier == 0) {
    return GetLastError() == static_cast<DWORD>(CRYPT_E_NOT_FOUND);
  }
  for (DWORD i = 0; i < usage->cUsageIdentifier; ++i) {
    const char* const name = usage->rgpszUsageIdentifier[i];
    if (std::strcmp(name, szOID_PKIX_KP_SERVER_AUTH) == 0 ||
        std::strcmp(name, szOID_ANY_ENHANCED_KEY_USAGE) == 0) {
      return true;
    }
  }
  return false;
}

bool IsAny(const CERT_CONTEXT*) { return true; }

void AddStore(const wchar_t* name, bool (*is_wanted)(const CERT_CONTEXT*),
              std::vector<std::string>* certificates) {
  const HCERTSTORE store = CertOpenSystemStoreW(0, name);
  if (store == nullptr) return;
  const CERT_CONTEXT* certificate = nullptr;
  while ((certificate = CertEnumCertificatesInStore(store, certificate)) !=
         nullptr) {
    if ((certificate->dwCertEncodingType & X509_ASN_ENCODING) == 0 ||
        !is_wanted(certificate)) {
      continue;
    }
    certificates->emplace_back(
        reinterpret_cast<const char*>(certificate->pbCertEncoded),
        static_cast<std::size_t>(certificate->cbCertEncoded));
  }
  CertCloseStore(store, 0);
}

}  // namespace

TrustedRoots FindTrustedRoots() {
  TrustedRoots roots;
  if (AddFilesOfEnvironment(';', IsElevated(), &roots)) return roots;
  AddPlace("the certificate store ROOT", &roots);
  AddStore(L"ROOT", &IsForServers, &roots.certificates);
  AddStore(L"CA", &IsAny, &roots.helpers);
  AddStore(L"Disallowed", &IsAny, &roots.distrusted);
  return roots;
}

}  // namespace tls
}  // namespace mortise
