#include "mortise/tests/platform/sim/differential/names.h"

#include <cstddef>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mortise/platform/constants/native.h"

namespace mortise {
namespace differential {
namespace {

SockAddr AddressOf(int family, absl::string_view bytes) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(family);
  address.size = static_cast<std::uint8_t>(bytes.size());
  std::memcpy(address.bytes, bytes.data(), bytes.size());
  return address;
}

}  // namespace

SockAddr Names::Make(const PlacedAddress& address) const {
  switch (address.place) {
    case Place::kLoopback:
      return address.is_v4
                 ? AddressOf(kAfInet, absl::string_view("\x7f\0\0\1", 4))
                 : AddressOf(kAfInet6, std::string(15, '\0') + '\1');
    case Place::kAnywhere:
      return address.is_v4 ? AddressOf(kAfInet, std::string(4, '\0'))
                           : AddressOf(kAfInet6, std::string(16, '\0'));
    case Place::kMapped:
      return AddressOf(
          kAfInet6, absl::StrCat(std::string(10, '\0'),
                                 absl::string_view("\xff\xff\x7f\0\0\1", 6)));
    case Place::kPath:
      return AddressOf(kAfUnix, absl::StrCat(directory_, "/", address.number));
    case Place::kAbstract:
      // Abstract names are those of all processes, and the directory is ours.
      return AddressOf(kAfUnix, absl::StrCat(absl::string_view("\0", 1),
                                             directory_, "/", address.number));
    default:
      return AddressOf(kAfUnix, "");
  }
}

std::string Names::TextOf(const SockAddr& address) {
  if (address.family == 0) return "none";
  const absl::string_view bytes(reinterpret_cast<const char*>(address.bytes),
                                address.size);
  if (address.family == kAfUnix) return UnixText(bytes);
  std::string text = absl::BytesToHexString(bytes);
  if (address.port != 0) {
    const std::size_t number =
        ports_.emplace(address.port, ports_.size()).first->second;
    absl::StrAppend(&text, ":p", number);
  }
  if (address.scope_id != 0) absl::StrAppend(&text, "%", address.scope_id);
  return text;
}

std::string Names::UnixText(absl::string_view name) {
  if (name.empty()) return "no name";
  const bool is_abstract = name.front() == '\0';
  if (is_abstract) name.remove_prefix(1);
  if (absl::StartsWith(name, directory_)) {
    name.remove_prefix(directory_.size() + 1);
    return absl::StrCat(is_abstract ? "abstract " : "path ", name);
  }
  // The system has chosen it.
  const std::size_t number =
      chosen_.emplace(std::string(name), chosen_.size()).first->second;
  return absl::StrCat("chosen ", number, ", ", name.size(), " letters");
}

}  // namespace differential
}  // namespace mortise
