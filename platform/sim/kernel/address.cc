#include "mortise/platform/sim/kernel/address.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0,    0,
                                            0, 0, 0, 0, 0xff, 0xff};

}  // namespace

IpAddress IpAddress::V4(const std::uint8_t* bytes) {
  IpAddress address;
  std::copy(std::begin(kMappedPrefix), std::end(kMappedPrefix),
            address.bytes_.begin());
  std::copy(bytes, bytes + 4, address.bytes_.begin() + 12);
  return address;
}

IpAddress IpAddress::V4(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                        std::uint8_t d) {
  const std::uint8_t bytes[] = {a, b, c, d};
  return V4(bytes);
}

IpAddress IpAddress::V6(const std::uint8_t* bytes) {
  IpAddress address;
  std::copy(bytes, bytes + 16, address.bytes_.begin());
  return address;
}

IpAddress IpAddress::Any(bool is_v4) {
  return is_v4 ? V4(0, 0, 0, 0) : IpAddress();
}

IpAddress IpAddress::Loopback(bool is_v4) {
  if (is_v4) return V4(127, 0, 0, 1);
  IpAddress address;
  address.bytes_[15] = 1;
  return address;
}

// The longest row of zeros is left out, if it has at least two numbers; of
// several the first one. Source: RFC 5952, section 4.
std::string IpAddress::ToString() const {
  if (is_v4()) {
    return absl::StrCat(bytes_[12], ".", bytes_[13], ".", bytes_[14], ".",
                        bytes_[15]);
  }
  constexpr std::size_t kNumbers = 8;
  std::array<int, kNumbers> numbers;
  for (std::size_t i = 0; i < kNumbers; ++i) {
    numbers[i] = bytes_[2 * i] << 8 | bytes_[2 * i + 1];
  }
  std::size_t gap = 0;
  std::size_t gap_size = 1;
  for (std::size_t i = 0; i < kNumbers; ++i) {
    std::size_t size = 0;
    while (i + size < kNumbers && numbers[i + size] == 0) ++size;
    if (size > gap_size) {
      gap = i;
      gap_size = size;
    }
  }
  const bool has_gap = gap_size > 1;
  std::string text;
  for (std::size_t i = 0; i < kNumbers; ++i) {
    if (has_gap && i == gap) {
      text += "::";
      i += gap_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ":";
    absl::StrAppend(&text, absl::Hex(numbers[i]));
  }
  return text;
}

bool IpAddress::is_v4() const {
  return std::memcmp(bytes_.data(), kMappedPrefix, sizeof(kMappedPrefix)) == 0;
}

bool IpAddress::is_any() const { return *this == Any(is_v4()); }

bool IpAddress::is_loopback() const {
  return is_v4() ? bytes_[12] == 127 : *this == Loopback(false);
}

bool IpAddress::is_multicast() const {
  return is_v4() ? (bytes_[12] & 0xf0) == 0xe0 : bytes_[0] == 0xff;
}

bool IpAddress::is_broadcast() const { return *this == V4(255, 255, 255, 255); }

bool IpAddress::is_link_local() const {
  return bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

bool IpAddress::HasPrefix(const IpAddress& other, int bits) const {
  if (is_v4() != other.is_v4()) return false;
  int index = is_v4() ? 12 : 0;
  for (; bits >= 8; bits -= 8, ++index) {
    if (bytes_[index] != other.bytes_[index]) return false;
  }
  if (bits == 0) return true;
  const int shift = 8 - bits;
  return bytes_[index] >> shift == other.bytes_[index] >> shift;
}

namespace {

// The least lengths that Linux takes of sockaddr_in and sockaddr_in6.
constexpr std::size_t kLengthOfV4 = 16;
constexpr std::size_t kLengthOfV6 = 24;

// The length of sockaddr_un: the family, the name, and a path's terminator.
std::size_t UnixLength(const SockAddr& address) {
  const bool is_path = address.size > 0 && address.bytes[0] != 0;
  return 2u + address.size + (is_path ? 1 : 0);
}

}  // namespace

Result<Endpoint> ReadEndpoint(const SockAddr& address, int family) {
  Endpoint endpoint;
  endpoint.port = address.port;
  if (address.family == kAfInet) {
    if (family != kAfInet) return {endpoint, ErrorCode::kEinval};
    if (address.size != 4) return {endpoint, ErrorCode::kEinval};
    endpoint.ip = IpAddress::V4(address.bytes);
    return {endpoint, kDone};
  }
  if (address.family != kAfInet6 || family != kAfInet6) {
    // Linux looks at the length before the family.
    const bool is_too_short =
        address.family == kAfUnix &&
        UnixLength(address) < (family == kAfInet ? kLengthOfV4 : kLengthOfV6);
    return {endpoint,
            is_too_short ? ErrorCode::kEinval : ErrorCode::kEafnosupport};
  }
  if (address.size != 16) return {endpoint, ErrorCode::kEinval};
  endpoint.ip = IpAddress::V6(address.bytes);
  // The scope of an address that is not link-local means nothing.
  if (endpoint.ip.is_link_local()) endpoint.scope_id = address.scope_id;
  return {endpoint, kDone};
}

SockAddr WriteEndpoint(const Endpoint& endpoint, int family) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(family);
  address.port = endpoint.port;
  address.scope_id = endpoint.scope_id;
  if (family == kAfInet) {
    address.size = 4;
    std::memcpy(address.bytes, endpoint.ip.v4_bytes(), 4);
  } else {
    address.size = 16;
    // A socket of IPv6 shows no address yet as "::", not as "::ffff:0.0.0.0".
    const IpAddress any;
    const bool is_any = endpoint.ip.is_any();
    std::memcpy(address.bytes, is_any ? any.bytes() : endpoint.ip.bytes(), 16);
  }
  return address;
}

}  // namespace sim
}  // namespace mortise
