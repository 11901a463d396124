#include "mortise/core/internal/address_selection.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

// Returns the bytes of an IPv6 address, or of an IPv4 one in the form of IPv6.
Bytes BytesOf(const SocketAddress& address) {
  Bytes bytes = {};
  const absl::string_view raw = address.bytes();
  const std::size_t size = std::min(raw.size(), bytes.size());
  std::copy_n(raw.begin(), size, bytes.end() - size);
  if (address.family() == kAfInet) bytes[10] = bytes[11] = 0xff;
  return bytes;
}

constexpr Bytes kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
// The first 96 bits are those of every IPv4 address.
constexpr Bytes kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct Policy {
  Bytes prefix;
  std::size_t length;  // in bits
  int precedence;
  int label;
};

// The default policy table, longer prefixes first.
constexpr Policy kPolicies[] = {
    {kLoopback, 128, 50, 0},
    {kMapped, 96, 35, 4},
    {{}, 96, 1, 3},
    {{0x20, 0x01}, 32, 5, 5},
    {{0x20, 0x02}, 16, 30, 2},
    {{0x3f, 0xfe}, 16, 1, 12},
    {{0xfe, 0xc0}, 10, 1, 11},
    {{0xfc}, 7, 3, 13},
    {{}, 0, 40, 1},
};

bool HasPrefix(const Bytes& bytes, const Bytes& prefix, std::size_t bits) {
  for (std::size_t i = 0; i < bits; ++i) {
    const unsigned mask = 0x80u >> (i % 8);
    if (((bytes[i / 8] ^ prefix[i / 8]) & mask) != 0) return false;
  }
  return true;
}

const Policy& PolicyOf(const SocketAddress& address) {
  const Bytes bytes = BytesOf(address);
  return *std::find_if(std::begin(kPolicies), std::end(kPolicies),
                       [&bytes](const Policy& policy) {
                         return HasPrefix(bytes, policy.prefix, policy.length);
                       });
}

// Section 3.1 and 3.2. The numbers are those of multicast scopes.
int ScopeOf(const SocketAddress& address) {
  constexpr int kLinkLocal = 2;
  constexpr int kSiteLocal = 5;
  constexpr int kGlobal = 14;
  const Bytes bytes = BytesOf(address);
  if (HasPrefix(bytes, kMapped, 96)) {
    const bool is_local =
        bytes[12] == 127 || (bytes[12] == 169 && bytes[13] == 254);
    return is_local ? kLinkLocal : kGlobal;
  }
  if (bytes[0] == 0xff) return bytes[1] & 0xf;
  if (bytes == kLoopback || HasPrefix(bytes, {0xfe, 0x80}, 10)) {
    return kLinkLocal;
  }
  return HasPrefix(bytes, {0xfe, 0xc0}, 10) ? kSiteLocal : kGlobal;
}

// Returns the order of two destinations of which one has an advantage.
int Prefer(bool a, bool b) { return static_cast<int>(b) - static_cast<int>(a); }

}  // namespace

int CompareDestinations(const Destination& a, const Destination& b) {
  // Rule 1: avoid unusable destinations.
  if (!a.source.has_value() || !b.source.has_value()) {
    return Prefer(a.source.has_value(), b.source.has_value());
  }
  // Rule 2: prefer matching scope.
  const int scope_a = ScopeOf(a.address);
  const int scope_b = ScopeOf(b.address);
  if (const int order = Prefer(scope_a == ScopeOf(*a.source),
                               scope_b == ScopeOf(*b.source))) {
    return order;
  }
  // Rule 5: prefer matching label.
  const Policy& policy_a = PolicyOf(a.address);
  const Policy& policy_b = PolicyOf(b.address);
  if (const int order = Prefer(policy_a.label == PolicyOf(*a.source).label,
                               policy_b.label == PolicyOf(*b.source).label)) {
    return order;
  }
  // Rule 6: prefer higher precedence.
  if (policy_a.precedence != policy_b.precedence) {
    return policy_b.precedence - policy_a.precedence;
  }
  // Rule 8: prefer smaller scope.
  return scope_a - scope_b;
}

std::optional<SocketAddress> FindSource(const Platform& platform,
                                        const SocketAddress& destination) {
  SocketCalls& sockets = platform.sockets();
  const SysResult<NativeHandle> socket =
      sockets.Socket(destination.family().value(), kSockDgram, 0);
  if (!socket.ok()) return std::nullopt;
  SockAddr source;
  const bool is_found = sockets.Connect(socket.value, destination.raw()).ok() &&
                        sockets.GetSockName(socket.value, &source).ok();
  sockets.Close(socket.value);
  if (!is_found) return std::nullopt;
  return SocketAddress(source);
}

}  // namespace internal
}  // namespace mortise
