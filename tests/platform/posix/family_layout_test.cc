// Compares the layouts with the structures of the system's own headers, byte by
// byte. Also uses real sockets of the families that the machine has.

#include "mortise/platform/family_layout.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/posix/linux/bluetooth.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/sock_addr.h"

#ifdef __linux__
#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/qrtr.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#if __has_include(<linux/can/j1939.h>)
#include <linux/can/j1939.h>
#endif
#endif
#if __has_include(<bluetooth/bluetooth.h>)
#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/l2cap.h>
#include <bluetooth/rfcomm.h>
#include <bluetooth/sco.h>
#endif

namespace mortise {
namespace posix {
namespace {

// Returns the bytes that a system call gets for `address`.
template <typename Kind>
std::string Native(const Kind& address) {
  const std::optional<SockAddr> encoded = EncodeFamilyAddress(address);
  EXPECT_TRUE(encoded.has_value());
  NativeAddress native;
  EXPECT_EQ(EncodeSockAddr(encoded.value_or(SockAddr()), &native), 0);
  return std::string(reinterpret_cast<const char*>(native.get()),
                     native.length);
}

template <typename Structure>
std::string Bytes(const Structure& structure,
                  std::size_t size = sizeof(Structure)) {
  return std::string(reinterpret_cast<const char*>(&structure), size);
}

// Returns the address that the library makes from the bytes that a system call
// filled in.
SockAddr FromSystem(absl::string_view bytes) {
  NativeAddress native;
  std::memcpy(&native.storage, bytes.data(), bytes.size());
  native.length = static_cast<socklen_t>(bytes.size());
  SockAddr address;
  DecodeSockAddr(native, &address);
  return address;
}

template <typename Kind>
std::optional<Kind> Read(absl::string_view bytes) {
  FamilyAddress result = Kind();
  const FamilyDecoding decoding =
      DecodeFamilyAddress(FromSystem(bytes), &result);
  if (decoding != FamilyDecoding::kDone) {
    EXPECT_EQ(decoding, FamilyDecoding::kOtherKind);
    return std::nullopt;
  }
  return std::get<Kind>(result);
}

// Expects that `address` and `structure` are converted into each other, and
// that an address shorter than `least` is refused.
template <typename Kind, typename Structure>
void ExpectSame(const Kind& address, const Structure& structure,
                std::size_t least = sizeof(Structure)) {
  const std::string bytes = Bytes(structure);
  EXPECT_EQ(absl::BytesToHexString(Native(address)),
            absl::BytesToHexString(bytes));
  EXPECT_EQ(Read<Kind>(bytes), address);
  // The structure of a later kernel may be longer.
  EXPECT_EQ(Read<Kind>(bytes + "later"), address);
  for (std::size_t size = sizeof(sa_family_t); size < bytes.size(); ++size) {
    EXPECT_EQ(Read<Kind>(absl::string_view(bytes).substr(0, size)).has_value(),
              size >= least)
        << size;
  }
  // An address of another family is refused too.
  std::string other = bytes;
  sockaddr header;
  std::memcpy(&header, other.data(), offsetof(sockaddr, sa_data));
  header.sa_family = 200;
  std::memcpy(&other[0], &header, offsetof(sockaddr, sa_data));
  EXPECT_EQ(Read<Kind>(other), std::nullopt);
}

// Returns the kind of address for the bytes' family and the protocol, as an
// index into FamilyAddress.
std::optional<std::size_t> KindOf(absl::string_view bytes, int protocol) {
  const std::optional<FamilyAddress> kind =
      FamilyKind(FromSystem(bytes), protocol);
  if (!kind.has_value()) return std::nullopt;
  return kind->index();
}
template <typename Kind>
std::optional<std::size_t> IndexOf() {
  return FamilyAddress(Kind()).index();
}
constexpr int kUnknown = kUnknownProtocol;

TEST(FamilyLayoutTest, FamiliesOfOtherSystemsAreNotSupported) {
#ifdef __linux__
  const FamilyAddress others[] = {HypervAddress(), SystemAddress()};
#else
  const FamilyAddress others[] = {NetlinkAddress(), PacketAddress(),
                                  AlgAddress(), HypervAddress()};
#endif
  for (FamilyAddress other : others) {
    EXPECT_EQ(EncodeFamilyAddress(other), std::nullopt);
    SockAddr address;
    EXPECT_EQ(DecodeFamilyAddress(address, &other),
              FamilyDecoding::kNoSuchFamily);
  }
}

TEST(FamilyLayoutTest, IpAndUnixAndTheUnknownAreOfNoKind) {
  for (const int family : {AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX, 200}) {
    SockAddr address;
    address.family = static_cast<std::uint16_t>(family);
    EXPECT_FALSE(FamilyKind(address, 0).has_value()) << family;
    EXPECT_FALSE(FamilyKind(address, kUnknown).has_value()) << family;
  }
}

#ifdef __linux__

TEST(FamilyLayoutTest, Netlink) {
  sockaddr_nl native = {};
  native.nl_family = AF_NETLINK;
  native.nl_pid = 0x01020304;
  native.nl_groups = 0x80000001;
  ExpectSame(NetlinkAddress{0x01020304, 0x80000001}, native);
  EXPECT_EQ(KindOf(Bytes(native), 0), IndexOf<NetlinkAddress>());
}

TEST(FamilyLayoutTest, Packet) {
  sockaddr_ll native = {};
  native.sll_family = AF_PACKET;
  native.sll_protocol = htons(0x0806);
  native.sll_ifindex = 0x01020304;
  native.sll_hatype = 772;
  native.sll_pkttype = PACKET_OUTGOING;
  native.sll_halen = 6;
  std::memcpy(native.sll_addr, "\x02\x00\x5e\x10\x00\xff", 6);
  PacketAddress address;
  address.protocol = 0x0806;
  address.ifindex = 0x01020304;
  address.hardware_type = 772;
  address.packet_type = PACKET_OUTGOING;
  address.hardware_address = std::string("\x02\x00\x5e\x10\x00\xff", 6);
  ExpectSame(address, native, offsetof(sockaddr_ll, sll_addr) + 6);
  EXPECT_EQ(KindOf(Bytes(native), 0), IndexOf<PacketAddress>());
}

// The structure has room for eight bytes, but InfiniBand's addresses have
// twenty.
TEST(FamilyLayoutTest, PacketWithALongHardwareAddress) {
  for (const std::size_t size : {0, 1, 7, 8, 9, 20, 32}) {
    PacketAddress address;
    address.ifindex = 1;
    address.hardware_address = std::string(size, 'h');
    const std::string bytes = Native(address);
    EXPECT_EQ(bytes.size(), std::max(sizeof(sockaddr_ll),
                                     offsetof(sockaddr_ll, sll_addr) + size));
    EXPECT_EQ(Read<PacketAddress>(bytes), address);
    EXPECT_EQ(static_cast<std::size_t>(bytes[offsetof(sockaddr_ll, sll_halen)]),
              size);
  }
  // A length that is not true.
  sockaddr_ll native = {};
  native.sll_family = AF_PACKET;
  for (const int size : {9, 20, 32, 33, 126, 255}) {
    native.sll_halen = static_cast<unsigned char>(size);
    EXPECT_EQ(Read<PacketAddress>(Bytes(native)), std::nullopt) << size;
  }
  native.sll_halen = 33;
  EXPECT_EQ(Read<PacketAddress>(Bytes(native) + std::string(100, 'x')),
            std::nullopt);
}

TEST(FamilyLayoutTest, Vsock) {
  sockaddr_vm native = {};
  native.svm_family = AF_VSOCK;
  native.svm_cid = VMADDR_CID_HOST;
  native.svm_port = 0x01020304;
  ExpectSame(VsockAddress{VMADDR_CID_HOST, 0x01020304}, native);
#ifdef VMADDR_FLAG_TO_HOST
  native.svm_flags = VMADDR_FLAG_TO_HOST;
  ExpectSame(VsockAddress{VMADDR_CID_HOST, 0x01020304, VMADDR_FLAG_TO_HOST},
             native);
#endif
  EXPECT_EQ(KindOf(Bytes(native), 0), IndexOf<VsockAddress>());
}

TEST(FamilyLayoutTest, Can) {
  sockaddr_can native = {};
  native.can_family = AF_CAN;
  native.can_ifindex = 0x01020304;
  ExpectSame(CanAddress{"", 0x01020304}, native, 8);
  EXPECT_EQ(KindOf(Bytes(native), CAN_RAW), IndexOf<CanAddress>());
  EXPECT_EQ(KindOf(Bytes(native), CAN_BCM), IndexOf<CanAddress>());
  EXPECT_EQ(KindOf(Bytes(native), kUnknown), IndexOf<CanAddress>());
  EXPECT_EQ(KindOf(Bytes(native, 8), kUnknown), IndexOf<CanAddress>());
  EXPECT_EQ(KindOf(Bytes(native, 2), kUnknown), IndexOf<CanAddress>());
}

TEST(FamilyLayoutTest, CanIsotp) {
  sockaddr_can native = {};
  native.can_family = AF_CAN;
  native.can_ifindex = 3;
  native.can_addr.tp.rx_id = 0x123;
  native.can_addr.tp.tx_id = 0x456 | CAN_EFF_FLAG;
  ExpectSame(CanIsotpAddress{"", 0x123, 0x456 | CAN_EFF_FLAG, 3}, native, 16);
  EXPECT_EQ(KindOf(Bytes(native), CAN_ISOTP), IndexOf<CanIsotpAddress>());
  EXPECT_EQ(KindOf(Bytes(native), kUnknown), IndexOf<CanIsotpAddress>());
  EXPECT_EQ(KindOf(Bytes(native, 16), kUnknown), IndexOf<CanIsotpAddress>());
}

#ifdef CAN_J1939
TEST(FamilyLayoutTest, CanJ1939) {
  sockaddr_can native = {};
  native.can_family = AF_CAN;
  native.can_ifindex = 3;
  native.can_addr.j1939.name = 0x0102030405060708;
  native.can_addr.j1939.pgn = 0x3ffff;
  native.can_addr.j1939.addr = 0x20;
  ExpectSame(CanJ1939Address{"", 0x0102030405060708, 0x3ffff, 0x20, 3}, native,
             21);
  EXPECT_EQ(KindOf(Bytes(native), CAN_J1939), IndexOf<CanJ1939Address>());
  EXPECT_EQ(KindOf(Bytes(native), kUnknown), IndexOf<CanJ1939Address>());

  const CanJ1939Address none;
  EXPECT_EQ(none.name, std::uint64_t{J1939_NO_NAME});
  EXPECT_EQ(none.pgn, J1939_NO_PGN);
  EXPECT_EQ(none.addr, J1939_NO_ADDR);
}
#endif

TEST(FamilyLayoutTest, Alg) {
  sockaddr_alg native = {};
  native.salg_family = AF_ALG;
  std::strcpy(reinterpret_cast<char*>(native.salg_type), "skcipher");
  std::strcpy(reinterpret_cast<char*>(native.salg_name), "cbc(aes)");
  native.salg_feat = 0x01020304;
  native.salg_mask = 0x05060708;
  ExpectSame(AlgAddress{"skcipher", "cbc(aes)", 0x01020304, 0x05060708}, native,
             offsetof(sockaddr_alg, salg_name));
  EXPECT_EQ(KindOf(Bytes(native), 0), IndexOf<AlgAddress>());

  // The longest texts, which have no NUL at the end.
  std::memset(native.salg_type, 't', sizeof(native.salg_type) - 1);
  std::memset(native.salg_name, 'n', sizeof(native.salg_name) - 1);
  EXPECT_EQ(Native(AlgAddress{std::string(13, 't'), std::string(63, 'n'),
                              0x01020304, 0x05060708}),
            Bytes(native));
  native.salg_type[13] = 't';
  native.salg_name[63] = 'n';
  const std::optional<AlgAddress> endless = Read<AlgAddress>(Bytes(native));
  ASSERT_TRUE(endless.has_value());
  EXPECT_EQ(endless->type, std::string(14, 't'));
  EXPECT_EQ(endless->name, std::string(64, 'n'));
}

TEST(FamilyLayoutTest, Tipc) {
  sockaddr_tipc native = {};
  native.family = AF_TIPC;
  native.addrtype = TIPC_ADDR_NAMESEQ;
  native.scope = TIPC_NODE_SCOPE;
  native.addr.nameseq = {0x01020304, 5, 6};
  ExpectSame(TipcAddress{TipcAddress::Type::kServiceRange, 0x01020304, 5, 6,
                         TIPC_NODE_SCOPE},
             native);

  native.addrtype = TIPC_ADDR_NAME;
  native.scope = TIPC_CLUSTER_SCOPE;
  native.addr = {};
  native.addr.name.name = {7, 8};
  native.addr.name.domain = 9;
  ExpectSame(
      TipcAddress{TipcAddress::Type::kService, 7, 8, 9, TIPC_CLUSTER_SCOPE},
      native);

  native.addrtype = TIPC_ADDR_ID;
  native.scope = -1;
  native.addr = {};
  native.addr.id.node = 10;
  native.addr.id.ref = 11;
  ExpectSame(TipcAddress{TipcAddress::Type::kSocket, 10, 11, 0, -1}, native);
  EXPECT_EQ(KindOf(Bytes(native), 0), IndexOf<TipcAddress>());

  for (const int type : {0, 4, 255}) {
    native.addrtype = static_cast<unsigned char>(type);
    EXPECT_EQ(Read<TipcAddress>(Bytes(native)), std::nullopt) << type;
  }
}

TEST(FamilyLayoutTest, Qipcrtr) {
  sockaddr_qrtr native = {};
  native.sq_family = AF_QIPCRTR;
  native.sq_node = 0x01020304;
  native.sq_port = QRTR_PORT_CTRL;
  ExpectSame(QipcrtrAddress{0x01020304, QRTR_PORT_CTRL}, native);
  EXPECT_EQ(KindOf(Bytes(native), 0), IndexOf<QipcrtrAddress>());
}

// Returns the kernel's structure. It does not need BlueZ's headers.
std::string Bluetooth(absl::string_view rest) {
  const auto family = static_cast<sa_family_t>(AF_BLUETOOTH);
  return Bytes(family) + absl::HexStringToBytes(rest);
}

TEST(FamilyLayoutTest, Bluetooth) {
  const std::string l2cap = Bluetooth("1110ffa00fdc1b0040000100");
  const L2capAddress l2cap_address = {"00:1B:DC:0F:A0:FF", 0x1011, 0x40, 1};
  EXPECT_EQ(Native(l2cap_address), l2cap);
  EXPECT_EQ(Read<L2capAddress>(l2cap), l2cap_address);
  EXPECT_EQ(Read<L2capAddress>(absl::string_view(l2cap).substr(0, 11)),
            std::nullopt);
  EXPECT_EQ(KindOf(l2cap, kBtprotoL2cap), IndexOf<L2capAddress>());
  EXPECT_EQ(KindOf(l2cap, kUnknown), IndexOf<L2capAddress>());

  const std::string rfcomm = Bluetooth("ffa00fdc1b001e00");
  const RfcommAddress rfcomm_address = {"00:1B:DC:0F:A0:FF", 30};
  EXPECT_EQ(Native(rfcomm_address), rfcomm);
  EXPECT_EQ(Read<RfcommAddress>(rfcomm), rfcomm_address);
  EXPECT_EQ(Read<RfcommAddress>(absl::string_view(rfcomm).substr(0, 8)),
            std::nullopt);
  EXPECT_EQ(KindOf(rfcomm, kBtprotoRfcomm), IndexOf<RfcommAddress>());
  EXPECT_EQ(KindOf(rfcomm, kUnknown), IndexOf<RfcommAddress>());

  const std::string sco = Bluetooth("ffa00fdc1b00");
  const ScoAddress sco_address = {"00:1B:DC:0F:A0:FF"};
  EXPECT_EQ(Native(sco_address), sco);
  EXPECT_EQ(Read<ScoAddress>(sco), sco_address);
  EXPECT_EQ(KindOf(sco, kBtprotoSco), IndexOf<ScoAddress>());
  EXPECT_EQ(KindOf(sco, kUnknown), IndexOf<ScoAddress>());

  const std::uint16_t hci_fields[] = {AF_BLUETOOTH, 0x0102, 3};
  const HciAddress hci_address = {0x0102, 3};
  EXPECT_EQ(Native(hci_address), Bytes(hci_fields));
  EXPECT_EQ(Read<HciAddress>(Bytes(hci_fields)), hci_address);
  EXPECT_EQ(KindOf(Bytes(hci_fields), kBtprotoHci), IndexOf<HciAddress>());
  EXPECT_EQ(KindOf(Bytes(hci_fields), kUnknown), IndexOf<HciAddress>());
}

#if __has_include(<bluetooth/bluetooth.h>)
TEST(FamilyLayoutTest, BluetoothIsAsBluezHasIt) {
  sockaddr_l2 l2 = {};
  l2.l2_family = AF_BLUETOOTH;
  l2.l2_psm = htobs(0x1011);
  l2.l2_bdaddr = {{0xff, 0xa0, 0x0f, 0xdc, 0x1b, 0x00}};
  l2.l2_cid = htobs(0x40);
  l2.l2_bdaddr_type = BDADDR_LE_RANDOM;
  EXPECT_EQ(
      Native(L2capAddress{"00:1B:DC:0F:A0:FF", 0x1011, 0x40, BDADDR_LE_RANDOM}),
      Bytes(l2));
  sockaddr_rc rc = {};
  rc.rc_family = AF_BLUETOOTH;
  rc.rc_bdaddr = l2.l2_bdaddr;
  rc.rc_channel = 30;
  EXPECT_EQ(Native(RfcommAddress{"00:1B:DC:0F:A0:FF", 30}), Bytes(rc));
  sockaddr_sco sco = {};
  sco.sco_family = AF_BLUETOOTH;
  sco.sco_bdaddr = l2.l2_bdaddr;
  EXPECT_EQ(Native(ScoAddress{"00:1B:DC:0F:A0:FF"}), Bytes(sco));
  sockaddr_hci hci = {};
  hci.hci_family = AF_BLUETOOTH;
  hci.hci_dev = 0x0102;
  hci.hci_channel = HCI_CHANNEL_CONTROL;
  EXPECT_EQ(Native(HciAddress{0x0102, HCI_CHANNEL_CONTROL}), Bytes(hci));
  EXPECT_EQ(kBtprotoL2cap, BTPROTO_L2CAP);
  EXPECT_EQ(kBtprotoHci, BTPROTO_HCI);
  EXPECT_EQ(kBtprotoSco, BTPROTO_SCO);
  EXPECT_EQ(kBtprotoRfcomm, BTPROTO_RFCOMM);
}
#endif

#endif  // __linux__

}  // namespace
}  // namespace posix
}  // namespace mortise
