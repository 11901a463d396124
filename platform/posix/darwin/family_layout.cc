// The families of macOS: kernel controls, and AF_VSOCK from macOS 11 on.

#include "mortise/platform/family_layout.h"

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "mortise/platform/address_codec.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"

#if __has_include(<sys/kern_control.h>)
#include <sys/kern_control.h>
#define MORTISE_HAS_KERN_CONTROL 1
#endif
#if __has_include(<sys/vsock.h>)
#include <sys/vsock.h>
#define MORTISE_HAS_VSOCK 1
#endif

namespace mortise {
namespace {

using internal::Pack;
using internal::Unpack;

// The structures and numbers of <sys/kern_control.h>, <sys/sys_domain.h> and
// <sys/vsock.h>, which not every macOS SDK has. They are an ABI that does not
// change. If the headers are there, the structures are compared with theirs.

constexpr std::uint16_t kAfSysControl = 2;

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
#endif
#ifdef MORTISE_HAS_VSOCK
static_assert(sizeof(SockaddrVm) == sizeof(sockaddr_vm) &&
                  offsetof(SockaddrVm, svm_port) ==
                      offsetof(sockaddr_vm, svm_port) &&
                  offsetof(SockaddrVm, svm_cid) ==
                      offsetof(sockaddr_vm, svm_cid),
              "sockaddr_vm");
#endif

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

std::optional<SockAddr> Encoded(const SystemAddress& address) {
  SockaddrCtl native = {};
  native.ss_sysaddr = kAfSysControl;
  native.sc_id = address.id;
  native.sc_unit = address.unit;
  return Pack(AF_SYSTEM, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, SystemAddress* result) {
  SockaddrCtl native;
  constexpr std::size_t kLeast = MORTISE_SIZE_WITH(SockaddrCtl, sc_unit);
  // AF_SYSTEM also has addresses of kernel events.
  if (!Unpack(address, AF_SYSTEM, kLeast, &native) ||
      native.ss_sysaddr != kAfSysControl) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {native.sc_id, native.sc_unit};
  return FamilyDecoding::kDone;
}

#ifdef AF_VSOCK
std::optional<SockAddr> Encoded(const VsockAddress& address) {
  SockaddrVm native = {};
  native.svm_port = address.port;
  native.svm_cid = address.cid;
  return Pack(AF_VSOCK, native);
}

FamilyDecoding DecodeInto(const SockAddr& address, VsockAddress* result) {
  SockaddrVm native;
  if (!Unpack(address, AF_VSOCK, sizeof(native), &native)) {
    return FamilyDecoding::kOtherKind;
  }
  *result = {native.svm_cid, native.svm_port};
  return FamilyDecoding::kDone;
}
#endif

}  // namespace

std::optional<SockAddr> EncodeFamilyAddress(const FamilyAddress& address) {
  return std::visit([](const auto& kind) { return Encoded(kind); }, address);
}

std::optional<FamilyAddress> FamilyKind(const SockAddr& address,
                                        int /*protocol*/) {
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

FamilyDecoding DecodeFamilyAddress(const SockAddr& address,
                                   FamilyAddress* result) {
  return std::visit(
      [&address](auto& kind) { return DecodeInto(address, &kind); }, *result);
}

}  // namespace mortise
