// Makes macOS define RFC 3542's names for IPv6.
#ifndef __APPLE_USE_RFC_3542
#define __APPLE_USE_RFC_3542
#endif

#include "mortise/platform/control_layout.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <optional>
#include <variant>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/control_bytes.h"
#include "mortise/platform/control_codec.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/system_call.h"

namespace mortise {
namespace {

using internal::ControlAddress;
using internal::ReadControl;
using internal::WrittenControl;

struct Layout {
  using Header = cmsghdr;
  static std::size_t Length(std::size_t data_size) {
    return CMSG_LEN(data_size);
  }
  static std::size_t Space(std::size_t data_size) {
    return CMSG_SPACE(data_size);
  }
};

std::optional<EncodedControl> Encode(const ControlHandles& rights) {
  EncodedControl encoded;
  encoded.level = SOL_SOCKET;
  encoded.type = SCM_RIGHTS;
  for (const NativeHandle handle : rights.handles) {
    if (!posix::IsDescriptor(handle)) return std::nullopt;
    const int fd = posix::Fd(handle);
    encoded.data.append(reinterpret_cast<const char*>(&fd), sizeof(fd));
  }
  return encoded;
}

std::optional<EncodedControl> Encode(const ControlPacketInfo& info) {
  if (info.address.family == AF_INET6) {
    in6_pktinfo native = {};
    std::memcpy(&native.ipi6_addr, info.address.bytes,
                sizeof(native.ipi6_addr));
    native.ipi6_ifindex = info.interface_index;
    return WrittenControl(IPPROTO_IPV6, IPV6_PKTINFO, native);
  }
#ifdef IP_PKTINFO
  in_pktinfo native = {};
  // A datagram leaves from the second address. The first one is for datagrams
  // that are received.
  std::memcpy(&native.ipi_spec_dst, info.address.bytes,
              sizeof(native.ipi_spec_dst));
  native.ipi_ifindex =
      static_cast<decltype(native.ipi_ifindex)>(info.interface_index);
  return WrittenControl(IPPROTO_IP, IP_PKTINFO, native);
#else
  return std::nullopt;
#endif
}

std::optional<EncodedControl> Encode(const ControlHopLimit& limit) {
  if (limit.family == AF_INET6) {
    return WrittenControl(IPPROTO_IPV6, IPV6_HOPLIMIT, limit.hops);
  }
  return WrittenControl(IPPROTO_IP, IP_TTL, limit.hops);
}

std::optional<EncodedControl> Encode(const ControlCredentials& credentials) {
#ifdef SCM_CREDENTIALS
  ucred native = {};
  native.pid = static_cast<pid_t>(credentials.process_id);
  native.uid = credentials.user_id;
  native.gid = credentials.group_id;
  return WrittenControl(SOL_SOCKET, SCM_CREDENTIALS, native);
#else
  static_cast<void>(credentials);
  return std::nullopt;
#endif
}

// The receiver's OS sets the time, so it cannot be sent.
std::optional<EncodedControl> Encode(const ControlTimestamp&) {
  return std::nullopt;
}

std::optional<ControlValue> DecodeHandles(absl::Span<const char> data) {
  ControlHandles rights;
  int fd;
  for (; ReadControl(data, &fd); data.remove_prefix(sizeof(fd))) {
    if (fd >= 0) rights.handles.emplace_back(fd);
  }
  return rights;
}

// Decodes a time that consists of two numbers of type `Number`: whole seconds
// since 1970, and a count of `part`.
template <typename Number>
std::optional<ControlValue> DecodeTime(absl::Span<const char> data,
                                       absl::Duration part) {
  Number numbers[2];
  if (!ReadControl(data, &numbers)) return std::nullopt;
  return ControlTimestamp{absl::UnixEpoch() + absl::Seconds(numbers[0]) +
                          part * numbers[1]};
}

std::optional<ControlValue> DecodeSocketLevel(const ControlMessage& message) {
  switch (message.type) {
    case SCM_RIGHTS:
      return DecodeHandles(message.data);
#ifdef SCM_CREDENTIALS
    case SCM_CREDENTIALS: {
      ucred native;
      if (!ReadControl(message.data, &native)) return std::nullopt;
      return ControlCredentials{native.pid, native.uid, native.gid};
    }
#endif
// Linux has an old form, which is two words of the kernel, and a new form,
// which can hold years after 2038 on 32-bit processors too. _TIME_BITS chooses
// which of them SO_TIMESTAMP means. The caller's code may have chosen another
// form than this code, so both are decoded.
#ifdef SO_TIMESTAMP_NEW
    case SO_TIMESTAMP_OLD:
      return DecodeTime<long>(message.data, absl::Microseconds(1));
    case SO_TIMESTAMP_NEW:
      return DecodeTime<std::int64_t>(message.data, absl::Microseconds(1));
    case SO_TIMESTAMPNS_OLD:
      return DecodeTime<long>(message.data, absl::Nanoseconds(1));
    case SO_TIMESTAMPNS_NEW:
      return DecodeTime<std::int64_t>(message.data, absl::Nanoseconds(1));
#else
    case SCM_TIMESTAMP: {
      timeval native;
      if (!ReadControl(message.data, &native)) return std::nullopt;
      return ControlTimestamp{absl::TimeFromTimeval(native)};
    }
#ifdef SCM_TIMESTAMPNS
    case SCM_TIMESTAMPNS: {
      timespec native;
      if (!ReadControl(message.data, &native)) return std::nullopt;
      return ControlTimestamp{absl::TimeFromTimespec(native)};
    }
#endif
#endif
    default:
      return std::nullopt;
  }
}

// The value is an int on Linux and a single byte on the BSDs.
std::optional<ControlValue> DecodeTtl(absl::Span<const char> data) {
  int hops;
  if (ReadControl(data, &hops)) return ControlHopLimit{AF_INET, hops};
  if (data.empty()) return std::nullopt;
  return ControlHopLimit{AF_INET, static_cast<unsigned char>(data[0])};
}

std::optional<ControlValue> DecodeIpLevel(const ControlMessage& message) {
  switch (message.type) {
#ifdef IP_PKTINFO
    case IP_PKTINFO: {
      in_pktinfo native;
      if (!ReadControl(message.data, &native)) return std::nullopt;
      return ControlPacketInfo{ControlAddress(AF_INET, native.ipi_addr),
                               static_cast<std::uint32_t>(native.ipi_ifindex)};
    }
#endif
    case IP_TTL:
    case IP_RECVTTL:
      return DecodeTtl(message.data);
    default:
      return std::nullopt;
  }
}

std::optional<ControlValue> DecodeIpv6Level(const ControlMessage& message) {
  switch (message.type) {
    case IPV6_PKTINFO: {
      in6_pktinfo native;
      if (!ReadControl(message.data, &native)) return std::nullopt;
      return ControlPacketInfo{ControlAddress(AF_INET6, native.ipi6_addr),
                               static_cast<std::uint32_t>(native.ipi6_ifindex)};
    }
    case IPV6_HOPLIMIT: {
      int hops;
      if (!ReadControl(message.data, &hops)) return std::nullopt;
      return ControlHopLimit{AF_INET6, hops};
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

std::size_t ControlLength(std::size_t data_size) {
  return Layout::Length(data_size);
}

std::size_t ControlSpace(std::size_t data_size) {
  return Layout::Space(data_size);
}

std::size_t PutControl(const ControlMessage& message, absl::Span<char> room) {
  return internal::PutControl<Layout>(message, room);
}

bool TakeControl(absl::Span<const char>* control, ControlMessage* message) {
  return internal::TakeControl<Layout>(control, message);
}

std::optional<EncodedControl> EncodeControl(const ControlValue& value) {
  return std::visit([](const auto& alternative) { return Encode(alternative); },
                    value);
}

std::optional<ControlValue> DecodeControl(const ControlMessage& message) {
  switch (message.level) {
    case SOL_SOCKET:
      return DecodeSocketLevel(message);
    case IPPROTO_IP:
      return DecodeIpLevel(message);
    case IPPROTO_IPV6:
      return DecodeIpv6Level(message);
    default:
      return std::nullopt;
  }
}

}  // namespace mortise
