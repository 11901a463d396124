#include "mortise/address.h"

#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "mortise/internal/family_text.h"
#include "mortise/internal/quote.h"
#include "mortise/platform/family_address.h"
#include "mortise/socket_address.h"

namespace mortise {
namespace {

std::string Text(const SocketAddress& resolved) { return resolved.ToString(); }

std::string Text(const HostPort& host_port) {
  const std::string host = internal::Escape(host_port.host);
  if (host.find(':') == std::string::npos) {
    return absl::StrCat(host, ":", host_port.port);
  }
  const bool has_own_scope = host.find('%') != std::string::npos;
  if (host_port.scope_id == 0 || has_own_scope) {
    return absl::StrCat("[", host, "]:", host_port.port);
  }
  return absl::StrCat("[", host, "%", host_port.scope_id, "]:", host_port.port);
}

std::string Text(const UnixPath& path) {
  const absl::StatusOr<SocketAddress> resolved = SocketAddress::Unix(path.path);
  if (resolved.ok()) return resolved->ToString();
  return absl::StrCat("unix:", internal::Escape(path.path));
}

std::string Text(const FamilyAddress& address) {
  return internal::FamilyText(address);
}

}  // namespace

std::string Address::ToString() const {
  return Visit([](const auto& value) { return Text(value); });
}

}  // namespace mortise
