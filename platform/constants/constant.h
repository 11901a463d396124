// One named number of an OS's socket headers.

#ifndef MORTISE_PLATFORM_CONSTANTS_CONSTANT_H_
#define MORTISE_PLATFORM_CONSTANTS_CONSTANT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace mortise {

// An operating system that has a table of constants.
enum class Os { kLinux, kMacos, kWindows };

// A line of an OS's table. Its texts live as long as the program.
struct Constant {
  // The C++ type of the value. It is the type of the header's expression, with
  // two exceptions: `long`, whose size differs by target, and enumerators,
  // whose type each compiler chooses. For these it is the first of the types
  // here that can hold the value.
  enum class Type : std::uint8_t { kInt, kUnsigned, kInt64, kUint64 };

  absl::string_view name;  // As C writes it: "SO_REUSEADDR".
  std::int64_t value;      // For kUint64, the same 64 bits.
  Type type;
  absl::string_view family;  // "SO": the set in which a value is looked up.
  absl::string_view
      header;      // The header that defines it: "asm-generic/socket.h".
  bool preferred;  // First among the names of one value in the family.
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_CONSTANT_H_
