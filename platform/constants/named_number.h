// The numbers that have names in messages. The folder of the OS that is
// compiled for defines them.

#ifndef MORTISE_PLATFORM_CONSTANTS_NAMED_NUMBER_H_
#define MORTISE_PLATFORM_CONSTANTS_NAMED_NUMBER_H_

#include "absl/types/span.h"

namespace mortise {
namespace constants_internal {

// The set that a number belongs to. The comments show one name of each set.
enum class NumberKind {
  kAddressFamily,     // AF_INET
  kSocketType,        // SOCK_STREAM
  kProtocol,          // IPPROTO_TCP
  kOsError,           // ECONNREFUSED, or WSAECONNREFUSED on Windows
  kGetAddrInfoError,  // EAI_NONAME
  kHostLookupError,   // HOST_NOT_FOUND
};

// A number and C's name for it. The name lives as long as the program.
struct NamedNumber {
  int number;
  const char* name;
};

// Returns the numbers of `kind` that the table of the OS has. Of several names
// for one number, the customary name comes first. Thread-safe; does not
// allocate.
//
// Defined by the folder of the OS that is compiled for.
absl::Span<const NamedNumber> NamedNumbers(NumberKind kind);

}  // namespace constants_internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_NAMED_NUMBER_H_
