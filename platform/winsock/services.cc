#include "mortise/platform/winsock/services.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/errors.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/startup.h"
#include "mortise/platform/winsock/utf8.h"

namespace mortise {
namespace winsock {
namespace {

// Returns the answer of `call`, converted by `read`. Winsock keeps one answer
// for each thread.
template <typename Value, typename Call, typename Read>
SysResult<std::optional<Value>> Ask(Call call, Read read) {
  if (const int error = StartUp()) return {std::nullopt, error};
  const auto* const entry = call();
  if (entry != nullptr) return {std::optional<Value>(read(*entry)), 0};
  // For an unknown name Winsock returns the error of an unknown host. Wine may
  // return no error.
  const int error = WSAGetLastError();
  switch (kErrors.Code(ErrorDomain::kHostLookup, error)) {
    case ErrorCode::kHostNotFound:
    case ErrorCode::kNoData:
      return {std::nullopt, 0};
    default:
      return {std::nullopt, error == WSATYPE_NOT_FOUND ? 0 : error};
  }
}

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

}  // namespace

SysResult<std::optional<std::uint16_t>> Services::PortOfService(
    absl::string_view service, absl::string_view protocol) {
  const std::string name(service);
  const std::string of(protocol);
  return Ask<std::uint16_t>(
      [&] { return getservbyname(name.c_str(), OrNull(of)); },
      [](const servent& entry) {
        return ntohs(static_cast<std::uint16_t>(entry.s_port));
      });
}

SysResult<std::optional<std::string>> Services::ServiceOfPort(
    std::uint16_t port, absl::string_view protocol) {
  const std::string of(protocol);
  return Ask<std::string>(
      [&] { return getservbyport(htons(port), OrNull(of)); },
      [](const servent& entry) { return NarrowFromCodePage(entry.s_name); });
}

SysResult<std::optional<int>> Services::ProtocolOfName(absl::string_view name) {
  const std::string text(name);
  return Ask<int>([&] { return getprotobyname(text.c_str()); },
                  [](const protoent& entry) { return int{entry.p_proto}; });
}

}  // namespace winsock
}  // namespace mortise
