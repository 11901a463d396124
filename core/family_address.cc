#include "mortise/core/family_address.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/encode_family.h"
#include "mortise/core/internal/family_text.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/family_layout.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::Operation;
using internal::OrDefault;

absl::Status NotAnAddress(const SocketAddress& address,
                          absl::string_view complaint) {
  return internal::ArgumentError(
      absl::StatusCode::kInvalidArgument, Operation::kAddress, "address",
      absl::StrCat(address.ToString(), " ", complaint));
}

}  // namespace

absl::StatusOr<SocketAddress> MakeAddress(const FamilyAddress& address,
                                          Platform* platform) {
  absl::StatusOr<SockAddr> encoded =
      internal::EncodeFamily(address, Operation::kAddress, OrDefault(platform));
  if (!encoded.ok()) return encoded.status();
  return SocketAddress(*encoded);
}

absl::Status ReadAddress(const SocketAddress& address, FamilyAddress* result,
                         Platform* platform_or_null) {
  Platform& platform = OrDefault(platform_or_null);
  switch (DecodeFamilyAddress(address.raw(), result)) {
    case FamilyDecoding::kDone:
      break;
    case FamilyDecoding::kOtherKind:
      return NotAnAddress(address,
                          absl::StrCat("is not an address of ",
                                       internal::FamilyKindName(*result)));
    case FamilyDecoding::kNoSuchFamily:
      return internal::PlatformError(platform, Operation::kAddress,
                                     ErrorDomain::kOs, kNotSupportedError,
                                     address.ToString());
  }
  const internal::InterfaceFields fields = internal::InterfaceOf(result);
  if (fields.index == nullptr) return absl::OkStatus();
  fields.name->clear();
  if (*fields.index == 0) return absl::OkStatus();
  SysResult<std::string> name =
      platform.interfaces().IndexToName(*fields.index);
  if (name.ok()) *fields.name = std::move(name.value);
  return absl::OkStatus();
}

absl::StatusOr<FamilyAddress> FamilyAddressOf(const SocketAddress& address,
                                              Protocol protocol,
                                              Platform* platform) {
  std::optional<FamilyAddress> result =
      FamilyKind(address.raw(), protocol.value());
  if (!result.has_value()) {
    return NotAnAddress(address,
                        absl::StrCat("is of ", address.family().ToString(),
                                     ", which has no structure here"));
  }
  absl::Status status = ReadAddress(address, &*result, platform);
  if (!status.ok()) return status;
  return *std::move(result);
}

}  // namespace mortise
