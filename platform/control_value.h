// The values of ancillary data that more than one system has, independent of
// the OS's layout. Programs use mortise/core/ancillary.h.
//
// These structures are plain data. Python has no counterpart: its
// socket.recvmsg returns the bytes.

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

// Descriptors that are passed to another process: SCM_RIGHTS. The structure
// does not own them.
struct ControlHandles {
  std::vector<NativeHandle> handles;
};

// The local end of a datagram: IP_PKTINFO, IPV6_PKTINFO.
//
// If it was received, `address` is the address that the datagram was sent to,
// and `interface_index` is the interface that it came through. If it is to be
// sent, they are the address and the interface that it leaves from. Either may
// be left open (no address, 0). The port does not count.
struct ControlPacketInfo {
  SockAddr address;
  std::uint32_t interface_index = 0;
};

// How many hops a datagram has left: IP_TTL, IPV6_HOPLIMIT. `family` is AF_INET
// or AF_INET6.
struct ControlHopLimit {
  int family = 0;
  int hops = 0;
};

// The process that sent a message, as the OS has verified: SCM_CREDENTIALS.
struct ControlCredentials {
  std::int64_t process_id = 0;
  std::uint32_t user_id = 0;
  std::uint32_t group_id = 0;
};

// When the OS received a message: SCM_TIMESTAMP, SCM_TIMESTAMPNS.
struct ControlTimestamp {
  absl::Time time;
};

// Any of these values.
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
