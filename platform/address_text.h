// Text that stands for bytes in addresses: Bluetooth's device addresses and
// GUIDs.

#ifndef MORTISE_PLATFORM_ADDRESS_TEXT_H_
#define MORTISE_PLATFORM_ADDRESS_TEXT_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

using BdaddrBytes = std::array<std::uint8_t, 6>;
using GuidBytes = std::array<std::uint8_t, 16>;

// "AA:BB:CC:DD:EE:FF", each of one or two digits, in the order in which it
// reads; all zeros for "". False, and nothing is written, iff it is none.
bool ParseBdaddr(absl::string_view text, BdaddrBytes* bytes);
std::string FormatBdaddr(const BdaddrBytes& bytes);

// "90DB8B89-0D35-4F79-8CE9-49EA0AC8B7CD", in braces or not, in the order in
// which it reads, which is not that of Microsoft's GUID structure on a
// little-endian machine; all zeros for "". False, and nothing is written, iff
// it is none. RFC 9562, section 4.
bool ParseGuid(absl::string_view text, GuidBytes* bytes);
std::string FormatGuid(const GuidBytes& bytes);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_ADDRESS_TEXT_H_
