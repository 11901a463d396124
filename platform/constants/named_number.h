// What the OS's own folder says of the names that messages use.

#ifndef MORTISE_PLATFORM_CONSTANTS_NAMED_NUMBER_H_
#define MORTISE_PLATFORM_CONSTANTS_NAMED_NUMBER_H_

#include "absl/types/span.h"

namespace mortise {
namespace constants_internal {

// Which numbers a number stands among. The comments show one name of each.
enum class NumberKind {
  kAddressFamily,     // AF_INET
  kSocketType,        // SOCK_STREAM
  kProtocol,          // IPPROTO_TCP
  kOsError,           // ECONNREFUSED, or WSAECONNREFUSED on Windows
  kGetAddrInfoError,  // EAI_NONAME
  kHostLookupError,   // HOST_NOT_FOUND
};

struct NamedNumber {
  int number;
  const char* name;
};

// Returns the numbers of `kind` that the table of the OS has. Of several names
// for one number, the customary one comes first.
//
// Defined by the folder of the OS that is compiled for.
absl::Span<const NamedNumber> NamedNumbers(NumberKind kind);

}  // namespace constants_internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_NAMED_NUMBER_H_
