#include "mortise/core/inet.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/quote.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/constants/native.h"

namespace mortise {
namespace {

using internal::Ipv4Bytes;
using internal::Ipv6Bytes;
using internal::Operation;

absl::Status Invalid(Operation operation, absl::string_view argument,
                     absl::string_view complaint) {
  return internal::ArgumentError(absl::StatusCode::kInvalidArgument, operation,
                                 argument, complaint);
}

absl::Status NoAddress(Operation operation, absl::string_view ip_string,
                       absl::string_view kind) {
  return Invalid(operation, "ip_string",
                 absl::StrCat(internal::Quote(ip_string), " is not an ", kind,
                              " address"));
}

absl::Status NoIpFamily(Operation operation, AddressFamily family) {
  return Invalid(
      operation, "family",
      absl::StrCat(family.ToString(), " is neither AF_INET nor AF_INET6"));
}

template <typename Bytes>
std::string Packed(const Bytes& bytes) {
  return std::string(bytes.begin(), bytes.end());
}

// Returns `format` of `packed_ip`, or kInvalidArgument if `packed_ip` does not
// have as many bytes as `format` takes.
template <typename Bytes>
absl::StatusOr<std::string> Format(Operation operation,
                                   absl::string_view packed_ip,
                                   std::string (*format)(const Bytes&)) {
  Bytes bytes;
  if (packed_ip.size() != bytes.size()) {
    return Invalid(
        operation, "packed_ip",
        absl::StrCat("has ", packed_ip.size(), " bytes, not ", bytes.size()));
  }
  std::copy(packed_ip.begin(), packed_ip.end(), bytes.begin());
  return format(bytes);
}

}  // namespace

absl::StatusOr<std::string> InetAton(absl::string_view ip_string) {
  Ipv4Bytes bytes;
  if (!internal::ParseIpv4Loosely(ip_string, &bytes)) {
    return NoAddress(Operation::kInetAton, ip_string, "IPv4");
  }
  return Packed(bytes);
}

absl::StatusOr<std::string> InetNtoa(absl::string_view packed_ip) {
  return Format(Operation::kInetNtoa, packed_ip, &internal::FormatIpv4);
}

absl::StatusOr<std::string> InetPton(AddressFamily family,
                                     absl::string_view ip_string) {
  if (family == kAfInet) {
    Ipv4Bytes bytes;
    if (internal::ParseIpv4(ip_string, &bytes)) return Packed(bytes);
    return NoAddress(Operation::kInetPton, ip_string, "IPv4");
  }
  if (family == kAfInet6) {
    Ipv6Bytes bytes;
    if (internal::ParseIpv6(ip_string, &bytes)) return Packed(bytes);
    return NoAddress(Operation::kInetPton, ip_string, "IPv6");
  }
  return NoIpFamily(Operation::kInetPton, family);
}

absl::StatusOr<std::string> InetNtop(AddressFamily family,
                                     absl::string_view packed_ip) {
  if (family == kAfInet) {
    return Format(Operation::kInetNtop, packed_ip, &internal::FormatIpv4);
  }
  if (family == kAfInet6) {
    return Format(Operation::kInetNtop, packed_ip, &internal::FormatIpv6);
  }
  return NoIpFamily(Operation::kInetNtop, family);
}

}  // namespace mortise
