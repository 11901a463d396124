// The choices that callers and backends share.

#ifndef MORTISE_PLATFORM_SOCKET_MODES_H_
#define MORTISE_PLATFORM_SOCKET_MODES_H_

#include <iosfwd>

namespace mortise {

// Which half of a connection `Shutdown` ends. The numbers are the same in
// Python's manual, in POSIX's SHUT_* and in Winsock's SD_*.
enum class ShutdownHow { kRead = 0, kWrite = 1, kBoth = 2 };

// How sockets that want the same address affect each other. SO_REUSEADDR cannot
// say it: on POSIX it lets a server restart while old connections linger, on
// Windows it lets a stranger take the port.
enum class AddressReuse {
  // One owner. Not even the address of a lingering connection is taken over,
  // except on Windows, which never keeps such an address. A new socket is in
  // this mode.
  kExclusive,
  // One owner. Addresses of lingering connections (TIME_WAIT) may be used
  // again, and on POSIX also those of connections that are alive. This is what
  // a TCP server wants.
  kAfterClose,
  // Any number of owners, each of which must ask for it. This is what receivers
  // of multicast want.
  kShare,
};

// Both print the enumerator: "kWrite".
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, ShutdownHow how) {
  switch (how) {
    case ShutdownHow::kRead:
      return out << "kRead";
    case ShutdownHow::kWrite:
      return out << "kWrite";
    case ShutdownHow::kBoth:
      return out << "kBoth";
  }
  return out << "ShutdownHow(" << static_cast<int>(how) << ")";
}
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, AddressReuse reuse) {
  switch (reuse) {
    case AddressReuse::kExclusive:
      return out << "kExclusive";
    case AddressReuse::kAfterClose:
      return out << "kAfterClose";
    case AddressReuse::kShare:
      return out << "kShare";
  }
  return out << "AddressReuse(" << static_cast<int>(reuse) << ")";
}

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SOCKET_MODES_H_
