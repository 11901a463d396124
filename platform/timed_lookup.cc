#include "mortise/platform/timed_lookup.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/timed_call.h"

namespace mortise {
namespace {

// Returns whether the `count` bytes from `begin` on are 0, and the next byte is
// 1.
bool IsOne(const std::uint8_t* begin, int count) {
  return std::all_of(begin, begin + count,
                     [](std::uint8_t byte) { return byte == 0; }) &&
         begin[count] == 1;
}

bool IsIpv4Loopback(const SockAddr& address) {
  return address.size == 4 && address.bytes[0] == 127;
}
bool IsIpv6Loopback(const SockAddr& address) {
  return address.size == 16 && IsOne(address.bytes, 15);
}

// Returns whether `host` is an address of any family. This asks no server.
bool IsNumeric(const BlockingLookups& os, absl::string_view host) {
  AddrInfoQuery query;
  query.host = std::string(host);
  query.flags = os.numeric_host_flag;
  return os.find_addresses(query).error == 0;
}

absl::string_view WithoutScope(absl::string_view host) {
  return host.substr(0, host.find('%'));
}

}  // namespace

DetachedCalls& TimedLookups::For(absl::string_view host) {
  absl::ConsumeSuffix(&host, ".");
  if (absl::EqualsIgnoreCase(host, "localhost")) return localhost;
  return absl::EndsWithIgnoreCase(host, ".localhost") ? loopback : others;
}

DetachedCalls& TimedLookups::For(const SockAddr& address) {
  if (IsIpv4Loopback(address)) {
    return IsOne(address.bytes + 1, 2) ? localhost : loopback;
  }
  return IsIpv6Loopback(address) ? loopback : others;
}

AddressLookup FindAddressesInTime(TimedLookups& lookups,
                                  const BlockingLookups& os,
                                  const AddrInfoQuery& query,
                                  const CallLimit& limit) {
  if (limit.is_unlimited() || !query.host.has_value()) {
    return os.find_addresses(query);
  }
  // An address in digits needs no server, so it needs no thread.
  AddrInfoQuery numeric = query;
  numeric.flags |= os.numeric_host_flag;
  AddressLookup found = os.find_addresses(numeric);
  if (found.error == 0 || numeric.flags == query.flags ||
      IsNumeric(os, WithoutScope(*query.host))) {
    return found;
  }
  return LookUpInTime<std::vector<AddrInfoEntry>>(
      lookups.For(*query.host),
      [find = os.find_addresses, query] { return find(query); }, limit);
}

LookupResult<HostEntry> FindHostInTime(TimedLookups& lookups,
                                       const BlockingLookups& os,
                                       absl::string_view name,
                                       const CallLimit& limit) {
  const std::string host(name);
  if (limit.is_unlimited() || IsNumeric(os, host)) {
    return os.find_host(host);
  }
  return LookUpInTime<HostEntry>(
      lookups.For(name), [find = os.find_host, host] { return find(host); },
      limit);
}

}  // namespace mortise
