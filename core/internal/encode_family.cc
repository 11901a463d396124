#include "mortise/core/internal/encode_family.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/family_text.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/quote.h"
#include "mortise/platform/address_text.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/family_layout.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {
namespace {

// The sizes of the fields of the systems' structures, less the terminator where
// a field must have one.
constexpr std::size_t kMaxHardwareAddress = 32;
constexpr std::size_t kMaxAlgType = 13;
constexpr std::size_t kMaxAlgName = 63;
constexpr std::size_t kMaxControlName = 95;
// The systems count interfaces in an `int`.
constexpr std::uint32_t kMaxInterface = 0x7fffffff;

// Finds what is wrong with the fields of a structure on any platform.
class FieldChecker {
 public:
  explicit FieldChecker(Operation operation) : operation_(operation) {}

  absl::Status Check(const PacketAddress& a) const {
    if (a.hardware_address.size() > kMaxHardwareAddress) {
      return TooLong("hardware_address", a.hardware_address,
                     kMaxHardwareAddress);
    }
    return CheckInterface(a.ifname, a.ifindex);
  }
  absl::Status Check(const CanAddress& a) const {
    return CheckInterface(a.ifname, a.ifindex);
  }
  absl::Status Check(const CanIsotpAddress& a) const {
    return CheckInterface(a.ifname, a.ifindex);
  }
  absl::Status Check(const CanJ1939Address& a) const {
    return CheckInterface(a.ifname, a.ifindex);
  }
  absl::Status Check(const AlgAddress& a) const {
    const absl::Status status = CheckText("type", a.type, kMaxAlgType);
    return status.ok() ? CheckText("name", a.name, kMaxAlgName) : status;
  }
  absl::Status Check(const L2capAddress& a) const {
    return CheckBdaddr(a.address);
  }
  absl::Status Check(const RfcommAddress& a) const {
    return CheckBdaddr(a.address);
  }
  absl::Status Check(const ScoAddress& a) const {
    return CheckBdaddr(a.address);
  }
  absl::Status Check(const TipcAddress& a) const {
    switch (a.type) {
      case TipcAddress::Type::kServiceRange:
      case TipcAddress::Type::kService:
        return absl::OkStatus();
      case TipcAddress::Type::kSocket:
        if (a.v3 == 0) return absl::OkStatus();
        return Invalid("v3", absl::StrCat(a.v3,
                                          " is given, but a socket address "
                                          "has no v3"));
    }
    return Invalid("type", absl::StrCat(static_cast<int>(a.type),
                                        " is not a type of TIPC address"));
  }
  absl::Status Check(const HypervAddress& a) const {
    const absl::Status status = CheckGuid("vm_id", a.vm_id);
    return status.ok() ? CheckGuid("service_id", a.service_id) : status;
  }
  absl::Status Check(const SystemAddress& a) const {
    if (!a.name.empty() && a.id != 0) {
      return Invalid("id", absl::StrCat(a.id, " is given beside the name ",
                                        Quote(a.name)));
    }
    return CheckText("name", a.name, kMaxControlName);
  }
  // Every value of the fields of these kinds is valid. This is not a template,
  // because that would accept a new kind of address without a check.
  absl::Status Check(const NetlinkAddress&) const { return absl::OkStatus(); }
  absl::Status Check(const VsockAddress&) const { return absl::OkStatus(); }
  absl::Status Check(const HciAddress&) const { return absl::OkStatus(); }
  absl::Status Check(const QipcrtrAddress&) const { return absl::OkStatus(); }

  absl::Status Invalid(absl::string_view field,
                       absl::string_view complaint) const {
    return ArgumentError(absl::StatusCode::kInvalidArgument, operation_, field,
                         complaint);
  }

 private:
  absl::Status TooLong(absl::string_view field, absl::string_view value,
                       std::size_t most) const {
    return Invalid(field, absl::StrCat(value.size(), " bytes are more than ",
                                       most, ": ", Quote(value)));
  }
  absl::Status CheckText(absl::string_view field, absl::string_view value,
                         std::size_t most) const {
    if (value.size() > most) return TooLong(field, value, most);
    if (value.find('\0') == absl::string_view::npos) return absl::OkStatus();
    return Invalid(field, absl::StrCat(Quote(value), " has a NUL inside"));
  }
  absl::Status CheckInterface(absl::string_view ifname,
                              std::uint32_t ifindex) const {
    if (ifindex > kMaxInterface) {
      return ArgumentError(
          absl::StatusCode::kOutOfRange, operation_, "ifindex",
          absl::StrCat(ifindex, " is not in 0 to ", kMaxInterface));
    }
    return CheckText("ifname", ifname, ifname.size());
  }
  absl::Status CheckBdaddr(absl::string_view text) const {
    BdaddrBytes bytes;
    if (ParseBdaddr(text, &bytes)) return absl::OkStatus();
    return Invalid("address",
                   absl::StrCat(Quote(text), " is not a Bluetooth address"));
  }
  absl::Status CheckGuid(absl::string_view field,
                         absl::string_view text) const {
    GuidBytes bytes;
    if (ParseGuid(text, &bytes)) return absl::OkStatus();
    return Invalid(field, absl::StrCat(Quote(text), " is not a GUID"));
  }

  const Operation operation_;
};

// Gives `*address` the index of the interface that it names.
absl::Status FindInterface(const FieldChecker& checker, Operation operation,
                           Platform& platform, FamilyAddress* address) {
  const InterfaceFields fields = InterfaceOf(address);
  const SysResult<std::uint32_t> found =
      platform.interfaces().NameToIndex(*fields.name);
  if (!found.ok()) {
    return PlatformError(platform, operation, ErrorDomain::kOs, found.error,
                         FamilyText(*address));
  }
  if (*fields.index != 0 && *fields.index != found.value) {
    return checker.Invalid("ifindex",
                           absl::StrCat(*fields.index, " is not the interface ",
                                        Quote(*fields.name)));
  }
  *fields.index = found.value;
  return absl::OkStatus();
}

// Gives `*address` the id of the kernel control that it names.
absl::Status FindControl(Operation operation, Platform& platform,
                         SystemAddress* address) {
  const SysResult<std::uint32_t> found =
      platform.interfaces().KernelControlId(address->name);
  if (!found.ok()) {
    return PlatformError(platform, operation, ErrorDomain::kOs, found.error,
                         FamilyText(*address));
  }
  address->id = found.value;
  return absl::OkStatus();
}

// Gives `*address` the number of the interface or kernel control that it names.
absl::Status FindNames(const FieldChecker& checker, Operation operation,
                       Platform& platform, FamilyAddress* address) {
  if (auto* const system = std::get_if<SystemAddress>(address)) {
    return system->name.empty() ? absl::OkStatus()
                                : FindControl(operation, platform, system);
  }
  const InterfaceFields fields = InterfaceOf(address);
  return fields.name == nullptr || fields.name->empty()
             ? absl::OkStatus()
             : FindInterface(checker, operation, platform, address);
}

}  // namespace

absl::StatusOr<SockAddr> EncodeFamily(const FamilyAddress& address,
                                      Operation operation, Platform& platform) {
  const FieldChecker checker(operation);
  absl::Status status = std::visit(
      [&checker](const auto& kind) { return checker.Check(kind); }, address);
  if (!status.ok()) return status;

  // No name is looked up if the system does not have the family.
  if (!EncodeFamilyAddress(address).has_value()) {
    return PlatformError(platform, operation, ErrorDomain::kOs,
                         kNotSupportedError, FamilyText(address));
  }
  FamilyAddress with_numbers = address;
  status = FindNames(checker, operation, platform, &with_numbers);
  if (!status.ok()) return status;
  return *EncodeFamilyAddress(with_numbers);
}

}  // namespace internal
}  // namespace mortise
