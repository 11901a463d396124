// C's names for numbers, as messages need them: "AF_INET6", "ENOKEY".
//
// This is a small part of mortise/core/constants.h, which every program that
// opens a socket links. It has only the sets of numbers that messages mention,
// and only those of the OS that is compiled for.

#ifndef MORTISE_PLATFORM_CONSTANTS_NUMBER_NAME_H_
#define MORTISE_PLATFORM_CONSTANTS_NUMBER_NAME_H_

#include "absl/strings/string_view.h"
#include "mortise/platform/constants/named_number.h"

namespace mortise {
namespace constants_internal {

// Returns C's name for `number`, or "" if the OS has none. The name is also
// found where the compiler's own headers are too old for it: the running system
// may know the number all the same. The text lives as long as the program.
//
// Thread-safe. Does not allocate.
absl::string_view NumberName(NumberKind kind, int number);

}  // namespace constants_internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_NUMBER_NAME_H_
