#include "mortise/core/socket_types.h"

#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/constants.h"

namespace mortise {
namespace {

std::string NameOr(absl::string_view constant_family, int value) {
  const absl::string_view name = ConstantName(constant_family, value);
  return name.empty() ? absl::StrCat(value) : std::string(name);
}

}  // namespace

std::string AddressFamily::ToString() const { return NameOr("AF", value_); }
std::string SocketType::ToString() const { return NameOr("SOCK", value_); }
std::string Protocol::ToString() const { return NameOr("IPPROTO", value_); }

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
