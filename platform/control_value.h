// What ancillary data says, where more than one system has it, free of how the
// OS lays it out. mortise/core/ancillary.h is what programs use.

#ifndef MORTISE_PLATFORM_CONTROL_VALUE_H_
#define MORTISE_PLATFORM_CONTROL_VALUE_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {

// Descriptors that are handed on: SCM_RIGHTS.
struct ControlHandles {
  std::vector<NativeHandle> handles;
};

// Received: where a datagram was sent to, and the interface it came through.
// Sent: which address and interface it is to leave from, either of which may be
// left open (no address, 0). The port does not count. IP_PKTINFO, IPV6_PKTINFO.
struct ControlPacketInfo {
  SockAddr address;
  std::uint32_t interface_index = 0;
};

// How many hops a datagram has left: IP_TTL, IPV6_HOPLIMIT.
struct ControlHopLimit {
  int family = 0;
  int hops = 0;
};

// Who sent it, as the OS has made sure: SCM_CREDENTIALS.
struct ControlCredentials {
  std::int64_t process_id = 0;
  std::uint32_t user_id = 0;
  std::uint32_t group_id = 0;
};

// When the OS received it: SCM_TIMESTAMP, SCM_TIMESTAMPNS.
struct ControlTimestamp {
  absl::Time time;
};

using ControlValue =
    std::variant<ControlHandles, ControlPacketInfo, ControlHopLimit,
                 ControlCredentials, ControlTimestamp>;

// A control message that owns its data, in the layout of the OS.
struct EncodedControl {
  int level = 0;
  int type = 0;
  std::string data;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONTROL_VALUE_H_
