// The addresses of the families other than IP and AF_UNIX, one structure each.
//
//   const mortise::FamilyAddress addresses[] = {
//       mortise::NetlinkAddress{/*pid=*/0, /*groups=*/1},
//       mortise::PacketAddress{"eth0", /*protocol=*/0x0003},
//       mortise::VsockAddress{/*cid=*/2, /*port=*/1234},
//       mortise::CanAddress{"vcan0"},
//   };
//
// In Python these addresses are tuples. The fields here are in Python's order.
// The structures are plain data: nothing is checked until an address is used.
// mortise/core/family_address.h makes a `SocketAddress` of such a structure,
// and reads a `SocketAddress` back into a structure.
//
// Numbers are in host byte order, whatever the order in the system's structure
// is. A number may have any value of its type, unless its comment says
// otherwise. The system may refuse numbers that mean nothing to it.
//
// `Fields()` returns references to all fields, in their order. They are valid
// as long as the structure. Two structures are equal if their fields are.

#ifndef MORTISE_PLATFORM_FAMILY_ADDRESS_H_
#define MORTISE_PLATFORM_FAMILY_ADDRESS_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace mortise {

// Addresses of Bluetooth that mean any device and the machine's own device, and
// GUIDs that have a meaning of their own to Hyper-V. Python: the constants of
// the same names (BDADDR_ANY, HV_GUID_ZERO).
inline constexpr char kBdaddrAny[] = "00:00:00:00:00:00";
inline constexpr char kBdaddrLocal[] = "00:00:00:FF:FF:FF";
inline constexpr char kHvGuidZero[] = "00000000-0000-0000-0000-000000000000";
inline constexpr char kHvGuidWildcard[] =
    "00000000-0000-0000-0000-000000000000";
inline constexpr char kHvGuidBroadcast[] =
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF";
inline constexpr char kHvGuidChildren[] =
    "90DB8B89-0D35-4F79-8CE9-49EA0AC8B7CD";
inline constexpr char kHvGuidLoopback[] =
    "E0E16197-DD56-4A10-9195-5EE7A155A838";
inline constexpr char kHvGuidParent[] = "A42E7CDA-D03F-480C-9CC2-A4DE20ABB878";

// AF_NETLINK, on Linux. Source: netlink(7). Python: (pid, groups).
struct NetlinkAddress {
  // 0 means the kernel. When binding, 0 lets the kernel choose the number.
  std::uint32_t pid = 0;
  // Multicast groups, one bit for each.
  std::uint32_t groups = 0;

  auto Fields() const { return std::tie(pid, groups); }
};

// AF_PACKET, on Linux. Source: packet(7). Python: (ifname, proto, pkttype,
// hatype, addr).
struct PacketAddress {
  // The interface by its name or, if the name is empty, by its index `ifindex`.
  // The name must not hold a NUL. The index is 0 to 2^31 - 1; 0 means every
  // interface. If both are given, they must be the same interface. An address
  // that was read back has both, but no name if the interface is gone.
  std::string ifname;
  // ETH_P_*: which kind of packets. ETH_P_ALL means all.
  std::uint16_t protocol = 0;
  std::uint8_t packet_type = 0;     // PACKET_*: for this host, broadcast, …
  std::uint16_t hardware_type = 0;  // ARPHRD_*
  std::string hardware_address{};   // the bytes themselves, at most 32
  std::uint32_t ifindex = 0;

  auto Fields() const {
    return std::tie(ifname, protocol, packet_type, hardware_type,
                    hardware_address, ifindex);
  }
};

// AF_VSOCK, on Linux and macOS: between a virtual machine and its host. Source:
// vsock(7). Python: (cid, port).
struct VsockAddress {
  std::uint32_t cid = 0;   // VMADDR_CID_*, or the number of a machine
  std::uint32_t port = 0;  // VMADDR_PORT_ANY to let the system choose
  std::uint8_t flags = 0;  // VMADDR_FLAG_*; macOS has none

  auto Fields() const { return std::tie(cid, port, flags); }
};

// AF_CAN, on Linux. `ifname` and `ifindex` are as in PacketAddress. Source:
// SocketCAN in the kernel's documentation.
//
// This is the address for CAN_RAW, CAN_BCM and every protocol without a
// structure of its own. Python: (interface,).
struct CanAddress {
  std::string ifname;
  std::uint32_t ifindex = 0;

  auto Fields() const { return std::tie(ifname, ifindex); }
};

// AF_CAN with the protocol CAN_ISOTP. Python: (interface, rx_addr, tx_addr).
struct CanIsotpAddress {
  std::string ifname;
  // CAN identifiers with their flags (CAN_EFF_FLAG): the sender to receive
  // from, and the receiver to send to.
  std::uint32_t rx_id = 0;
  std::uint32_t tx_id = 0;
  std::uint32_t ifindex = 0;

  auto Fields() const { return std::tie(ifname, rx_id, tx_id, ifindex); }
};

// AF_CAN with the protocol CAN_J1939. Python: (interface, name, pgn, addr).
struct CanJ1939Address {
  std::string ifname;
  std::uint64_t name = 0;       // J1939_NO_NAME
  std::uint32_t pgn = 0x40000;  // J1939_NO_PGN
  std::uint8_t addr = 0xff;     // J1939_NO_ADDR
  std::uint32_t ifindex = 0;

  auto Fields() const { return std::tie(ifname, name, pgn, addr, ifindex); }
};

// AF_ALG, on Linux: the kernel's cryptography. Source: the kernel's
// documentation, "User Space Interface". Python: (type, name, feat, mask).
struct AlgAddress {
  // Neither may hold a NUL.
  std::string type;    // "hash", "skcipher", …: at most 13 bytes
  std::string name{};  // "sha256", …: at most 63 bytes
  std::uint32_t feature = 0;
  std::uint32_t mask = 0;

  auto Fields() const { return std::tie(type, name, feature, mask); }
};

// AF_BLUETOOTH, on Linux; on Windows for RFCOMM only. The address of a device
// is six hexadecimal numbers of one or two digits, "AA:BB:CC:DD:EE:FF". An
// empty address is the same as kBdaddrAny. An address that was read back has
// capital letters.
//
// L2capAddress is for BTPROTO_L2CAP. Python: (bdaddr, psm), from 3.14 on with
// cid and bdaddr_type.
struct L2capAddress {
  std::string address;
  std::uint16_t psm = 0;
  std::uint16_t cid = 0;
  std::uint8_t address_type = 0;  // BDADDR_BREDR, BDADDR_LE_*

  auto Fields() const { return std::tie(address, psm, cid, address_type); }
};

// AF_BLUETOOTH with BTPROTO_RFCOMM. Python: (bdaddr, channel).
struct RfcommAddress {
  std::string address;
  // 1 to 30, which only the system checks; 0 to let the system choose.
  std::uint8_t channel = 0;

  auto Fields() const { return std::tie(address, channel); }
};

// AF_BLUETOOTH with BTPROTO_SCO. Python: bdaddr.
struct ScoAddress {
  std::string address;

  auto Fields() const { return std::tie(address); }
};

// AF_BLUETOOTH with BTPROTO_HCI. Python: (device_id,), from 3.14 on with
// channel.
struct HciAddress {
  std::uint16_t device = 0;   // HCI_DEV_NONE for none
  std::uint16_t channel = 0;  // HCI_CHANNEL_*

  auto Fields() const { return std::tie(device, channel); }
};

// AF_TIPC, on Linux. Source: TIPC's Programmer's Guide. Python: (addr_type, v1,
// v2, v3, scope).
struct TipcAddress {
  enum class Type : std::uint8_t {
    kServiceRange,  // TIPC_ADDR_NAMESEQ: type, lower and upper instance
    kService,       // TIPC_ADDR_NAME: type, instance, domain
    kSocket,        // TIPC_ADDR_ID: node, reference; v3 is 0
  };

  Type type = Type::kService;
  std::uint32_t v1 = 0;
  std::uint32_t v2 = 0;
  std::uint32_t v3 = 0;
  std::int8_t scope = 0;  // TIPC_*_SCOPE

  auto Fields() const { return std::tie(type, v1, v2, v3, scope); }
};

// AF_QIPCRTR, on Linux: Qualcomm's router. Python: (node, port).
struct QipcrtrAddress {
  std::uint32_t node = 0;
  std::uint32_t port = 0;

  auto Fields() const { return std::tie(node, port); }
};

// AF_HYPERV, on Windows: between a virtual machine and its host. The GUIDs are
// text, with or without braces. An empty GUID is the same as kHvGuidZero. GUIDs
// that were read back have capital letters and no braces. Python: (vm_id,
// service_id).
struct HypervAddress {
  std::string vm_id;
  std::string service_id{};

  auto Fields() const { return std::tie(vm_id, service_id); }
};

// AF_SYSTEM, on macOS: a kernel control. Python: its name, or (id, unit).
struct SystemAddress {
  std::uint32_t id = 0;
  std::uint32_t unit = 0;  // 0 to let the system choose
  // If not empty, the name of the kernel control whose id is used
  // (CTLIOCGINFO). `id` must then be 0. At most 95 bytes, without a NUL. Empty
  // in an address that was read back.
  std::string name{};

  auto Fields() const { return std::tie(id, unit, name); }
};

// Any of these addresses.
using FamilyAddress =
    std::variant<NetlinkAddress, PacketAddress, VsockAddress, CanAddress,
                 CanIsotpAddress, CanJ1939Address, AlgAddress, L2capAddress,
                 RfcommAddress, ScoAddress, HciAddress, TipcAddress,
                 QipcrtrAddress, HypervAddress, SystemAddress>;

// Whether T is one of these structures.
template <typename T, typename Variant = FamilyAddress>
struct IsFamilyAddress;
template <typename T, typename... Kinds>
struct IsFamilyAddress<T, std::variant<Kinds...>>
    : std::disjunction<std::is_same<T, Kinds>...> {};

// Compares field by field.
template <typename T, std::enable_if_t<IsFamilyAddress<T>::value, int> = 0>
bool operator==(const T& a, const T& b) {
  return a.Fields() == b.Fields();
}
template <typename T, std::enable_if_t<IsFamilyAddress<T>::value, int> = 0>
bool operator!=(const T& a, const T& b) {
  return !(a == b);
}

}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAMILY_ADDRESS_H_
