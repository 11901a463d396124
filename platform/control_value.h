// The values of ancillary data that more than one system has, independent of
// the OS's layout. Programs use mortise/core/ancillary.h.
//
// These structures are plain data: copies share nothing, and nothing is checked
// until a value is encoded. mortise/core/ancillary.h checks the ranges below.
// Python has no counterpart: its socket.recvmsg returns the bytes.

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

// Descriptors that are passed to another process: SCM_RIGHTS; POSIX only. The
// structure does not own them.
struct ControlHandles {
  std::vector<NativeHandle> handles;
};

// The local end of a datagram: IP_PKTINFO, IPV6_PKTINFO; on every system.
//
// If it was received, `address` is the address that the datagram was sent to,
// and `interface_index` is the interface that it came through. If it is to be
// sent, they are the address and the interface that it leaves from. Either may
// be left open (an address of zeros, index 0). The port does not count.
struct ControlPacketInfo {
  SockAddr address;
  std::uint32_t interface_index = 0;
};

// How many hops a datagram has left: IP_TTL, IPV6_HOPLIMIT; on every system.
struct ControlHopLimit {
  int family = 0;  // AF_INET or AF_INET6
  int hops = 0;    // 0 to 255
};

// The process that sent a message, as the OS has verified: SCM_CREDENTIALS;
// Linux only. `process_id` is a pid_t.
struct ControlCredentials {
  std::int64_t process_id = 0;
  std::uint32_t user_id = 0;
  std::uint32_t group_id = 0;
};

// When the OS received a message: SCM_TIMESTAMP, SCM_TIMESTAMPNS; POSIX only.
// It cannot be sent.
struct ControlTimestamp {
  absl::Time time;
};

// Any of these values.
using ControlValue =
    std::variant<ControlHandles, ControlPacketInfo, ControlHopLimit,
                 ControlCredentials, ControlTimestamp>;

// A control message that owns its data. `level` and `type` are the OS's numbers
// (cmsg_level, cmsg_type). `data` is what CMSG_DATA points to, in the layout of
// the OS, without the header before it and the padding behind it.
struct EncodedControl {
  int level = 0;
  int type = 0;
  std::string data;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONTROL_VALUE_H_
