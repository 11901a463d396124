#include "mortise/platform/sim/net/pcapng.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {
namespace {

// Types of blocks.
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kNameResolution = 4;
constexpr std::uint32_t kEnhancedPacket = 6;

// By how this number is written, readers learn the order of bytes.
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
// Packets begin with an IPv4 or IPv6 header. Source: the list of link types of
// tcpdump.org, LINKTYPE_RAW.
constexpr std::uint16_t kRawIp = 101;

// Options of all blocks, of interfaces, and of packets.
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kTimeResolution = 9;
constexpr std::uint16_t kPacketFlags = 2;
constexpr std::uint32_t kInbound = 1;
constexpr std::uint32_t kOutbound = 2;

// Records of names.
constexpr std::uint16_t kEndOfRecords = 0;
constexpr std::uint16_t kIpv4Name = 1;
constexpr std::uint16_t kIpv6Name = 2;

void Put(std::string& bytes, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) {
    bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  }
}

void Put16(std::string& bytes, std::uint16_t value) { Put(bytes, value, 2); }
void Put32(std::string& bytes, std::uint32_t value) { Put(bytes, value, 4); }

// Fills the last word up.
void PutPadded(std::string& bytes, absl::string_view data) {
  bytes.append(data.data(), data.size());
  bytes.append((4 - data.size() % 4) % 4, '\0');
}

// An option, or a record of a name: they look the same.
void PutOption(std::string& bytes, std::uint16_t code, absl::string_view data) {
  data = data.substr(0, 65535);
  Put16(bytes, code);
  Put16(bytes, static_cast<std::uint16_t>(data.size()));
  PutPadded(bytes, data);
}

}  // namespace

PcapngWriter::PcapngWriter(Write write) : write_(std::move(write)) {
  std::string body;
  Put32(body, kByteOrderMagic);
  Put16(body, 1);  // Version 1.0.
  Put16(body, 0);
  Put(body, ~std::uint64_t{0}, 8);  // The section has no known length.
  WriteBlock(kSectionHeader, body);
}

void PcapngWriter::WriteBlock(std::uint32_t type, absl::string_view body) {
  const auto size = static_cast<std::uint32_t>(body.size() + 12);
  std::string block;
  block.reserve(size);
  Put32(block, type);
  Put32(block, size);
  block.append(body.data(), body.size());
  Put32(block, size);
  write_(block);
}

std::uint32_t PcapngWriter::AddInterface(absl::string_view name) {
  std::string body;
  Put16(body, kRawIp);
  Put16(body, 0);
  Put32(body, 0);  // Packets are never cut.
  PutOption(body, kInterfaceName, name);
  // Units of 10^-9 seconds.
  PutOption(body, kTimeResolution, "\x09");
  PutOption(body, kEndOfOptions, "");
  WriteBlock(kInterfaceDescription, body);
  return interfaces_++;
}

void PcapngWriter::AddName(const IpAddress& ip, absl::string_view name) {
  const bool is_v4 = ip.is_v4();
  const std::uint8_t* const address = is_v4 ? ip.v4_bytes() : ip.bytes();
  std::string record;
  for (std::size_t i = 0; i < (is_v4 ? 4 : 16); ++i) {
    record.push_back(static_cast<char>(address[i]));
  }
  record.append(name.data(), name.size());
  record.push_back('\0');
  std::string body;
  PutOption(body, is_v4 ? kIpv4Name : kIpv6Name, record);
  PutOption(body, kEndOfRecords, "");
  WriteBlock(kNameResolution, body);
}

void PcapngWriter::AddPacket(const Record& record) {
  const auto size = static_cast<std::uint32_t>(record.bytes.size());
  std::string body;
  Put32(body, record.interface);
  Put32(body, static_cast<std::uint32_t>(record.time >> 32));
  Put32(body, static_cast<std::uint32_t>(record.time));
  Put32(body, size);
  Put32(body, size);
  PutPadded(body, record.bytes);
  std::string flags;
  Put32(flags, record.is_outbound ? kOutbound : kInbound);
  PutOption(body, kPacketFlags, flags);
  if (!record.comment.empty()) PutOption(body, kComment, record.comment);
  PutOption(body, kEndOfOptions, "");
  WriteBlock(kEnhancedPacket, body);
}

}  // namespace sim
}  // namespace mortise
