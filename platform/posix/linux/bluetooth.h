// The kernel's structures for Bluetooth addresses. No header of the kernel or
// the C library has them for programs; BlueZ has them in a package of its own.
// Source: include/net/bluetooth of Linux.

#ifndef MORTISE_PLATFORM_POSIX_LINUX_BLUETOOTH_H_
#define MORTISE_PLATFORM_POSIX_LINUX_BLUETOOTH_H_

#include <cstdint>

namespace mortise {
namespace posix {

// BTPROTO_*.
inline constexpr int kBtprotoL2cap = 0;
inline constexpr int kBtprotoHci = 1;
inline constexpr int kBtprotoSco = 2;
inline constexpr int kBtprotoRfcomm = 3;

// A device's address. The last byte of the text comes first, whatever the byte
// order of the machine is. The numbers of sockaddr_l2 are little-endian too.
struct Bdaddr {
  std::uint8_t b[6];
};

struct SockaddrL2 {
  std::uint16_t l2_family;
  std::uint8_t l2_psm[2];
  Bdaddr l2_bdaddr;
  std::uint8_t l2_cid[2];
  std::uint8_t l2_bdaddr_type;
  std::uint8_t padding;
};

struct SockaddrRc {
  std::uint16_t rc_family;
  Bdaddr rc_bdaddr;
  std::uint8_t rc_channel;
  std::uint8_t padding;
};

struct SockaddrSco {
  std::uint16_t sco_family;
  Bdaddr sco_bdaddr;
};

struct SockaddrHci {
  std::uint16_t hci_family;
  std::uint16_t hci_dev;
  std::uint16_t hci_channel;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_LINUX_BLUETOOTH_H_
