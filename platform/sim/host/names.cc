#include "mortise/platform/sim/host/names.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/name_calls.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/numeric_host.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/native_number.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {
namespace {

int FlagOf(absl::string_view name) { return NativeNumber(name).value_or(0); }

SockAddr AddressOf(const IpAddress& ip) {
  return WriteEndpoint({ip, 0, 0}, ip.is_v4() ? kAfInet : kAfInet6);
}

IpAddress IpOf(const SockAddr& address) {
  return address.family == kAfInet ? IpAddress::V4(address.bytes)
                                   : IpAddress::V6(address.bytes);
}

bool IsIp(const SockAddr& address) {
  return (address.family == kAfInet && address.size == 4) ||
         (address.family == kAfInet6 && address.size == 16);
}

// The kinds of sockets that an answer is for.
struct SocketKind {
  int type;
  int protocol;
  absl::string_view service_protocol;
};

std::vector<SocketKind> KindsOf(const AddrInfoQuery& query) {
  const SocketKind kKinds[] = {{kSockStream, kIpprotoTcp, "tcp"},
                               {kSockDgram, kIpprotoUdp, "udp"},
                               {kSockRaw, 0, ""}};
  std::vector<SocketKind> kinds;
  for (const SocketKind& kind : kKinds) {
    if (query.type != 0 && query.type != kind.type) continue;
    const bool takes_any = kind.type == kSockRaw;
    if (query.protocol != 0 && !takes_any && query.protocol != kind.protocol) {
      continue;
    }
    kinds.push_back(kind);
    if (takes_any) kinds.back().protocol = query.protocol;
  }
  // A protocol of its own goes before raw sockets.
  if (query.type == 0 && query.protocol != 0 && kinds.size() > 1) {
    kinds.pop_back();
  }
  return kinds;
}

}  // namespace

LookupFlags::LookupFlags()
    : passive(FlagOf("AI_PASSIVE")),
      canonical_name(FlagOf("AI_CANONNAME")),
      numeric_host(FlagOf("AI_NUMERICHOST")),
      numeric_service(FlagOf("AI_NUMERICSERV")),
      mapped(FlagOf("AI_V4MAPPED")),
      all(FlagOf("AI_ALL")),
      configured(FlagOf("AI_ADDRCONFIG")),
      name_required(FlagOf("NI_NAMEREQD")),
      name_numeric_host(FlagOf("NI_NUMERICHOST")),
      name_numeric_service(FlagOf("NI_NUMERICSERV")),
      name_datagram(FlagOf("NI_DGRAM")) {}

std::vector<SockAddr> Names::AddressesOf(const Call& call,
                                         absl::string_view name) {
  std::vector<SockAddr> addresses;
  if (name == "localhost") {
    addresses.push_back(AddressOf(IpAddress::Loopback(false)));
    addresses.push_back(AddressOf(IpAddress::Loopback(true)));
    return addresses;
  }
  const bool is_own = name == own_name_;
  const Network* const network = is_own              ? &call.kernel().network()
                                 : hosts_ != nullptr ? hosts_->FindNetwork(name)
                                                     : nullptr;
  if (network == nullptr) return addresses;
  for (const Interface& interface : network->interfaces()) {
    if (interface.index == Network::kLoopbackIndex) continue;
    for (const InterfaceAddress& address : interface.addresses) {
      if (!address.ip.is_link_local()) {
        addresses.push_back(AddressOf(address.ip));
      }
    }
  }
  if (is_own && addresses.empty()) {
    addresses.push_back(AddressOf(IpAddress::Loopback(true)));
  }
  return addresses;
}

std::optional<SockAddr> Names::ReadNumber(const Call& call,
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

std::string Names::NumberOf(const Call& call, const SockAddr& address) {
  std::string text = NumericHost(address);
  if (address.family != kAfInet6 || address.scope_id == 0) return text;
  const Interface* const interface =
      call.kernel().network().Find(address.scope_id);
  if (interface != nullptr && IpOf(address).is_link_local()) {
    return absl::StrCat(text, "%", interface->name);
  }
  return absl::StrCat(text, "%", address.scope_id);
}

std::string Names::NameOf(const Call& call, const SockAddr& address) {
  const IpAddress ip = IpOf(address);
  if (ip.is_loopback()) return "localhost";
  if (call.kernel().network().IsLocal(ip)) return own_name_;
  return hosts_ == nullptr ? std::string() : std::string(hosts_->OwnerOf(ip));
}

ErrorCode Names::FindHost(const Call& call, const AddrInfoQuery& query,
                          std::vector<SockAddr>* addresses) {
  const auto fits = [&query](const SockAddr& address) {
    return query.family == 0 || query.family == address.family;
  };
  if (!query.host.has_value()) {
    const bool passive = (query.flags & flags_.passive) != 0;
    for (const bool is_v4 : {false, true}) {
      const SockAddr address = AddressOf(passive ? IpAddress::Any(is_v4)
                                                 : IpAddress::Loopback(is_v4));
      if (fits(address)) addresses->push_back(address);
    }
    return kDone;
  }
  const std::optional<SockAddr> number = ReadNumber(call, *query.host);
  std::vector<SockAddr> found;
  if (number.has_value()) {
    found.push_back(*number);
  } else if ((query.flags & flags_.numeric_host) == 0) {
    found = AddressesOf(call, *query.host);
  }
  if (found.empty()) return ErrorCode::kEaiNoname;
  std::copy_if(found.begin(), found.end(), std::back_inserter(*addresses),
               fits);
  const bool maps = query.family == kAfInet6 &&
                    (query.flags & flags_.mapped) != 0 &&
                    (addresses->empty() || (query.flags & flags_.all) != 0);
  for (const SockAddr& address : found) {
    if (!maps || address.family != kAfInet) continue;
    addresses->push_back(WriteEndpoint({IpOf(address), 0, 0}, kAfInet6));
  }
  if (!addresses->empty()) return kDone;
  return number.has_value() ? ErrorCode::kEaiAddrfamily : ErrorCode::kEaiNodata;
}

ErrorCode Names::FindPort(const AddrInfoQuery& query,
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

Result<std::vector<AddrInfoEntry>> Names::FindEntries(
    const Call& call, const AddrInfoQuery& query) {
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
  std::vector<SockAddr> addresses;
  const ErrorCode error = FindHost(call, query, &addresses);
  if (error != kDone) return {{}, error};
  Result<std::vector<AddrInfoEntry>> found;
  for (const SockAddr& address : addresses) {
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
        entry.canonical_name = *query.host;
      }
      found.value.push_back(std::move(entry));
    }
  }
  if (!found.value.empty()) found.error = kDone;
  return found;
}

template <typename Body>
auto Names::LookUp(const CallInfo& info, ErrorDomain domain, Body body) {
  auto found = Perform(host_, info, std::move(body));
  LookupResult<decltype(found.value)> result;
  result.value = std::move(found.value);
  // Look-ups have no number of their own for the end of a run.
  const bool is_cancelled = found.error == Native(ErrorCode::kEcanceled);
  result.domain = is_cancelled ? ErrorDomain::kOs : domain;
  result.error = found.error;
  return result;
}

FoundAddresses Names::FindAddresses(const AddrInfoQuery& query,
                                    const CallLimit& /*limit*/) {
  return LookUp("getaddrinfo", ErrorDomain::kGetAddrInfo,
                [&](Call& call) { return FindEntries(call, query); });
}

LookupResult<NameInfo> Names::FindName(const SockAddr& address, int flags,
                                       const CallLimit& /*limit*/) {
  return LookUp("getnameinfo", ErrorDomain::kGetAddrInfo, [&](Call& call) {
    Result<NameInfo> found;
    if (!IsIp(address)) {
      found.error = ErrorCode::kEaiFamily;
      return found;
    }
    if ((flags & flags_.name_numeric_host) == 0) {
      found.value.host = NameOf(call, address);
    }
    if (found.value.host.empty()) {
      if ((flags & flags_.name_required) != 0) {
        found.error = ErrorCode::kEaiNoname;
        return found;
      }
      found.value.host = NumberOf(call, address);
    }
    const bool is_datagram = (flags & flags_.name_datagram) != 0;
    if ((flags & flags_.name_numeric_service) == 0) {
      found.value.service =
          services_.ServiceOfPort(address.port, is_datagram ? "udp" : "tcp")
              .value.value_or("");
    }
    if (found.value.service.empty()) {
      found.value.service = absl::StrCat(address.port);
    }
    return found;
  });
}

LookupResult<HostEntry> Names::FindHostByName(absl::string_view name,
                                              const CallLimit& /*limit*/) {
  return LookUp("gethostbyname", ErrorDomain::kHostLookup, [&](Call& call) {
    Result<HostEntry> found;
    found.value.name = std::string(name);
    std::vector<SockAddr> addresses;
    if (const std::optional<SockAddr> number = ReadNumber(call, name)) {
      addresses.push_back(*number);
    } else {
      addresses = AddressesOf(call, name);
    }
    for (const SockAddr& address : addresses) {
      if (address.family == kAfInet) found.value.addresses.push_back(address);
    }
    if (found.value.addresses.empty()) found.error = ErrorCode::kHostNotFound;
    return found;
  });
}

LookupResult<HostEntry> Names::FindHostByAddress(const SockAddr& address,
                                                 const CallLimit& /*limit*/) {
  return LookUp("gethostbyaddr", ErrorDomain::kHostLookup, [&](Call& call) {
    Result<HostEntry> found;
    found.value.name = NameOf(call, address);
    if (found.value.name.empty()) {
      found.error = ErrorCode::kHostNotFound;
      return found;
    }
    found.value.addresses.push_back(address);
    found.value.addresses.back().port = 0;
    return found;
  });
}

SysResult<std::string> Names::GetHostName() {
  return Perform(host_, "gethostname",
                 [this](Call&) { return Result<std::string>{own_name_}; });
}

SysResult<void> Names::SetHostName(absl::string_view name) {
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
