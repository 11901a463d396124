#include "mortise/core/socket_types.h"

#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/constants/number_name.h"

namespace mortise {
namespace {

using constants_internal::NumberKind;

// The name of `value`, or `value` in decimal if it has none.
std::string NameOrNumber(NumberKind kind, int value) {
  const absl::string_view name = constants_internal::NumberName(kind, value);
  return name.empty() ? absl::StrCat(value) : std::string(name);
}

}  // namespace

std::string AddressFamily::ToString() const {
  return NameOrNumber(NumberKind::kAddressFamily, value_);
}
std::string SocketType::ToString() const {
  return NameOrNumber(NumberKind::kSocketType, value_);
}
std::string Protocol::ToString() const {
  return NameOrNumber(NumberKind::kProtocol, value_);
}

std::ostream& operator<<(std::ostream& out, AddressFamily family) {
  return out << family.ToString();
}
std::ostream& operator<<(std::ostream& out, SocketType type) {
  return out << type.ToString();
}
std::ostream& operator<<(std::ostream& out, Protocol protocol) {
  return out << protocol.ToString();
}

}  // namespace mortise
