// The families of Linux. If a header is missing, as on the BSDs or with the
// headers of an old kernel, its family is missing too.

#include "mortise/platform/family_layout.h"

#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>

#include "mortise/platform/address_codec.h"
#include "mortise/platform/address_text.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/ip_codec.h"
#include "mortise/platform/posix/linux/bluetooth.h"
#include "mortise/platform/sock_addr.h"

#if defined(AF_ALG) && __has_include(<linux/if_alg.h>)
#include <linux/if_alg.h>
#define MORTISE_HAS_ALG 1
#endif
#if defined(AF_CAN) && __has_include(<linux/can.h>)
#include <linux/can.h>
#define MORTISE_HAS_CAN 1
#endif
#if defined(AF_NETLINK) && __has_include(<linux/netlink.h>)
#include <linux/netlink.h>
#define MORTISE_HAS_NETLINK 1
#endif
#if defined(AF_PACKET) && __has_include(<linux/if_packet.h>)
#include <linux/if_packet.h>
#define MORTISE_HAS_PACKET 1
#endif
#if defined(AF_QIPCRTR) && __has_include(<linux/qrtr.h>)
#include <linux/qrtr.h>
#define MORTISE_HAS_QIPCRTR 1
#endif
#if defined(AF_TIPC) && __has_include(<linux/tipc.h>)
#include <linux/tipc.h>
#define MORTISE_HAS_TIPC 1
#endif
#if defined(AF_VSOCK) && __has_include(<linux/vm_sockets.h>)
#include <linux/vm_sockets.h>
#define MORTISE_HAS_VSOCK 1
#endif
#if defined(AF_BLUETOOTH) && defined(__linux__)
#define MORTISE_HAS_BLUETOOTH 1
#endif

namespace mortise {
namespace {

using internal::Pack;
using internal::Unpack;
using posix::Bdaddr;
using posix::kBtprotoHci;
using posix::kBtprotoL2cap;
using posix::kBtprotoRfcomm;
using posix::kBtprotoSco;
using posix::SockaddrHci;
using posix::SockaddrL2;
using posix::SockaddrRc;
using posix::SockaddrSco;

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

#ifdef MORTISE_HAS_NETLINK
std::optional<SockAddr> Encoded(const NetlinkAddress& address) {
  sockaddr_nl native = {};
  native.nl_pid = address.pid;
  native.nl_groups = address.groups;
  return Pack(AF_NETLINK, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, NetlinkAddress* result) {
  sockaddr_nl native;
  if (!Unpack(address, AF_NETLINK, sizeof(native), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {native.nl_pid, native.nl_groups};
  return FamilyDecoding::kDone;
}
#endif

#ifdef MORTISE_HAS_PACKET
constexpr std::size_t kHardwareOffset = offsetof(sockaddr_ll, sll_addr);
// MAX_ADDR_LEN of the kernel's <linux/netdevice.h>. The structure has room for
// eight bytes, but an address of InfiniBand has twenty. Source: packet(7).
constexpr std::size_t kMaxHardware = 32;

// The structure with room for the longest address.
struct LongSockaddrLl {
  sockaddr_ll base;
  unsigned char more[kMaxHardware - sizeof(sockaddr_ll::sll_addr)];
};

std::optional<SockAddr> Encoded(const PacketAddress& address) {
  LongSockaddrLl native = {};
  internal::StoreBigEndian16(address.protocol, &native.base.sll_protocol);
  native.base.sll_ifindex = static_cast<int>(address.ifindex);
  native.base.sll_hatype = address.hardware_type;
  native.base.sll_pkttype = address.packet_type;
  const std::size_t size =
      std::min(address.hardware_address.size(), kMaxHardware);
  native.base.sll_halen = static_cast<unsigned char>(size);
  std::memcpy(reinterpret_cast<char*>(&native) + kHardwareOffset,
              address.hardware_address.data(), size);
  return Pack(AF_PACKET, native,
              std::max(sizeof(sockaddr_ll), kHardwareOffset + size));
}

FamilyDecoding DecodeInto(const SockAddr& address, PacketAddress* result) {
  LongSockaddrLl native;
  if (!Unpack(address, AF_PACKET, kHardwareOffset, &native)) {
    return FamilyDecoding::kOtherKind;
  }
  const std::size_t size = native.base.sll_halen;
  // All bytes of the address must be there.
  if (size > kMaxHardware ||
      address.size + internal::kFamilySize < kHardwareOffset + size) {
    return FamilyDecoding::kOtherKind;
  }
  result->protocol = internal::LoadBigEndian16(native.base.sll_protocol);
  result->packet_type = native.base.sll_pkttype;
  result->hardware_type = native.base.sll_hatype;
  result->hardware_address.assign(
      reinterpret_cast<const char*>(&native) + kHardwareOffset, size);
  result->ifindex = static_cast<std::uint32_t>(native.base.sll_ifindex);
  return FamilyDecoding::kDone;
}
#endif

#ifdef MORTISE_HAS_VSOCK
// The place of `svm_flags`, which Linux 5.11 added. Older headers have a zero
// there.
constexpr std::size_t kVsockFlags = MORTISE_SIZE_WITH(sockaddr_vm, svm_cid);

std::optional<SockAddr> Encoded(const VsockAddress& address) {
  sockaddr_vm native = {};
  native.svm_port = address.port;
  native.svm_cid = address.cid;
  SockAddr packed = Pack(AF_VSOCK, native);
  packed.bytes[kVsockFlags - internal::kFamilySize] = address.flags;
  return packed;
}

FamilyDecoding DecodeInto(const SockAddr& address, VsockAddress* result) {
  sockaddr_vm native;
  if (!Unpack(address, AF_VSOCK, sizeof(native), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {native.svm_cid, native.svm_port,
             address.bytes[kVsockFlags - internal::kFamilySize]};
  return FamilyDecoding::kDone;
}
#endif

#ifdef MORTISE_HAS_CAN
// The kernel requires only as much of an address as its protocol uses, and
// returns no more. Before Linux 5.4 it required the whole structure of that
// time.
constexpr std::size_t kCanLeast = MORTISE_SIZE_WITH(sockaddr_can, can_ifindex);
constexpr std::size_t kCanIsotpLeast =
    offsetof(sockaddr_can, can_addr) + sizeof(sockaddr_can{}.can_addr.tp);

// <linux/can.h> has this structure from Linux 5.4 on.
struct J1939Part {
  std::uint64_t name;
  std::uint32_t pgn;
  std::uint8_t addr;
};
struct CanJ1939Native {
  std::uint16_t can_family;
  int can_ifindex;
  J1939Part part;
};
constexpr std::size_t kCanJ1939Least =
    offsetof(CanJ1939Native, part) + MORTISE_SIZE_WITH(J1939Part, addr);
static_assert(offsetof(CanJ1939Native, part) ==
                  offsetof(sockaddr_can, can_addr),
              "what comes before it has not moved");

// All kinds are encoded as long as the longest, so that every kernel takes
// them.
template <typename Native>
SockAddr PackCan(const Native& native) {
  CanJ1939Native whole = {};
  std::memcpy(static_cast<void*>(&whole), &native,
              std::min(sizeof(whole), sizeof(native)));
  return Pack(AF_CAN, whole);
}

std::optional<SockAddr> Encoded(const CanAddress& address) {
  sockaddr_can native = {};
  native.can_ifindex = static_cast<int>(address.ifindex);
  return PackCan(native);
}

FamilyDecoding DecodeInto(const SockAddr& address, CanAddress* result) {
  sockaddr_can native;
  if (!Unpack(address, AF_CAN, kCanLeast, &native)) {
    return FamilyDecoding::kOtherKind;
  }
  result->ifindex = static_cast<std::uint32_t>(native.can_ifindex);
  return FamilyDecoding::kDone;
}

std::optional<SockAddr> Encoded(const CanIsotpAddress& address) {
  sockaddr_can native = {};
  native.can_ifindex = static_cast<int>(address.ifindex);
  native.can_addr.tp.rx_id = address.rx_id;
  native.can_addr.tp.tx_id = address.tx_id;
  return PackCan(native);
}

FamilyDecoding DecodeInto(const SockAddr& address, CanIsotpAddress* result) {
  sockaddr_can native;
  if (!Unpack(address, AF_CAN, kCanIsotpLeast, &native)) {
    return FamilyDecoding::kOtherKind;
  }
  result->rx_id = native.can_addr.tp.rx_id;
  result->tx_id = native.can_addr.tp.tx_id;
  result->ifindex = static_cast<std::uint32_t>(native.can_ifindex);
  return FamilyDecoding::kDone;
}

std::optional<SockAddr> Encoded(const CanJ1939Address& address) {
  CanJ1939Native native = {};
  native.can_ifindex = static_cast<int>(address.ifindex);
  native.part.name = address.name;
  native.part.pgn = address.pgn;
  native.part.addr = address.addr;
  return PackCan(native);
}

FamilyDecoding DecodeInto(const SockAddr& address, CanJ1939Address* result) {
  CanJ1939Native native;
  if (!Unpack(address, AF_CAN, kCanJ1939Least, &native)) {
    return FamilyDecoding::kOtherKind;
  }
  result->name = native.part.name;
  result->pgn = native.part.pgn;
  result->addr = native.part.addr;
  result->ifindex = static_cast<std::uint32_t>(native.can_ifindex);
  return FamilyDecoding::kDone;
}

FamilyAddress CanKind(const SockAddr& address, int protocol) {
  // <linux/can.h> has these numbers as macros. Old versions lack the last one.
#ifdef CAN_ISOTP
  if (protocol == CAN_ISOTP) return CanIsotpAddress();
#endif
#ifdef CAN_J1939
  if (protocol == CAN_J1939) return CanJ1939Address();
#endif
  CanJ1939Native native;
  if (protocol == kUnknownProtocol &&
      Unpack(address, AF_CAN, kCanLeast, &native)) {
    // J1939 never has zeros in both fields, and other protocols do not use that
    // place.
    if (native.part.pgn != 0 || native.part.addr != 0) return CanJ1939Address();
    if (native.part.name != 0) return CanIsotpAddress();
  }
  return CanAddress();
}
#endif

#ifdef MORTISE_HAS_ALG
// Texts have terminators, which the kernel adds if they are missing.
template <std::size_t kSize>
void PutText(const std::string& text, std::uint8_t (&field)[kSize]) {
  std::memcpy(field, text.data(), std::min(text.size(), kSize - 1));
}
template <std::size_t kSize>
std::string TakeText(const std::uint8_t (&field)[kSize]) {
  const char* const text = reinterpret_cast<const char*>(field);
  return std::string(text, strnlen(text, kSize));
}

std::optional<SockAddr> Encoded(const AlgAddress& address) {
  sockaddr_alg native = {};
  PutText(address.type, native.salg_type);
  PutText(address.name, native.salg_name);
  native.salg_feat = address.feature;
  native.salg_mask = address.mask;
  return Pack(AF_ALG, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, AlgAddress* result) {
  sockaddr_alg native;
  if (!Unpack(address, AF_ALG, offsetof(sockaddr_alg, salg_name), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {TakeText(native.salg_type), TakeText(native.salg_name),
             native.salg_feat, native.salg_mask};
  return FamilyDecoding::kDone;
}
#endif

#ifdef MORTISE_HAS_BLUETOOTH
Bdaddr BdaddrOf(const std::string& text) {
  internal::BdaddrBytes bytes = {};
  internal::ParseBdaddr(text, &bytes);
  Bdaddr result;
  std::reverse_copy(bytes.begin(), bytes.end(), result.b);
  return result;
}

std::string TextOf(const Bdaddr& address) {
  internal::BdaddrBytes bytes;
  std::reverse_copy(address.b, address.b + bytes.size(), bytes.begin());
  return internal::FormatBdaddr(bytes);
}

void StoreLittleEndian16(std::uint16_t value, std::uint8_t (&field)[2]) {
  field[0] = static_cast<std::uint8_t>(value);
  field[1] = static_cast<std::uint8_t>(value >> 8);
}
std::uint16_t LoadLittleEndian16(const std::uint8_t (&field)[2]) {
  return static_cast<std::uint16_t>(field[0] | field[1] << 8);
}

std::optional<SockAddr> Encoded(const L2capAddress& address) {
  SockaddrL2 native = {};
  StoreLittleEndian16(address.psm, native.l2_psm);
  native.l2_bdaddr = BdaddrOf(address.address);
  StoreLittleEndian16(address.cid, native.l2_cid);
  native.l2_bdaddr_type = address.address_type;
  return Pack(AF_BLUETOOTH, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, L2capAddress* result) {
  SockaddrL2 native;
  // Before Linux 3.7 the structure ended here.
  constexpr std::size_t kLeast = MORTISE_SIZE_WITH(SockaddrL2, l2_cid);
  if (!Unpack(address, AF_BLUETOOTH, kLeast, &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {TextOf(native.l2_bdaddr), LoadLittleEndian16(native.l2_psm),
             LoadLittleEndian16(native.l2_cid), native.l2_bdaddr_type};
  return FamilyDecoding::kDone;
}

std::optional<SockAddr> Encoded(const RfcommAddress& address) {
  SockaddrRc native = {};
  native.rc_bdaddr = BdaddrOf(address.address);
  native.rc_channel = address.channel;
  return Pack(AF_BLUETOOTH, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, RfcommAddress* result) {
  SockaddrRc native;
  constexpr std::size_t kLeast = MORTISE_SIZE_WITH(SockaddrRc, rc_channel);
  if (!Unpack(address, AF_BLUETOOTH, kLeast, &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {TextOf(native.rc_bdaddr), native.rc_channel};
  return FamilyDecoding::kDone;
}

std::optional<SockAddr> Encoded(const ScoAddress& address) {
  SockaddrSco native = {};
  native.sco_bdaddr = BdaddrOf(address.address);
  return Pack(AF_BLUETOOTH, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, ScoAddress* result) {
  SockaddrSco native;
  if (!Unpack(address, AF_BLUETOOTH, sizeof(native), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {TextOf(native.sco_bdaddr)};
  return FamilyDecoding::kDone;
}

std::optional<SockAddr> Encoded(const HciAddress& address) {
  SockaddrHci native = {};
  native.hci_dev = address.device;
  native.hci_channel = address.channel;
  return Pack(AF_BLUETOOTH, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, HciAddress* result) {
  SockaddrHci native;
  if (!Unpack(address, AF_BLUETOOTH, sizeof(native), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {native.hci_dev, native.hci_channel};
  return FamilyDecoding::kDone;
}

FamilyAddress BluetoothKind(const SockAddr& address, int protocol) {
  switch (protocol) {
    case kBtprotoHci:
      return HciAddress();
    case kBtprotoRfcomm:
      return RfcommAddress();
    case kBtprotoSco:
      return ScoAddress();
    case kUnknownProtocol:
      break;
    default:
      return L2capAddress();
  }
  // No two of these structures have the same length.
  switch (address.size + internal::kFamilySize) {
    case sizeof(SockaddrHci):
      return HciAddress();
    case sizeof(SockaddrSco):
      return ScoAddress();
    case sizeof(SockaddrRc):
      return RfcommAddress();
    default:
      return L2capAddress();
  }
}
#endif

#ifdef MORTISE_HAS_TIPC
std::optional<SockAddr> Encoded(const TipcAddress& address) {
  sockaddr_tipc native = {};
  native.scope = address.scope;
  switch (address.type) {
    case TipcAddress::Type::kServiceRange:
      native.addrtype = TIPC_ADDR_NAMESEQ;
      native.addr.nameseq.type = address.v1;
      native.addr.nameseq.lower = address.v2;
      native.addr.nameseq.upper = address.v3;
      break;
    case TipcAddress::Type::kService:
      native.addrtype = TIPC_ADDR_NAME;
      native.addr.name.name.type = address.v1;
      native.addr.name.name.instance = address.v2;
      native.addr.name.domain = address.v3;
      break;
    case TipcAddress::Type::kSocket:
      native.addrtype = TIPC_ADDR_ID;
      native.addr.id.node = address.v1;
      native.addr.id.ref = address.v2;
      break;
  }
  return Pack(AF_TIPC, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, TipcAddress* result) {
  sockaddr_tipc native;
  if (!Unpack(address, AF_TIPC, sizeof(native), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  result->scope = native.scope;
  switch (native.addrtype) {
    case TIPC_ADDR_NAMESEQ:
      result->type = TipcAddress::Type::kServiceRange;
      result->v1 = native.addr.nameseq.type;
      result->v2 = native.addr.nameseq.lower;
      result->v3 = native.addr.nameseq.upper;
      return FamilyDecoding::kDone;
    case TIPC_ADDR_NAME:
      result->type = TipcAddress::Type::kService;
      result->v1 = native.addr.name.name.type;
      result->v2 = native.addr.name.name.instance;
      result->v3 = native.addr.name.domain;
      return FamilyDecoding::kDone;
    case TIPC_ADDR_ID:
      result->type = TipcAddress::Type::kSocket;
      result->v1 = native.addr.id.node;
      result->v2 = native.addr.id.ref;
      result->v3 = 0;
      return FamilyDecoding::kDone;
    default:
      return FamilyDecoding::kOtherKind;
  }
}
#endif

#ifdef MORTISE_HAS_QIPCRTR
std::optional<SockAddr> Encoded(const QipcrtrAddress& address) {
  sockaddr_qrtr native = {};
  native.sq_node = address.node;
  native.sq_port = address.port;
  return Pack(AF_QIPCRTR, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, QipcrtrAddress* result) {
  sockaddr_qrtr native;
  if (!Unpack(address, AF_QIPCRTR, sizeof(native), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {native.sq_node, native.sq_port};
  return FamilyDecoding::kDone;
}
#endif

}  // namespace

std::optional<SockAddr> EncodeFamilyAddress(const FamilyAddress& address) {
  return std::visit([](const auto& kind) { return Encoded(kind); }, address);
}

std::optional<FamilyAddress> FamilyKind(const SockAddr& address, int protocol) {
  static_cast<void>(protocol);
  switch (address.family) {
#ifdef MORTISE_HAS_NETLINK
    case AF_NETLINK:
      return NetlinkAddress();
#endif
#ifdef MORTISE_HAS_PACKET
    case AF_PACKET:
      return PacketAddress();
#endif
#ifdef MORTISE_HAS_VSOCK
    case AF_VSOCK:
      return VsockAddress();
#endif
#ifdef MORTISE_HAS_CAN
    case AF_CAN:
      return CanKind(address, protocol);
#endif
#ifdef MORTISE_HAS_ALG
    case AF_ALG:
      return AlgAddress();
#endif
#ifdef MORTISE_HAS_BLUETOOTH
    case AF_BLUETOOTH:
      return BluetoothKind(address, protocol);
#endif
#ifdef MORTISE_HAS_TIPC
    case AF_TIPC:
      return TipcAddress();
#endif
#ifdef MORTISE_HAS_QIPCRTR
    case AF_QIPCRTR:
      return QipcrtrAddress();
#endif
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
