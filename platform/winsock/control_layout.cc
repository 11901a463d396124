#include "mortise/platform/control_layout.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <variant>

#include "absl/types/span.h"
#include "mortise/platform/control_bytes.h"
#include "mortise/platform/control_codec.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace {

using internal::ControlAddress;
using internal::ReadControl;
using internal::WrittenControl;

struct Layout {
  using Header = WSACMSGHDR;
  // WSA_CMSG_LEN and WSA_CMSG_SPACE: the header and the data begin at multiples
  // of the alignment of the header.
  static constexpr std::size_t Align(std::size_t size) {
    return (size + alignof(Header) - 1) & ~(alignof(Header) - 1);
  }
  static constexpr std::size_t Length(std::size_t data_size) {
    return Align(sizeof(Header)) + data_size;
  }
  static constexpr std::size_t Space(std::size_t data_size) {
    return Align(Length(data_size));
  }
};

// Handles are passed to other processes by Share. AF_UNIX carries neither
// handles nor credentials on Windows.
std::optional<EncodedControl> Encode(const ControlHandles&) {
  return std::nullopt;
}

std::optional<EncodedControl> Encode(const ControlPacketInfo& info) {
  if (info.address.family == AF_INET6) {
    IN6_PKTINFO native = {};
    std::memcpy(&native.ipi6_addr, info.address.bytes,
                sizeof(native.ipi6_addr));
    native.ipi6_ifindex = info.interface_index;
    return WrittenControl(IPPROTO_IPV6, IPV6_PKTINFO, native);
  }
  IN_PKTINFO native = {};
  std::memcpy(&native.ipi_addr, info.address.bytes, sizeof(native.ipi_addr));
  native.ipi_ifindex = info.interface_index;
  return WrittenControl(IPPROTO_IP, IP_PKTINFO, native);
}

std::optional<EncodedControl> Encode(const ControlHopLimit& limit) {
  if (limit.family == AF_INET6) {
    return WrittenControl(IPPROTO_IPV6, IPV6_HOPLIMIT, limit.hops);
  }
  return WrittenControl(IPPROTO_IP, IP_TTL, limit.hops);
}

std::optional<EncodedControl> Encode(const ControlCredentials&) {
  return std::nullopt;
}

// The receiver's OS sets the time, so it cannot be sent. On Windows it counts
// from the start of the machine, and is not a time of day.
std::optional<EncodedControl> Encode(const ControlTimestamp&) {
  return std::nullopt;
}

std::optional<ControlValue> DecodeHopLimit(int family,
                                           const ControlMessage& message) {
  INT hops;
  if (!ReadControl(message.data, &hops)) return std::nullopt;
  return ControlHopLimit{family, hops};
}

std::optional<ControlValue> DecodeIpLevel(const ControlMessage& message) {
  switch (message.type) {
    case IP_PKTINFO: {
      IN_PKTINFO native;
      if (!ReadControl(message.data, &native)) return std::nullopt;
      return ControlPacketInfo{ControlAddress(AF_INET, native.ipi_addr),
                               static_cast<std::uint32_t>(native.ipi_ifindex)};
    }
    case IP_TTL:
    case IP_HOPLIMIT:
      return DecodeHopLimit(AF_INET, message);
    default:
      return std::nullopt;
  }
}

std::optional<ControlValue> DecodeIpv6Level(const ControlMessage& message) {
  switch (message.type) {
    case IPV6_PKTINFO: {
      IN6_PKTINFO native;
      if (!ReadControl(message.data, &native)) return std::nullopt;
      return ControlPacketInfo{ControlAddress(AF_INET6, native.ipi6_addr),
                               static_cast<std::uint32_t>(native.ipi6_ifindex)};
    }
    case IPV6_HOPLIMIT:
      return DecodeHopLimit(AF_INET6, message);
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
    case IPPROTO_IP:
      return DecodeIpLevel(message);
    case IPPROTO_IPV6:
      return DecodeIpv6Level(message);
    default:
      return std::nullopt;
  }
}

}  // namespace mortise
