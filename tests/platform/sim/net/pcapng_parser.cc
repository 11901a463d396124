#include "mortise/tests/platform/sim/net/pcapng_parser.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace mortise {
namespace sim {
namespace {

std::uint64_t Little(absl::string_view bytes, std::size_t at, int size) {
  std::uint64_t value = 0;
  for (int i = size - 1; i >= 0; --i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return value;
}

std::size_t Padded(std::size_t size) { return (size + 3) / 4 * 4; }

// Options, or records of names: by their codes.
std::multimap<int, std::string> Options(absl::string_view bytes) {
  std::multimap<int, std::string> options;
  while (bytes.size() >= 4) {
    const auto code = static_cast<int>(Little(bytes, 0, 2));
    const auto size = static_cast<std::size_t>(Little(bytes, 2, 2));
    if (code == 0) {
      EXPECT_EQ(size, 0u);
      EXPECT_EQ(bytes.size(), 4u) << "something is behind the last option";
      return options;
    }
    EXPECT_LE(4 + Padded(size), bytes.size());
    options.emplace(code, std::string(bytes.substr(4, size)));
    bytes.remove_prefix(4 + Padded(size));
  }
  ADD_FAILURE() << "the options have no end";
  return options;
}

std::string Only(const std::multimap<int, std::string>& options, int code) {
  EXPECT_LE(options.count(code), 1u);
  const auto found = options.find(code);
  return found == options.end() ? "" : found->second;
}

void ParsePacket(absl::string_view body, Parsed* file) {
  Captured packet;
  const auto interface = static_cast<std::size_t>(Little(body, 0, 4));
  ASSERT_LT(interface, file->interfaces.size());
  packet.interface = file->interfaces[interface];
  packet.time = Little(body, 4, 4) << 32 | Little(body, 8, 4);
  const auto size = static_cast<std::size_t>(Little(body, 12, 4));
  EXPECT_EQ(Little(body, 16, 4), size);
  packet.bytes = std::string(body.substr(20, size));
  const auto options = Options(body.substr(20 + Padded(size)));
  const std::string flags = Only(options, 2);
  ASSERT_EQ(flags.size(), 4u);
  packet.direction = Little(flags, 0, 4) == 1   ? "in"
                     : Little(flags, 0, 4) == 2 ? "out"
                                                : "?";
  packet.comment = Only(options, 1);
  file->packets.push_back(std::move(packet));
}

}  // namespace

Parsed Parse(absl::string_view bytes) {
  Parsed file;
  bool is_first = true;
  while (!bytes.empty()) {
    if (bytes.size() < 12) {
      ADD_FAILURE() << "half a block";
      return file;
    }
    const std::uint64_t type = Little(bytes, 0, 4);
    const auto size = static_cast<std::size_t>(Little(bytes, 4, 4));
    if (size % 4 != 0 || size < 12 || size > bytes.size() ||
        Little(bytes, size - 4, 4) != size) {
      ADD_FAILURE() << "a block of a wrong length";
      return file;
    }
    const absl::string_view body = bytes.substr(8, size - 12);
    EXPECT_EQ(is_first, type == 0x0a0d0d0a);
    is_first = false;
    if (type == 0x0a0d0d0a) {
      EXPECT_EQ(Little(body, 0, 4), 0x1a2b3c4du);
      EXPECT_EQ(Little(body, 4, 2), 1u);
      EXPECT_EQ(Little(body, 6, 2), 0u);
    } else if (type == 1) {
      EXPECT_EQ(Little(body, 0, 2), 101u) << "the link type";
      const auto options = Options(body.substr(8));
      EXPECT_EQ(Only(options, 9), "\x09") << "nanoseconds";
      file.interfaces.push_back(Only(options, 2));
    } else if (type == 4) {
      for (const auto& [code, record] : Options(body)) {
        const std::size_t address = code == 1 ? 4 : 16;
        EXPECT_EQ(record.back(), '\0');
        file.names[absl::BytesToHexString(record.substr(0, address))] =
            record.substr(address, record.size() - address - 1);
      }
    } else if (type == 6) {
      ParsePacket(body, &file);
    } else {
      ADD_FAILURE() << "a block of type " << type;
    }
    bytes.remove_prefix(size);
  }
  return file;
}

}  // namespace sim
}  // namespace mortise
