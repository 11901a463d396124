// The keys that seal and open the tickets with which connections are resumed.

#ifndef MORTISE_CORE_TLS_INTERNAL_TICKET_KEYS_H_
#define MORTISE_CORE_TLS_INTERNAL_TICKET_KEYS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// Makes a server seal tickets with the first of `keys`, and open those that any
// of them has sealed. Without keys, BoringSSL uses random ones of its own.
// Fails with an error about the option `ticket_keys`, which contains no part of
// a key.
//
// The tickets are those of RFC 5077, section 4, as BoringSSL makes them with
// one key: AES-128-CBC and HMAC-SHA-256.
absl::Status UseTicketKeys(const std::vector<std::string>& keys,
                           SSL_CTX* context);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_TICKET_KEYS_H_
