// What look-ups of addresses are asked for, and what they find.

#ifndef MORTISE_CORE_ADDR_INFO_H_
#define MORTISE_CORE_ADDR_INFO_H_

#include <string>

#include "mortise/core/lookup_options.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"

namespace mortise {

// One way to reach the host: all that Socket::Create and Connect need. A value
// type: copies share nothing.
struct AddrInfo {
  AddressFamily family;
  SocketType type;
  Protocol protocol;
  // Empty unless AI_CANONNAME was asked for; then only the first entry has it.
  std::string canonical_name;
  SocketAddress address;
};

// What to look for, and, in LookupOptions, whom to ask and for how long. The
// defaults are any kind, no flags, no time limit and the operating system.
struct GetAddrInfoOptions : LookupOptions {
  AddressFamily family;
  SocketType type;
  Protocol protocol;
  // AI_* flags, such as kAiPassive | kAiCanonname.
  int flags = 0;
};

}  // namespace mortise

#endif  // MORTISE_CORE_ADDR_INFO_H_
