// What the arguments of look-ups stand for.

#ifndef MORTISE_PLATFORM_SIM_HOST_ADDR_INFO_KINDS_H_
#define MORTISE_PLATFORM_SIM_HOST_ADDR_INFO_KINDS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/name_calls.h"

namespace mortise {
namespace sim {

// The numbers of the build's AI_* and NI_* flags. A flag that the headers lack
// is 0. A value type.
struct LookupFlags {
  LookupFlags();

  int passive;
  int canonical_name;
  int numeric_host;
  int numeric_service;
  int mapped;
  int all;
  int configured;
  int name_required;
  int name_numeric_host;
  int name_numeric_service;
  int name_datagram;
};

// A kind of sockets that an answer is for.
struct SocketKind {
  int type;
  int protocol;
  absl::string_view service_protocol;
};

// The kinds of sockets that `query` asks for.
std::vector<SocketKind> KindsOf(const AddrInfoQuery& query);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_ADDR_INFO_KINDS_H_
