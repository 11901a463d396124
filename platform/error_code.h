// The portable names of errors. They are POSIX's names, for the numbers of
// every operating system. ECONNREFUSED is 111 on Linux, 61 on macOS, and 10061
// (WSAECONNREFUSED) on Windows; here it is `ErrorCode::kEconnrefused`.
//
// All functions here are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_ERROR_CODE_H_
#define MORTISE_PLATFORM_ERROR_CODE_H_

#include <cstdint>
#include <iosfwd>

#include "absl/strings/string_view.h"

namespace mortise {

// Where an error number comes from. The names in quotes are the exception
// classes of Python's `socket` module.
enum class ErrorDomain : std::uint8_t {
  // "error": a system call failed; the number is errno, or WSAGetLastError().
  kOs = 1,
  // "gaierror": getaddrinfo or getnameinfo failed; the number is an EAI_*.
  kGetAddrInfo = 2,
  // "herror": a look-up of the gethostbyname kind failed; the number is an
  // h_errno.
  kHostLookup = 3,
  // "timeout": the socket's own timeout ran out. There is no number.
  kTimeout = 4,
  // TLS failed; the number is the TLS library's.
  kTls = 5,
  // The call was refused before it reached the platform. There is no number.
  kUsage = 6,
  // A Cancellation (mortise/core/cancellation.h) ended the call. There is no
  // number.
  kCancelled = 7,
};

enum class ErrorCode : std::uint16_t {
  // The number has no portable name; see the native code.
  kUnmapped = 0,
  // The platform has no such thing (`kNotSupportedError`).
  kUnsupported = 1,
  // There is no such service or protocol. The platform reports this without a
  // number.
  kNameNotFound = 2,
  // No thread could be started for a look-up with a timeout. This is not
  // EAGAIN, which pthread_create(3) returns, because EAGAIN means would-block.
  kNoThread = 3,
#define MORTISE_ERROR_CODE(enumerator, name) enumerator,
#include "mortise/platform/error_codes.inc"
#undef MORTISE_ERROR_CODE
};

// Returns the POSIX name, such as "ECONNREFUSED". Returns "unsupported" for
// kUnsupported, "name_not_found" for kNameNotFound, "no_thread" for kNoThread,
// and "" for kUnmapped and for a number that is not an enumerator. The result
// is valid for ever.
absl::string_view ErrorCodeName(ErrorCode code);

// The reverse of ErrorCodeName. Returns kUnmapped for any other text.
ErrorCode ErrorCodeFromName(absl::string_view name);

// Prints the enumerator: "kGetAddrInfo".
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, ErrorDomain domain) {
  switch (domain) {
    case ErrorDomain::kOs:
      return out << "kOs";
    case ErrorDomain::kGetAddrInfo:
      return out << "kGetAddrInfo";
    case ErrorDomain::kHostLookup:
      return out << "kHostLookup";
    case ErrorDomain::kTimeout:
      return out << "kTimeout";
    case ErrorDomain::kTls:
      return out << "kTls";
    case ErrorDomain::kUsage:
      return out << "kUsage";
    case ErrorDomain::kCancelled:
      return out << "kCancelled";
  }
  return out << "ErrorDomain(" << static_cast<int>(domain) << ")";
}

// Prints `ErrorCodeName(code)`, or "ErrorCode(0)" for a code without a name.
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, ErrorCode code) {
  const absl::string_view name = ErrorCodeName(code);
  if (!name.empty()) return out << name;
  return out << "ErrorCode(" << static_cast<int>(code) << ")";
}

}  // namespace mortise

#endif  // MORTISE_PLATFORM_ERROR_CODE_H_
