#include "mortise/platform/sim/host/packet_info.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <variant>

#include "mortise/platform/constants/native.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {
namespace {

// in_pktinfo of Linux and macOS is the index, the local address, and the
// address of the header, of 4 bytes each. The structure of Windows has no
// second address.
constexpr std::size_t kWithTwoAddresses = 12;
constexpr std::size_t kLocalAddress = 4;
constexpr std::size_t kHeaderAddress = 8;

SockAddr AddressOf(const IpAddress& ip) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(ip.is_v4() ? kAfInet : kAfInet6);
  address.size = ip.is_v4() ? 4 : 16;
  std::memcpy(address.bytes, ip.is_v4() ? ip.v4_bytes() : ip.bytes(),
              address.size);
  return address;
}

}  // namespace

std::optional<EncodedControl> ReceivedPacketInfo(
    const IpAddress& local, std::uint32_t interface_index) {
  std::optional<EncodedControl> encoded =
      EncodeControl(ControlPacketInfo{AddressOf(local), interface_index});
  if (encoded.has_value() && local.is_v4() &&
      encoded->data.size() == kWithTwoAddresses) {
    std::memcpy(&encoded->data[kHeaderAddress], local.v4_bytes(), 4);
  }
  return encoded;
}

std::optional<IpAddress> SentPacketInfo(const ControlMessage& message) {
  const std::optional<ControlValue> value = DecodeControl(message);
  if (!value.has_value()) return std::nullopt;
  const auto* const info = std::get_if<ControlPacketInfo>(&*value);
  if (info == nullptr) return std::nullopt;
  if (info->address.family == kAfInet6) {
    return IpAddress::V6(info->address.bytes);
  }
  std::uint8_t bytes[4];
  std::memcpy(bytes, info->address.bytes, sizeof(bytes));
  if (message.data.size() == kWithTwoAddresses) {
    std::memcpy(bytes, message.data.data() + kLocalAddress, sizeof(bytes));
  }
  return IpAddress::V4(bytes);
}

}  // namespace sim
}  // namespace mortise
