// The three numbers that define the kind of a socket: address family, type and
// protocol. Each has its own type around the OS's number, so that it prints as
// its name ("AF_INET6") and cannot be mistaken for a length or a flag.
//
//   absl::StatusOr<mortise::Socket> socket =
//       mortise::Socket::Create(mortise::kAfInet6, mortise::kSockStream);
//
// The constants (`kAfInet`, `kSockDgram`, `kIpprotoTcp`, `kSoReuseaddr`, …)
// have the values of the OS's headers. This header defines them, and includes
// no header of the OS.
//
// All three are value types: copies share nothing, const methods are
// thread-safe, and nothing here blocks.

#ifndef MORTISE_CORE_SOCKET_TYPES_H_
#define MORTISE_CORE_SOCKET_TYPES_H_

#include <ostream>
#include <string>

#include "mortise/platform/constants/native.h"

namespace mortise {

// Converts implicitly from the OS's number, because the constants are numbers.
// Any number is allowed; the OS decides which of them it knows.
class AddressFamily {
 public:
  constexpr AddressFamily() = default;                   // AF_UNSPEC
  constexpr AddressFamily(int value) : value_(value) {}  // NOLINT

  constexpr int value() const { return value_; }
  // "AF_INET", or the number in decimal if it has no name here.
  std::string ToString() const;

  friend constexpr bool operator==(AddressFamily a, AddressFamily b) {
    return a.value_ == b.value_;
  }
  friend constexpr bool operator!=(AddressFamily a, AddressFamily b) {
    return !(a == b);
  }

 private:
  int value_ = 0;
};

class SocketType {
 public:
  constexpr SocketType() = default;                   // any
  constexpr SocketType(int value) : value_(value) {}  // NOLINT

  constexpr int value() const { return value_; }
  // "SOCK_STREAM", or the number in decimal if it has no name here.
  std::string ToString() const;

  friend constexpr bool operator==(SocketType a, SocketType b) {
    return a.value_ == b.value_;
  }
  friend constexpr bool operator!=(SocketType a, SocketType b) {
    return !(a == b);
  }

 private:
  int value_ = 0;
};

class Protocol {
 public:
  constexpr Protocol() = default;  // the default of family and type
  constexpr Protocol(int value) : value_(value) {}  // NOLINT

  constexpr int value() const { return value_; }
  // "IPPROTO_TCP", or the number in decimal if it has no name here. Only the
  // protocols of the IP families have names.
  std::string ToString() const;

  friend constexpr bool operator==(Protocol a, Protocol b) {
    return a.value_ == b.value_;
  }
  friend constexpr bool operator!=(Protocol a, Protocol b) { return !(a == b); }

 private:
  int value_ = 0;
};

std::ostream& operator<<(std::ostream& out, AddressFamily family);
std::ostream& operator<<(std::ostream& out, SocketType type);
std::ostream& operator<<(std::ostream& out, Protocol protocol);

}  // namespace mortise

#endif  // MORTISE_CORE_SOCKET_TYPES_H_
