// macOS's families: kernel controls, and AF_VSOCK from macOS 11 on.

#include "mortise/platform/posix/addresses.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <variant>

#include "mortise/platform/address_codec.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

#if __has_include(<sys/kern_control.h>)
#include <sys/kern_control.h>
#define MORTISE_HAS_KERN_CONTROL 1
#endif
#if __has_include(<sys/vsock.h>)
#include <sys/vsock.h>
#define MORTISE_HAS_VSOCK 1
#endif

namespace mortise {
namespace posix {
namespace {

using internal::Pack;
using internal::Unpack;

// The structures and numbers of <sys/kern_control.h>, <sys/sys_domain.h> and
// <sys/vsock.h>, which not every macOS SDK has. They are an ABI that does not
// change: where the headers are there, they are held against them.

constexpr int kSysprotoControl = 2;
constexpr std::uint16_t kAfSysControl = 2;
constexpr std::size_t kMaxKctlName = 96;

struct CtlInfo {
  std::uint32_t ctl_id;
  char ctl_name[kMaxKctlName];
};
constexpr unsigned long kCtliocginfo = _IOWR('N', 3, CtlInfo);

struct SockaddrCtl {
  std::uint8_t sc_len;
  std::uint8_t sc_family;
  std::uint16_t ss_sysaddr;
  std::uint32_t sc_id;
  std::uint32_t sc_unit;
  std::uint32_t sc_reserved[5];
};

struct SockaddrVm {
  std::uint8_t svm_len;
  std::uint8_t svm_family;
  std::uint16_t svm_reserved1;
  std::uint32_t svm_port;
  std::uint32_t svm_cid;
};

#ifdef MORTISE_HAS_KERN_CONTROL
static_assert(sizeof(SockaddrCtl) == sizeof(sockaddr_ctl) &&
                  offsetof(SockaddrCtl, ss_sysaddr) ==
                      offsetof(sockaddr_ctl, ss_sysaddr) &&
                  offsetof(SockaddrCtl, sc_id) ==
                      offsetof(sockaddr_ctl, sc_id) &&
                  offsetof(SockaddrCtl, sc_unit) ==
                      offsetof(sockaddr_ctl, sc_unit),
              "sockaddr_ctl");
static_assert(sizeof(CtlInfo) == sizeof(ctl_info) &&
                  kCtliocginfo == CTLIOCGINFO,
              "ctl_info");
#endif
#ifdef MORTISE_HAS_VSOCK
static_assert(sizeof(SockaddrVm) == sizeof(sockaddr_vm) &&
                  offsetof(SockaddrVm, svm_port) ==
                      offsetof(sockaddr_vm, svm_port) &&
                  offsetof(SockaddrVm, svm_cid) ==
                      offsetof(sockaddr_vm, svm_cid),
              "sockaddr_vm");
#endif

// One overload of each for every family there is. What has none is not
// supported.
template <typename Kind>
SysResult<SockAddr> Encoded(const Kind&) {
  return {SockAddr(), kNotSupportedError};
}
template <typename Kind>
int DecodeInto(const SockAddr&, Kind*) {
  return kNotSupportedError;
}

// The id of a kernel control. It is asked of a socket, of whichever control.
SysResult<std::uint32_t> ControlId(const std::string& name) {
  const int fd = socket(AF_SYSTEM, SOCK_DGRAM, kSysprotoControl);
  if (fd == -1) return {0, errno};
  CtlInfo info = {};
  name.copy(info.ctl_name, sizeof(info.ctl_name) - 1);
  const int error = ioctl(fd, kCtliocginfo, &info) == -1 ? errno : 0;
  close(fd);
  return {info.ctl_id, error};
}

SysResult<SockAddr> Encoded(const SystemAddress& address) {
  SockaddrCtl native = {};
  native.ss_sysaddr = kAfSysControl;
  native.sc_id = address.id;
  native.sc_unit = address.unit;
  if (!address.name.empty()) {
    const SysResult<std::uint32_t> id = ControlId(address.name);
    if (!id.ok()) return {SockAddr(), id.error};
    native.sc_id = id.value;
  }
  return {Pack(AF_SYSTEM, native), 0};
}

int DecodeInto(const SockAddr& address, SystemAddress* result) {
  SockaddrCtl native;
  constexpr std::size_t kLeast = MORTISE_SIZE_WITH(SockaddrCtl, sc_unit);
  // AF_SYSTEM has addresses of kernel events too.
  if (!Unpack(address, AF_SYSTEM, kLeast, &native) ||
      native.ss_sysaddr != kAfSysControl) {
    return EINVAL;
  }
  *result = {native.sc_id, native.sc_unit};
  return 0;
}

#ifdef AF_VSOCK
SysResult<SockAddr> Encoded(const VsockAddress& address) {
  SockaddrVm native = {};
  native.svm_port = address.port;
  native.svm_cid = address.cid;
  return {Pack(AF_VSOCK, native), 0};
}

int DecodeInto(const SockAddr& address, VsockAddress* result) {
  SockaddrVm native;
  if (!Unpack(address, AF_VSOCK, sizeof(native), &native)) return EINVAL;
  *result = {native.svm_cid, native.svm_port};
  return 0;
}
#endif

}  // namespace

SysResult<SockAddr> Addresses::Encode(const FamilyAddress& address) {
  return std::visit([](const auto& kind) { return Encoded(kind); }, address);
}

std::optional<FamilyAddress> Addresses::Kind(const SockAddr& address,
                                             int /*protocol*/) const {
  switch (address.family) {
    case AF_SYSTEM:
      return SystemAddress();
#ifdef AF_VSOCK
    case AF_VSOCK:
      return VsockAddress();
#endif
    default:
      return std::nullopt;
  }
}

SysResult<void> Addresses::Decode(const SockAddr& address,
                                  FamilyAddress* result) const {
  return {std::visit(
      [&address](auto& kind) { return DecodeInto(address, &kind); }, *result)};
}

}  // namespace posix
}  // namespace mortise
