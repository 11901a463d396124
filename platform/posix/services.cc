#include "mortise/platform/posix/services.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/posix/growing_room.h"
#include "mortise/platform/sys_result.h"

// Says which systems lack functions with _r: macOS lacks all of them; a C
// library other than glibc lacks the functions for protocols.
#if defined(__APPLE__)
#define MORTISE_SERVICES_ARE_STATIC
#define MORTISE_PROTOCOLS_ARE_STATIC
#elif !defined(__GLIBC__)
#define MORTISE_PROTOCOLS_ARE_STATIC
#endif

namespace mortise {
namespace posix {
namespace {

#ifdef MORTISE_PROTOCOLS_ARE_STATIC
// One lock for all of these functions, because they share the memory of their
// answers and the open table. The tables are files, so the lock is not held for
// long.
std::mutex tables_mutex;

// Returns the answer of `call`, converted by `read`. The answer is in memory
// that the next call overwrites.
template <typename Value, typename Call, typename Read>
SysResult<std::optional<Value>> AskStatic(Call call, Read read) {
  const std::lock_guard<std::mutex> lock(tables_mutex);
  const auto* const entry = call();
  if (entry == nullptr) return {std::nullopt, 0};
  return {std::optional<Value>(read(*entry)), 0};
}
#endif

#if !defined(MORTISE_SERVICES_ARE_STATIC) || \
    !defined(MORTISE_PROTOCOLS_ARE_STATIC)
// Returns the answer of `call`, one of the functions with _r.
template <typename Value, typename Entry, typename Call, typename Read>
SysResult<std::optional<Value>> Ask(Call call, Read read) {
  std::optional<Value> found;
  const int error = InGrowingRoom([&](char* room, std::size_t size) {
    Entry entry = {};
    Entry* result = nullptr;
    const int failure = call(&entry, room, size, &result);
    if (result == nullptr) return failure;
    found = read(*result);
    return 0;
  });
  switch (error) {
    case 0:
    case ENOENT:  // there is no table; musl: the name is not known
    case EINVAL:  // musl: the protocol is neither tcp nor udp
      return {found, 0};
    default:
      return {std::nullopt, error};
  }
}
#endif

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

std::uint16_t PortOf(const servent& entry) {
  return ntohs(static_cast<std::uint16_t>(entry.s_port));
}
std::string NameOf(const servent& entry) { return entry.s_name; }
int NumberOf(const protoent& entry) { return entry.p_proto; }

}  // namespace

SysResult<std::optional<std::uint16_t>> Services::PortOfService(
    absl::string_view service, absl::string_view protocol) {
  const std::string name(service);
  const std::string of(protocol);
#ifdef MORTISE_SERVICES_ARE_STATIC
  return AskStatic<std::uint16_t>(
      [&] { return getservbyname(name.c_str(), OrNull(of)); }, &PortOf);
#else
  return Ask<std::uint16_t, servent>(
      [&](servent* entry, char* room, std::size_t size, servent** result) {
        return getservbyname_r(name.c_str(), OrNull(of), entry, room, size,
                               result);
      },
      &PortOf);
#endif
}

SysResult<std::optional<std::string>> Services::ServiceOfPort(
    std::uint16_t port, absl::string_view protocol) {
  const std::string of(protocol);
#ifdef MORTISE_SERVICES_ARE_STATIC
  return AskStatic<std::string>(
      [&] { return getservbyport(htons(port), OrNull(of)); }, &NameOf);
#else
  return Ask<std::string, servent>(
      [&](servent* entry, char* room, std::size_t size, servent** result) {
        return getservbyport_r(htons(port), OrNull(of), entry, room, size,
                               result);
      },
      &NameOf);
#endif
}

SysResult<std::optional<int>> Services::ProtocolOfName(absl::string_view name) {
  const std::string text(name);
#ifdef MORTISE_PROTOCOLS_ARE_STATIC
  return AskStatic<int>([&] { return getprotobyname(text.c_str()); },
                        &NumberOf);
#else
  return Ask<int, protoent>(
      [&](protoent* entry, char* room, std::size_t size, protoent** result) {
        return getprotobyname_r(text.c_str(), entry, room, size, result);
      },
      &NumberOf);
#endif
}

}  // namespace posix
}  // namespace mortise
