// Text that stands for bytes in addresses: Bluetooth's device addresses and
// GUIDs.
//
// All functions here are thread-safe and do not block.

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

// Reads "AA:BB:CC:DD:EE:FF", where each number has one or two hexadecimal
// digits. The bytes are in the order of the text. "" is all zeros. Returns
// false, and writes nothing, if `text` is not such an address.
bool ParseBdaddr(absl::string_view text, BdaddrBytes* bytes);
// Returns the reverse of ParseBdaddr, in capital letters.
std::string FormatBdaddr(const BdaddrBytes& bytes);

// Reads "90DB8B89-0D35-4F79-8CE9-49EA0AC8B7CD", with or without braces. "" is
// all zeros. The bytes are in the order of the text, which is not the order of
// Microsoft's GUID structure on a little-endian machine. Returns false, and
// writes nothing, if `text` is not a GUID. Source: RFC 9562, section 4.
bool ParseGuid(absl::string_view text, GuidBytes* bytes);
// Returns the reverse of ParseGuid, in capital letters and without braces.
std::string FormatGuid(const GuidBytes& bytes);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_ADDRESS_TEXT_H_
