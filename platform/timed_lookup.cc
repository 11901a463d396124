#include "mortise/platform/timed_lookup.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

// Returns the answer if no server has to be asked for it, so that it needs no
// thread: there is no host, or it is an address in digits.
std::optional<FoundAddresses> FindWithoutServer(const BlockingLookups& os,
                                                const AddrInfoQuery& query) {
  if (!query.host.has_value()) return os.find_addresses(query);
  AddrInfoQuery numeric = query;
  numeric.flags |= os.numeric_host_flag;
  FoundAddresses found = os.find_addresses(numeric);
  if (found.error == 0 || numeric.flags == query.flags ||
      IsNumeric(os, WithoutScope(*query.host))) {
    return found;
  }
  return std::nullopt;
}

class LookupInThread final : public PendingLookup {
 public:
  LookupInThread(std::shared_ptr<FoundAddresses> answer,
                 DetachedCalls::BegunPointer begun)
      : answer_(std::move(answer)), begun_(std::move(begun)) {}
  FoundAddresses Take() override { return std::move(*answer_); }

 private:
  // The thread writes it before it calls `done`, and has it too, because it may
  // run on after the look-up was given up.
  const std::shared_ptr<FoundAddresses> answer_;
  const DetachedCalls::BegunPointer begun_;
};

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

FoundAddresses FindAddressesInTime(TimedLookups& lookups,
                                   const BlockingLookups& os,
                                   const AddrInfoQuery& query,
                                   const CallLimit& limit) {
  if (limit.is_unlimited()) return os.find_addresses(query);
  std::optional<FoundAddresses> known = FindWithoutServer(os, query);
  if (known.has_value()) return *std::move(known);
  return LookUpInTime<std::vector<AddrInfoEntry>>(
      lookups.For(*query.host),
      [find = os.find_addresses, query] { return find(query); }, limit);
}

std::unique_ptr<PendingLookup> BeginFindAddressesInThread(
    TimedLookups& lookups, const BlockingLookups& os,
    const AddrInfoQuery& query, std::function<void()> done) {
  std::optional<FoundAddresses> known = FindWithoutServer(os, query);
  if (!known.has_value()) {
    const auto answer = std::make_shared<FoundAddresses>();
    int error = 0;
    DetachedCalls::BegunPointer begun =
        lookups.For(*query.host)
            .Begin([answer, find = os.find_addresses,
                    query] { *answer = find(query); },
                   done, &error);
    if (begun != nullptr) {
      return std::make_unique<LookupInThread>(answer, std::move(begun));
    }
    known = FoundAddresses::NoThread(error);
  }
  done();
  return PendingLookup::Answered(*std::move(known));
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
