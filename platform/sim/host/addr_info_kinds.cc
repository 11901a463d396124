#include "mortise/platform/sim/host/addr_info_kinds.h"

#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/name_calls.h"
#include "mortise/platform/sim/kernel/native_number.h"

namespace mortise {
namespace sim {
namespace {

int FlagOf(absl::string_view name) { return NativeNumber(name).value_or(0); }

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

}  // namespace sim
}  // namespace mortise
