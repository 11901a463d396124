#include "mortise/core/internal/family_text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/quote.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/family_layout.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {
namespace {

// The name of an interface, or its number if it has no name, or "*" for all
// interfaces.
std::string Interface(const std::string& ifname, std::uint32_t ifindex) {
  if (!ifname.empty()) return Escape(ifname);
  return ifindex == 0 ? "*" : absl::StrCat(ifindex);
}

// ",name=5"; nothing for 0.
template <typename Number>
std::string IfNot0(absl::string_view name, Number value) {
  return value == 0 ? "" : absl::StrCat(",", name, "=", std::int64_t{value});
}

std::string Hex(std::uint64_t value) {
  return absl::StrCat("0x", absl::Hex(value));
}

std::string BdaddrText(const std::string& address) {
  return address.empty() ? kBdaddrAny : Escape(address);
}

std::string GuidText(const std::string& guid) {
  return guid.empty() ? kHvGuidZero : Escape(guid);
}

std::string Text(const NetlinkAddress& a) {
  return absl::StrCat("netlink:pid=", a.pid, ",groups=", a.groups);
}

std::string Text(const PacketAddress& a) {
  std::string text = absl::StrCat(
      "packet:", Interface(a.ifname, a.ifindex), ",proto=0x",
      absl::Hex(a.protocol, absl::kZeroPad4), IfNot0("type", a.packet_type),
      IfNot0("hatype", a.hardware_type));
  absl::string_view separator = ",addr=";
  for (const char byte : a.hardware_address) {
    absl::StrAppend(
        &text, separator,
        absl::Hex(static_cast<unsigned char>(byte), absl::kZeroPad2));
    separator = ":";
  }
  return text;
}

std::string Text(const VsockAddress& a) {
  return absl::StrCat("vsock:", a.cid, ":", a.port, IfNot0("flags", a.flags));
}

std::string Text(const CanAddress& a) {
  return absl::StrCat("can:", Interface(a.ifname, a.ifindex));
}

std::string Text(const CanIsotpAddress& a) {
  return absl::StrCat("can:", Interface(a.ifname, a.ifindex),
                      ",rx=", Hex(a.rx_id), ",tx=", Hex(a.tx_id));
}

std::string Text(const CanJ1939Address& a) {
  return absl::StrCat("can:", Interface(a.ifname, a.ifindex),
                      ",name=", Hex(a.name), ",pgn=", Hex(a.pgn),
                      ",addr=", Hex(a.addr));
}

std::string Text(const AlgAddress& a) {
  return absl::StrCat("alg:", Escape(a.type), ":", Escape(a.name),
                      IfNot0("feat", a.feature), IfNot0("mask", a.mask));
}

std::string Text(const L2capAddress& a) {
  return absl::StrCat("l2cap:", BdaddrText(a.address), ",psm=", a.psm,
                      IfNot0("cid", a.cid), IfNot0("type", a.address_type));
}

std::string Text(const RfcommAddress& a) {
  return absl::StrCat("rfcomm:", BdaddrText(a.address),
                      ",channel=", int{a.channel});
}

std::string Text(const ScoAddress& a) {
  return absl::StrCat("sco:", BdaddrText(a.address));
}

std::string Text(const HciAddress& a) {
  return absl::StrCat("hci:", a.device, IfNot0("channel", a.channel));
}

std::string Text(const TipcAddress& a) {
  const std::string scope = IfNot0("scope", a.scope);
  switch (a.type) {
    case TipcAddress::Type::kServiceRange:
      return absl::StrCat("tipc:range=", a.v1, ":", a.v2, ":", a.v3, scope);
    case TipcAddress::Type::kService:
      return absl::StrCat("tipc:service=", a.v1, ":", a.v2, ":", a.v3, scope);
    case TipcAddress::Type::kSocket:
      return absl::StrCat("tipc:socket=", a.v1, ":", a.v2, scope);
  }
  return absl::StrCat("tipc:", static_cast<int>(a.type));
}

std::string Text(const QipcrtrAddress& a) {
  return absl::StrCat("qipcrtr:", a.node, ":", a.port);
}

std::string Text(const HypervAddress& a) {
  return absl::StrCat("hyperv:", GuidText(a.vm_id), ":",
                      GuidText(a.service_id));
}

std::string Text(const SystemAddress& a) {
  return absl::StrCat(
      "system:", a.name.empty() ? absl::StrCat(a.id) : Escape(a.name), ":",
      a.unit);
}

template <typename T, typename = void>
struct HasInterface : std::false_type {};
template <typename T>
struct HasInterface<T, std::void_t<decltype(T::ifindex)>> : std::true_type {};

// In the order of FamilyAddress.
constexpr absl::string_view kKindNames[] = {
    "AF_NETLINK",
    "AF_PACKET",
    "AF_VSOCK",
    "AF_CAN",
    "AF_CAN for CAN_ISOTP",
    "AF_CAN for CAN_J1939",
    "AF_ALG",
    "AF_BLUETOOTH for BTPROTO_L2CAP",
    "AF_BLUETOOTH for BTPROTO_RFCOMM",
    "AF_BLUETOOTH for BTPROTO_SCO",
    "AF_BLUETOOTH for BTPROTO_HCI",
    "AF_TIPC",
    "AF_QIPCRTR",
    "AF_HYPERV",
    "AF_SYSTEM",
};
static_assert(std::size(kKindNames) == std::variant_size_v<FamilyAddress>,
              "each has a name");

// Whether `a` and `b` are the same address. The longer one may have zeros at
// its end that the shorter one does not have: a kernel may leave out what is
// not used.
bool IsSameAddress(const SockAddr& a, const SockAddr& b) {
  const SockAddr& shorter = a.size < b.size ? a : b;
  const SockAddr& longer = a.size < b.size ? b : a;
  return a.family == b.family &&
         std::equal(shorter.bytes, shorter.bytes + shorter.size,
                    longer.bytes) &&
         std::all_of(longer.bytes + shorter.size, longer.bytes + longer.size,
                     [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::string FamilyText(const FamilyAddress& address) {
  return std::visit([](const auto& kind) { return Text(kind); }, address);
}

std::optional<std::string> FamilyText(const SockAddr& address,
                                      Platform& platform) {
  if (address.size > SockAddr::kCapacity) return std::nullopt;
  std::optional<FamilyAddress> read = FamilyKind(address, kUnknownProtocol);
  if (!read.has_value() ||
      DecodeFamilyAddress(address, &*read) != FamilyDecoding::kDone) {
    return std::nullopt;
  }
  const std::optional<SockAddr> again = EncodeFamilyAddress(*read);
  if (!again.has_value() || !IsSameAddress(address, *again)) {
    return std::nullopt;
  }
  const InterfaceFields interface_fields = InterfaceOf(&*read);
  if (interface_fields.index != nullptr && *interface_fields.index != 0) {
    SysResult<std::string> name =
        platform.interfaces().IndexToName(*interface_fields.index);
    if (name.ok()) *interface_fields.name = std::move(name.value);
  }
  return FamilyText(*read);
}

InterfaceFields InterfaceOf(FamilyAddress* address) {
  return std::visit(
      [](auto& kind) -> InterfaceFields {
        if constexpr (HasInterface<std::decay_t<decltype(kind)>>::value) {
          return {&kind.ifname, &kind.ifindex};
        } else {
          return {};
        }
      },
      *address);
}

std::string FamilyKindName(const FamilyAddress& address) {
  return std::string(kKindNames[address.index()]);
}

}  // namespace internal
}  // namespace mortise
