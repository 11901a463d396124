#include "mortise/core/tls/internal/ticket_keys.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/tls/internal/option_error.h"
#include "openssl/cipher.h"
#include "openssl/digest.h"
#include "openssl/hmac.h"
#include "openssl/mem.h"
#include "openssl/rand.h"
#include "openssl/ssl.h"

namespace mortise {
namespace internal {
namespace {

// The parts of a key, in the order of SSL_CTX_set_tlsext_ticket_keys.
struct TicketKey {
  // Stands at the beginning of each ticket, for all to see.
  std::uint8_t name[SSL_TICKET_KEY_NAME_LEN];
  std::uint8_t hmac[16];
  std::uint8_t aes[16];
};
static_assert(sizeof(TicketKey) == 48);

struct TicketKeys {
  ~TicketKeys() { OPENSSL_cleanse(all.data(), all.size() * sizeof(TicketKey)); }

  std::vector<TicketKey> all;
};

int KeysIndex() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr,
      [](void*, void* keys, CRYPTO_EX_DATA*, int, long, void*) {  // NOLINT
        delete static_cast<TicketKeys*>(keys);
      });
  return index;
}

// Prepares `cipher` and `hmac` for one ticket. The meaning of the result is
// BoringSSL's:
//   1   success
//   2   success, and the ticket has to be replaced by a new one
//   0   no key opens the ticket, so the connection is not resumed
//   -1  failure
int PrepareTicket(SSL* ssl, std::uint8_t* name, std::uint8_t* iv,
                  EVP_CIPHER_CTX* cipher, HMAC_CTX* hmac, int is_new) {
  const auto& keys = *static_cast<const TicketKeys*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), KeysIndex()));
  const TicketKey* key = &keys.all.front();
  int success = 1;
  if (is_new != 0) {
    std::memcpy(name, key->name, sizeof(key->name));
    RAND_bytes(iv, EVP_CIPHER_iv_length(EVP_aes_128_cbc()));
  } else {
    key = nullptr;
    for (const TicketKey& candidate : keys.all) {
      if (std::memcmp(name, candidate.name, sizeof(candidate.name)) == 0) {
        key = &candidate;
      }
    }
    if (key == nullptr) return 0;
    if (key != &keys.all.front()) success = 2;
  }
  if (!HMAC_Init_ex(hmac, key->hmac, sizeof(key->hmac), EVP_sha256(),
                    nullptr) ||
      !EVP_CipherInit_ex(cipher, EVP_aes_128_cbc(), nullptr, key->aes, iv,
                         is_new)) {
    return -1;
  }
  return success;
}

}  // namespace

absl::Status UseTicketKeys(const std::vector<std::string>& keys,
                           SSL_CTX* context) {
  if (keys.empty()) return absl::OkStatus();
  auto parsed = std::make_unique<TicketKeys>();
  // All at once: a copy that a growing vector leaves behind cannot be wiped.
  parsed->all.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    TicketKey& key = parsed->all[i];
    if (keys[i].size() != sizeof(key)) {
      return TlsOptionError("ticket_keys",
                            absl::StrCat("key ", i, " has ", keys[i].size(),
                                         " bytes, not ", sizeof(key)),
                            absl::StatusCode::kOutOfRange);
    }
    std::memcpy(&key, keys[i].data(), sizeof(key));
    for (std::size_t j = 0; j < i; ++j) {
      if (std::memcmp(key.name, parsed->all[j].name, sizeof(key.name)) == 0) {
        return TlsOptionError("ticket_keys",
                              absl::StrCat("keys ", j, " and ", i,
                                           " begin with the same 16 bytes"));
      }
    }
  }
  if (!SSL_CTX_set_ex_data(context, KeysIndex(), parsed.get())) {
    return TlsOutOfMemory();
  }
  parsed.release();  // NOLINT(bugprone-unused-return-value): the context has it
  SSL_CTX_set_tlsext_ticket_key_cb(context, &PrepareTicket);
  return absl::OkStatus();
}

}  // namespace internal
}  // namespace mortise
