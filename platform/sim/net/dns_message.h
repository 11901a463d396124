// What hosts ask the name server, and what it answers: messages of DNS.
//
// Source: RFC 1035, section 4; RFC 3596 for IPv6.

#ifndef MORTISE_PLATFORM_SIM_NET_DNS_MESSAGE_H_
#define MORTISE_PLATFORM_SIM_NET_DNS_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {

// What is asked for. kAny stands for the addresses of both versions.
enum class DnsType : std::uint16_t {
  kA = 1,
  kCname = 5,
  kPtr = 12,
  kAaaa = 28,
  kAny = 255,
};

enum class DnsCode : std::uint8_t {
  kNoError = 0,
  kServerFailure = 2,
  kNoSuchName = 3,
  kRefused = 5,
};

// A query has the question only. A value type.
struct DnsMessage {
  std::uint16_t id = 0;
  bool is_answer = false;
  DnsCode code = DnsCode::kNoError;
  // The question. The name has no period at its end.
  std::string name;
  DnsType type = DnsType::kAny;
  // The answer. `target` is the canonical name if `name` is an alias, and the
  // name of the host if the question is for that (kPtr).
  std::string target;
  std::vector<IpAddress> addresses;
};

// Whether `name` can be asked for: it has 1 to 253 bytes, in labels of 1 to 63
// bytes with periods between them. One period may be at its end.
bool IsDomainName(absl::string_view name);

// Returns `name` without the period at its end, and in lower case: names are
// the same if this is.
std::string ComparableName(absl::string_view name);

// The name under which the name of a host with the address `ip` is found, such
// as "2.0.0.10.in-addr.arpa".
std::string ReverseName(const IpAddress& ip);

// `message` has only names for which IsDomainName holds.
std::string EncodeDns(const DnsMessage& message);
// Returns nullopt if `bytes` is no message as EncodeDns writes it.
std::optional<DnsMessage> DecodeDns(absl::string_view bytes);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_DNS_MESSAGE_H_
