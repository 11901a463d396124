#include "mortise/platform/sim/host/names.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/name_calls.h"
#include "mortise/platform/sim/host/addr_info_kinds.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/resolver.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/numeric_host.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {
namespace {

SockAddr AddressOf(const IpAddress& ip) {
  return WriteEndpoint({ip, 0, 0}, ip.is_v4() ? kAfInet : kAfInet6);
}

IpAddress IpOf(const SockAddr& address) {
  return address.family == kAfInet ? IpAddress::V4(address.bytes)
                                   : IpAddress::V6(address.bytes);
}

// What gethostbyname(3) and gethostbyaddr(3) call an error of the resolver.
ErrorCode HostError(ErrorCode error) {
  switch (error) {
    case ErrorCode::kEaiNoname:
      return ErrorCode::kHostNotFound;
    case ErrorCode::kEaiNodata:
      return ErrorCode::kNoData;
    case ErrorCode::kEaiAgain:
      return ErrorCode::kTryAgain;
    case ErrorCode::kEaiFail:
      return ErrorCode::kNoRecovery;
    default:
      return error;
  }
}

bool IsIp(const SockAddr& address) {
  return (address.family == kAfInet && address.size == 4) ||
         (address.family == kAfInet6 && address.size == 16);
}

}  // namespace

Result<HostNames::Found> HostNames::FindNamed(Call& call, Resolver& resolver,
                                              absl::string_view name,
                                              DnsType type) {
  Result<Found> found;
  std::vector<SockAddr>& addresses = found.value.addresses;
  const std::string comparable = ComparableName(name);
  if (comparable == "localhost") {
    addresses.push_back(AddressOf(IpAddress::Loopback(false)));
    addresses.push_back(AddressOf(IpAddress::Loopback(true)));
  } else if (comparable == ComparableName(own_name_)) {
    for (const IpAddress& ip : call.kernel().network().PublicAddresses()) {
      addresses.push_back(AddressOf(ip));
    }
    if (addresses.empty()) {
      addresses.push_back(AddressOf(IpAddress::Loopback(true)));
    }
  } else {
    const Result<DnsMessage> answer = resolver.FindAddresses(name, type);
    found.error = answer.error;
    found.value.canonical_name = answer.value.target;
    for (const IpAddress& ip : answer.value.addresses) {
      addresses.push_back(AddressOf(ip));
    }
  }
  return found;
}

std::optional<SockAddr> HostNames::ReadNumber(const Call& call,
                                              absl::string_view text) {
  const std::size_t percent = text.find('%');
  std::optional<SockAddr> address = ReadNumericHost(text.substr(0, percent));
  if (!address.has_value() || percent == absl::string_view::npos) {
    return address;
  }
  if (address->family != kAfInet6) return std::nullopt;
  const absl::string_view scope = text.substr(percent + 1);
  if (absl::SimpleAtoi(scope, &address->scope_id)) return address;
  const Interface* const interface = call.kernel().network().Find(scope);
  if (interface == nullptr) return std::nullopt;
  address->scope_id = interface->index;
  return address;
}

std::string HostNames::NumberOf(const Call& call, const SockAddr& address) {
  std::string text = NumericHost(address);
  if (address.family != kAfInet6 || address.scope_id == 0) return text;
  const Interface* const interface =
      call.kernel().network().Find(address.scope_id);
  if (interface != nullptr && IpOf(address).is_link_local()) {
    return absl::StrCat(text, "%", interface->name);
  }
  return absl::StrCat(text, "%", address.scope_id);
}

Result<std::string> HostNames::NameOf(Call& call, Resolver& resolver,
                                      const SockAddr& address) {
  const IpAddress ip = IpOf(address);
  if (ip.is_loopback()) return {"localhost"};
  if (call.kernel().network().IsLocal(ip)) return {own_name_};
  const Result<DnsMessage> answer = resolver.FindName(ip);
  return {answer.value.target, answer.error};
}

Result<HostNames::Found> HostNames::FindHost(Call& call, Resolver& resolver,
                                             const AddrInfoQuery& query) {
  const auto fits = [&query](const SockAddr& address) {
    return query.family == 0 || query.family == address.family;
  };
  Result<Found> result;
  std::vector<SockAddr>& addresses = result.value.addresses;
  if (!query.host.has_value()) {
    const bool passive = (query.flags & flags_.passive) != 0;
    for (const bool is_v4 : {false, true}) {
      const SockAddr address = AddressOf(passive ? IpAddress::Any(is_v4)
                                                 : IpAddress::Loopback(is_v4));
      if (fits(address)) addresses.push_back(address);
    }
    return result;
  }
  const bool may_map =
      query.family == kAfInet6 && (query.flags & flags_.mapped) != 0;
  const std::optional<SockAddr> number = ReadNumber(call, *query.host);
  Result<Found> found;
  if (number.has_value()) {
    found.value.addresses.push_back(*number);
  } else if ((query.flags & flags_.numeric_host) != 0) {
    found.error = ErrorCode::kEaiNoname;
  } else {
    const DnsType type = query.family == 0 || may_map ? DnsType::kAny
                         : query.family == kAfInet    ? DnsType::kA
                                                      : DnsType::kAaaa;
    found = FindNamed(call, resolver, *query.host, type);
  }
  if (!found.ok()) return {{}, found.error};
  result.value.canonical_name = std::move(found.value.canonical_name);
  const std::vector<SockAddr>& all = found.value.addresses;
  std::copy_if(all.begin(), all.end(), std::back_inserter(addresses), fits);
  const bool maps =
      may_map && (addresses.empty() || (query.flags & flags_.all) != 0);
  for (const SockAddr& address : all) {
    if (!maps || address.family != kAfInet) continue;
    addresses.push_back(WriteEndpoint({IpOf(address), 0, 0}, kAfInet6));
  }
  if (addresses.empty()) {
    result.error =
        number.has_value() ? ErrorCode::kEaiAddrfamily : ErrorCode::kEaiNodata;
  }
  return result;
}

ErrorCode HostNames::FindPort(const AddrInfoQuery& query,
                              absl::string_view protocol, std::uint16_t* port) {
  *port = 0;
  if (!query.service.has_value()) return kDone;
  std::uint32_t number = 0;
  if (absl::SimpleAtoi(*query.service, &number) && number <= 65535) {
    *port = static_cast<std::uint16_t>(number);
    return kDone;
  }
  if ((query.flags & flags_.numeric_service) != 0) {
    return ErrorCode::kEaiNoname;
  }
  const std::optional<std::uint16_t> known =
      services_.PortOfService(*query.service, protocol).value;
  if (!known.has_value()) return ErrorCode::kEaiService;
  *port = *known;
  return kDone;
}

Result<std::vector<AddrInfoEntry>> HostNames::FindEntries(
    Call& call, Resolver& resolver, const AddrInfoQuery& query) {
  const int known_flags = flags_.passive | flags_.canonical_name |
                          flags_.numeric_host | flags_.numeric_service |
                          flags_.mapped | flags_.all | flags_.configured;
  if ((query.flags & ~known_flags) != 0) return {{}, ErrorCode::kEaiBadflags};
  const bool wants_name = (query.flags & flags_.canonical_name) != 0;
  if (!query.host.has_value()) {
    if (!query.service.has_value()) return {{}, ErrorCode::kEaiNoname};
    if (wants_name) return {{}, ErrorCode::kEaiBadflags};
  }
  if (query.family != 0 && query.family != kAfInet &&
      query.family != kAfInet6) {
    return {{}, ErrorCode::kEaiFamily};
  }
  const std::vector<SocketKind> kinds = KindsOf(query);
  if (kinds.empty()) return {{}, ErrorCode::kEaiSocktype};
  const Result<Found> host = FindHost(call, resolver, query);
  if (!host.ok()) return {{}, host.error};
  const std::string& canonical = host.value.canonical_name;
  Result<std::vector<AddrInfoEntry>> found;
  for (const SockAddr& address : host.value.addresses) {
    for (const SocketKind& kind : kinds) {
      std::uint16_t port = 0;
      // A service may be there for some of the kinds only.
      found.error = FindPort(query, kind.service_protocol, &port);
      if (!found.ok()) continue;
      AddrInfoEntry entry;
      entry.family = address.family;
      entry.type = kind.type;
      entry.protocol = kind.protocol;
      entry.address = address;
      entry.address.port = port;
      if (wants_name && found.value.empty()) {
        entry.canonical_name = canonical.empty() ? *query.host : canonical;
      }
      found.value.push_back(std::move(entry));
    }
  }
  if (!found.value.empty()) found.error = kDone;
  return found;
}

template <typename Body>
auto HostNames::LookUp(const CallInfo& info, ErrorDomain domain,
                       const CallLimit& limit, Body body) {
  bool has_timed_out = false;
  bool is_given_up = false;
  auto found = Perform(host_, info, [&](Call& call) {
    Resolver resolver(call, server_, limit);
    auto result = body(call, resolver);
    has_timed_out = resolver.has_timed_out();
    is_given_up = resolver.is_given_up();
    return result;
  });
  LookupResult<decltype(found.value)> result;
  result.value = std::move(found.value);
  result.timed_out = has_timed_out;
  result.cancelled = is_given_up;
  if (has_timed_out || is_given_up) return result;
  // Look-ups have no number of their own for the end of a run.
  const bool is_cancelled = found.error == Native(ErrorCode::kEcanceled);
  result.domain = is_cancelled ? ErrorDomain::kOs : domain;
  result.error = found.error;
  return result;
}

FoundAddresses HostNames::FindAddresses(const AddrInfoQuery& query,
                                        const CallLimit& limit) {
  return LookUp("getaddrinfo", ErrorDomain::kGetAddrInfo, limit,
                [&](Call& call, Resolver& resolver) {
                  return FindEntries(call, resolver, query);
                });
}

LookupResult<NameInfo> HostNames::FindName(const SockAddr& address, int flags,
                                           const CallLimit& limit) {
  return LookUp("getnameinfo", ErrorDomain::kGetAddrInfo, limit,
                [&](Call& call, Resolver& resolver) {
                  Result<NameInfo> found;
                  found.error =
                      FindInfo(call, resolver, address, flags, &found.value);
                  return found;
                });
}

ErrorCode HostNames::FindInfo(Call& call, Resolver& resolver,
                              const SockAddr& address, int flags,
                              NameInfo* info) {
  if (!IsIp(address)) return ErrorCode::kEaiFamily;
  if ((flags & flags_.name_numeric_host) == 0) {
    Result<std::string> name = NameOf(call, resolver, address);
    // An address without a name is no error, unless the name is required.
    if (!name.ok() && name.error != ErrorCode::kEaiNoname) return name.error;
    info->host = std::move(name.value);
  }
  if (info->host.empty()) {
    if ((flags & flags_.name_required) != 0) return ErrorCode::kEaiNoname;
    info->host = NumberOf(call, address);
  }
  const bool is_datagram = (flags & flags_.name_datagram) != 0;
  if ((flags & flags_.name_numeric_service) == 0) {
    info->service =
        services_.ServiceOfPort(address.port, is_datagram ? "udp" : "tcp")
            .value.value_or("");
  }
  if (info->service.empty()) info->service = absl::StrCat(address.port);
  return kDone;
}

LookupResult<HostEntry> HostNames::FindHostByName(absl::string_view name,
                                                  const CallLimit& limit) {
  return LookUp("gethostbyname", ErrorDomain::kHostLookup, limit,
                [&](Call& call, Resolver& resolver) {
                  return FindEntry(call, resolver, name);
                });
}

Result<HostEntry> HostNames::FindEntry(Call& call, Resolver& resolver,
                                       absl::string_view name) {
  Result<Found> found;
  if (const std::optional<SockAddr> number = ReadNumber(call, name)) {
    found.value.addresses.push_back(*number);
  } else {
    found = FindNamed(call, resolver, name, DnsType::kA);
  }
  if (!found.ok()) return {{}, HostError(found.error)};
  Result<HostEntry> entry;
  entry.value.name = std::string(name);
  if (!found.value.canonical_name.empty()) {
    entry.value.aliases.push_back(std::move(entry.value.name));
    entry.value.name = std::move(found.value.canonical_name);
  }
  for (const SockAddr& address : found.value.addresses) {
    if (address.family == kAfInet) entry.value.addresses.push_back(address);
  }
  if (entry.value.addresses.empty()) entry.error = ErrorCode::kHostNotFound;
  return entry;
}

LookupResult<HostEntry> HostNames::FindHostByAddress(const SockAddr& address,
                                                     const CallLimit& limit) {
  return LookUp("gethostbyaddr", ErrorDomain::kHostLookup, limit,
                [&](Call& call, Resolver& resolver) {
                  const Result<std::string> name =
                      NameOf(call, resolver, address);
                  Result<HostEntry> found;
                  found.error = HostError(name.error);
                  if (!name.ok()) return found;
                  found.value.name = name.value;
                  found.value.addresses.push_back(address);
                  found.value.addresses.back().port = 0;
                  return found;
                });
}

SysResult<std::string> HostNames::GetHostName() {
  return Perform(host_, "gethostname",
                 [this](Call&) { return Result<std::string>{own_name_}; });
}

SysResult<void> HostNames::SetHostName(absl::string_view name) {
  return Perform(host_, "sethostname", [&](Call& call) {
    // Source: sethostname(2), HOST_NAME_MAX.
    constexpr std::size_t kMostName = 64;
    if (name.size() > kMostName) return ErrorCode::kEinval;
    if (call.kernel().options().user_id != 0) return ErrorCode::kEperm;
    own_name_ = std::string(name);
    return kDone;
  });
}

}  // namespace sim
}  // namespace mortise
