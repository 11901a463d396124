#include "mortise/platform/family_layout.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <variant>

#include "mortise/platform/address_codec.h"
#include "mortise/platform/address_text.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace {

using internal::Pack;
using internal::Unpack;

// Declared here because not every SDK has the header of this structure, and
// <hvsocket.h> defines variables wherever it is included. Source: Windows SDK,
// hvsocket.h and ws2bth.h.

struct SockaddrHv {
  std::uint16_t Family;
  std::uint16_t Reserved;
  GUID VmId;
  GUID ServiceId;
};
static_assert(sizeof(SockaddrHv) == 36, "SOCKADDR_HV");
static_assert(sizeof(SOCKADDR_BTH) == 30, "SOCKADDR_BTH is packed");

// Encoded and DecodeInto have an overload for every family that the OS has. A
// family without an overload is not supported.
template <typename Kind>
std::optional<SockAddr> Encoded(const Kind&) {
  return std::nullopt;
}
template <typename Kind>
FamilyDecoding DecodeInto(const SockAddr&, Kind*) {
  return FamilyDecoding::kNoSuchFamily;
}

GUID GuidOf(const std::string& text) {
  internal::GuidBytes bytes = {};
  internal::ParseGuid(text, &bytes);
  GUID guid;
  guid.Data1 = static_cast<unsigned long>(bytes[0]) << 24 |
               static_cast<unsigned long>(bytes[1]) << 16 |
               static_cast<unsigned long>(bytes[2]) << 8 | bytes[3];
  guid.Data2 = static_cast<unsigned short>(bytes[4] << 8 | bytes[5]);
  guid.Data3 = static_cast<unsigned short>(bytes[6] << 8 | bytes[7]);
  std::memcpy(guid.Data4, bytes.data() + 8, sizeof(guid.Data4));
  return guid;
}

std::string TextOf(const GUID& guid) {
  internal::GuidBytes bytes = {static_cast<std::uint8_t>(guid.Data1 >> 24),
                               static_cast<std::uint8_t>(guid.Data1 >> 16),
                               static_cast<std::uint8_t>(guid.Data1 >> 8),
                               static_cast<std::uint8_t>(guid.Data1),
                               static_cast<std::uint8_t>(guid.Data2 >> 8),
                               static_cast<std::uint8_t>(guid.Data2),
                               static_cast<std::uint8_t>(guid.Data3 >> 8),
                               static_cast<std::uint8_t>(guid.Data3)};
  std::memcpy(bytes.data() + 8, guid.Data4, sizeof(guid.Data4));
  return internal::FormatGuid(bytes);
}

// The first byte of the text is the highest byte of the number.
std::optional<SockAddr> Encoded(const RfcommAddress& address) {
  internal::BdaddrBytes bytes = {};
  internal::ParseBdaddr(address.address, &bytes);
  SOCKADDR_BTH native = {};
  BTH_ADDR number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  native.btAddr = number;
  native.port = address.channel == 0 ? BT_PORT_ANY : address.channel;
  return Pack(AF_BTH, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, RfcommAddress* result) {
  SOCKADDR_BTH native;
  if (!Unpack(address, AF_BTH, sizeof(native), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  const unsigned long port = native.port == BT_PORT_ANY ? 0 : native.port;
  if (port > 0xff || native.btAddr >> 48 != 0) {
    return FamilyDecoding::kOtherKind;
  }
  internal::BdaddrBytes bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(native.btAddr >> (40 - 8 * i));
  }
  *result = {internal::FormatBdaddr(bytes), static_cast<std::uint8_t>(port)};
  return FamilyDecoding::kDone;
}

std::optional<SockAddr> Encoded(const HypervAddress& address) {
  SockaddrHv native = {};
  native.VmId = GuidOf(address.vm_id);
  native.ServiceId = GuidOf(address.service_id);
  return Pack(AF_HYPERV, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, HypervAddress* result) {
  SockaddrHv native;
  if (!Unpack(address, AF_HYPERV, sizeof(native), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {TextOf(native.VmId), TextOf(native.ServiceId)};
  return FamilyDecoding::kDone;
}

}  // namespace

std::optional<SockAddr> EncodeFamilyAddress(const FamilyAddress& address) {
  return std::visit([](const auto& kind) { return Encoded(kind); }, address);
}

std::optional<FamilyAddress> FamilyKind(const SockAddr& address,
                                        int /*protocol*/) {
  switch (address.family) {
    case AF_BTH:
      return RfcommAddress();
    case AF_HYPERV:
      return HypervAddress();
    default:
      return std::nullopt;
  }
}

FamilyDecoding DecodeFamilyAddress(const SockAddr& address,
                                   FamilyAddress* result) {
  return std::visit(
      [&address](auto& kind) { return DecodeInto(address, &kind); }, *result);
}

}  // namespace mortise
