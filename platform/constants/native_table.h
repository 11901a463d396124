// The folder of the OS that is compiled for says this about its table.

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

// Returns the table of the OS that is compiled for. Defined by the folder of
// that OS. Thread-safe; does not block.
NativeTable GetNativeTable();

}  // namespace constants_internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_NATIVE_TABLE_H_
