#include "mortise/core/ancillary.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/internal/check_handle.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/core/internal/whole_address.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::Operation;
using internal::OrDefault;

// Systems count ancillary data in 32 bits. Python allows 31 of them, and so
// does this library.
constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();

// Implements CmsgLen and CmsgSpace: returns `measure(length)`. Returns
// kOutOfRange if `length` is more than kMost - `measure(smallest)`.
template <typename Measure>
absl::StatusOr<std::size_t> Measured(std::size_t length, std::size_t smallest,
                                     Measure measure) {
  const std::size_t longest = kMost - measure(smallest);
  if (length > longest) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kCmsg,
                         "length",
                         absl::StrCat(length, " is not in 0 to ", longest));
  }
  return measure(length);
}

absl::Status AddEncoded(const Platform& platform, const ControlValue& value,
                        absl::string_view what, AncillaryBuilder* builder) {
  const std::optional<EncodedControl> encoded = EncodeControl(value);
  if (!encoded.has_value()) {
    return internal::OsError(platform, Operation::kCmsg, kNotSupportedError,
                             what);
  }
  return builder->Add(encoded->level, encoded->type, encoded->data);
}

// The error of AddDescriptors for the handle at `index`.
absl::Status NotADescriptor(std::size_t index, NativeHandle handle) {
  return ArgumentError(
      absl::StatusCode::kInvalidArgument, Operation::kCmsg, "descriptors",
      absl::StrCat("number ", index, " ", internal::NotADescriptor(handle)));
}

// Whether the OS has a message that holds `rights`.
bool CanCarry(const ControlHandles& rights) {
  return EncodeControl(rights).has_value();
}

bool IsIp(AddressFamily family) {
  return family == kAfInet || family == kAfInet6;
}

}  // namespace

absl::StatusOr<std::size_t> CmsgLen(std::size_t length) {
  return Measured(length, 0, ControlLength);
}

absl::StatusOr<std::size_t> CmsgSpace(std::size_t length) {
  return Measured(length, 1, ControlSpace);
}

template <typename Kind>
std::optional<Kind> AncillaryMessage::As() const {
  std::optional<ControlValue> value = DecodeControl({level_, type_, data_});
  if (!value.has_value()) return std::nullopt;
  Kind* const kind = std::get_if<Kind>(&*value);
  if (kind == nullptr) return std::nullopt;
  return std::move(*kind);
}

std::optional<PacketInfo> AncillaryMessage::AsPacketInfo() const {
  const auto info = As<ControlPacketInfo>();
  if (!info.has_value()) return std::nullopt;
  PacketInfo result;
  *result.address.mutable_raw() = info->address;
  result.interface_index = info->interface_index;
  return result;
}

std::optional<int> AncillaryMessage::AsHopLimit() const {
  const auto limit = As<ControlHopLimit>();
  if (!limit.has_value()) return std::nullopt;
  return limit->hops;
}

std::optional<Credentials> AncillaryMessage::AsCredentials() const {
  const auto credentials = As<ControlCredentials>();
  if (!credentials.has_value()) return std::nullopt;
  return Credentials{credentials->process_id, credentials->user_id,
                     credentials->group_id};
}

std::optional<absl::Time> AncillaryMessage::AsTimestamp() const {
  const auto timestamp = As<ControlTimestamp>();
  if (!timestamp.has_value()) return std::nullopt;
  return timestamp->time;
}

AncillaryMessages::const_iterator AncillaryMessages::begin() const {
  const_iterator first;
  first.rest_ = control_;
  return ++first;
}

AncillaryMessages::const_iterator&
AncillaryMessages::const_iterator::operator++() {
  ControlMessage next;
  at_end_ = !TakeControl(&rest_, &next);
  if (!at_end_) {
    message_.level_ = next.level;
    message_.type_ = next.type;
    message_.data_ = absl::string_view(next.data.data(), next.data.size());
  }
  return *this;
}

ReceivedDescriptors::ReceivedDescriptors(absl::Span<const char> control,
                                         Platform* platform)
    : platform_(&OrDefault(platform)) {
  ControlMessage message;
  while (TakeControl(&control, &message)) {
    const std::optional<ControlValue> value = DecodeControl(message);
    if (!value.has_value()) continue;
    const auto* const rights = std::get_if<ControlHandles>(&*value);
    if (rights == nullptr) continue;
    handles_.insert(handles_.end(), rights->handles.begin(),
                    rights->handles.end());
  }
}

ReceivedDescriptors::ReceivedDescriptors(ReceivedDescriptors&& other) noexcept
    : platform_(other.platform_), handles_(other.TakeAll()) {}

ReceivedDescriptors& ReceivedDescriptors::operator=(
    ReceivedDescriptors&& other) noexcept {
  std::swap(platform_, other.platform_);
  std::swap(handles_, other.handles_);
  return *this;
}

ReceivedDescriptors::~ReceivedDescriptors() {
  for (const NativeHandle handle : handles_) {
    if (handle.valid()) platform_->sockets().Close(handle);
  }
}

NativeHandle ReceivedDescriptors::Take(std::size_t i) {
  return std::exchange(handles_[i], NativeHandle());
}

std::vector<NativeHandle> ReceivedDescriptors::TakeAll() {
  return std::exchange(handles_, {});
}

ReceivedAncillary::ReceivedAncillary(std::string control, Platform* platform)
    : bytes_(std::move(control)), descriptors_(bytes_, platform) {}

AncillaryMessages::const_iterator ReceivedAncillary::begin() const {
  return AncillaryMessages(bytes_).begin();
}

ReceivedDescriptors ReceivedAncillary::TakeDescriptors() {
  return std::move(descriptors_);
}

AncillaryBuilder::AncillaryBuilder(Platform* platform)
    : platform_(OrDefault(platform)) {}

absl::Status AncillaryBuilder::Add(int level, int type,
                                   absl::string_view data) {
  const absl::StatusOr<std::size_t> space = CmsgSpace(data.size());
  if (!space.ok()) return space.status();
  const std::size_t before = bytes_.size();
  if (*space > kMost - before) {
    return ArgumentError(
        absl::StatusCode::kOutOfRange, Operation::kCmsg, "data",
        absl::StrCat(data.size(),
                     " bytes cannot be added to ancillary data of ", before,
                     " bytes; the limit is ", kMost));
  }
  bytes_.resize(before + *space);
  PutControl({level, type, data}, absl::MakeSpan(bytes_).subspan(before));
  return absl::OkStatus();
}

absl::Status AncillaryBuilder::AddDescriptors(
    absl::Span<const NativeHandle> descriptors) {
  for (std::size_t i = 0; i < descriptors.size(); ++i) {
    if (!platform_.sockets().IsHandle(descriptors[i])) {
      return NotADescriptor(i, descriptors[i]);
    }
  }
  ControlHandles rights;
  rights.handles.assign(descriptors.begin(), descriptors.end());
  absl::Status added = AddEncoded(platform_, rights, "descriptors", this);
  if (added.ok() || CanCarry(rights) || !CanCarry(ControlHandles()))
    return added;
  // The OS has such messages, so the first handle that it cannot carry is at
  // fault: `platform_` has it, and the OS does not.
  std::size_t i = 0;
  while (CanCarry(ControlHandles{{descriptors[i]}})) ++i;
  return NotADescriptor(i, descriptors[i]);
}

absl::Status AncillaryBuilder::AddPacketInfo(const PacketInfo& info) {
  if (!IsIp(info.address.family())) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, Operation::kCmsg,
                         "address",
                         absl::StrCat(info.address.ToString(), " is not IP"));
  }
  absl::Status whole = internal::CheckWhole(Operation::kCmsg, info.address);
  if (!whole.ok()) return whole;
  ControlPacketInfo value;
  value.address = info.address.raw();
  value.interface_index = info.interface_index;
  return AddEncoded(platform_, value, "packet information", this);
}

absl::Status AncillaryBuilder::AddHopLimit(AddressFamily family, int hops) {
  if (!IsIp(family)) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, Operation::kCmsg,
                         "family",
                         absl::StrCat(family.ToString(), " is not IP"));
  }
  if (hops < 0 || hops > 255) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kCmsg,
                         "hops", absl::StrCat(hops, " is not in 0 to 255"));
  }
  return AddEncoded(platform_, ControlHopLimit{family.value(), hops},
                    "hop limit", this);
}

absl::Status AncillaryBuilder::AddCredentials(const Credentials& credentials) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (credentials.process_id < 0 || credentials.process_id > kMost) {
    return ArgumentError(
        absl::StatusCode::kOutOfRange, Operation::kCmsg, "process_id",
        absl::StrCat(credentials.process_id, " is not in 0 to ", kMost));
  }
  return AddEncoded(
      platform_,
      ControlCredentials{credentials.process_id, credentials.user_id,
                         credentials.group_id},
      "credentials", this);
}

}  // namespace mortise
