// What the OS's own folder says of the table that is compiled for.

#ifndef MORTISE_PLATFORM_CONSTANTS_NATIVE_TABLE_H_
#define MORTISE_PLATFORM_CONSTANTS_NATIVE_TABLE_H_

#include <vector>

#include "absl/types/span.h"
#include "mortise/platform/constants/constant.h"

namespace mortise {
namespace constants_internal {

struct NativeTable {
  Os os;
  // One list for each checking source file: the names of the table that this
  // compiler's headers lack, with nullptr for each name that they have.
  std::vector<absl::Span<const char* const>> lacking;
};

// Defined by the folder of the OS that is compiled for.
NativeTable GetNativeTable();

}  // namespace constants_internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_NATIVE_TABLE_H_
