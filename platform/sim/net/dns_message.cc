#include "mortise/platform/sim/net/dns_message.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::size_t kMostName = 253;
constexpr std::size_t kMostLabel = 63;

// Bits of the header.
constexpr std::uint16_t kIsAnswer = 0x8000;
constexpr std::uint16_t kWantsRecursion = 0x0100;
constexpr std::uint16_t kHasRecursion = 0x0080;
constexpr std::uint16_t kCode = 0x000f;

constexpr std::uint16_t kInternet = 1;  // the class of all names

class Writer {
 public:
  void Number(std::uint16_t number) {
    bytes_.push_back(static_cast<char>(number >> 8));
    bytes_.push_back(static_cast<char>(number & 0xff));
  }
  void Name(absl::string_view name) {
    for (const absl::string_view label :
         absl::StrSplit(absl::StripSuffix(name, "."), '.')) {
      bytes_.push_back(static_cast<char>(label.size()));
      bytes_.append(label.data(), label.size());
    }
    bytes_.push_back('\0');
  }
  // An answer about `name`, which must not be kept: its time to live is 0.
  void Record(absl::string_view name, DnsType type, absl::string_view data) {
    Name(name);
    Number(static_cast<std::uint16_t>(type));
    Number(kInternet);
    Number(0);
    Number(0);
    Number(static_cast<std::uint16_t>(data.size()));
    bytes_.append(data.data(), data.size());
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads from the front. What is not there is 0 or empty, and makes `ok` false.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

  absl::string_view Bytes(std::size_t count) {
    if (bytes_.size() < count) {
      ok_ = false;
      return {};
    }
    const absl::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  std::uint8_t Byte() {
    const absl::string_view byte = Bytes(1);
    return byte.empty() ? 0 : static_cast<std::uint8_t>(byte[0]);
  }
  std::uint16_t Number() {
    const int high = Byte();
    return static_cast<std::uint16_t>(high << 8 | Byte());
  }
  std::string Name() {
    std::string name;
    for (;;) {
      const std::size_t size = Byte();
      if (size == 0) break;
      const absl::string_view label = Bytes(size);
      if (!ok_) break;
      absl::StrAppend(&name, name.empty() ? "" : ".", label);
    }
    ok_ = ok_ && IsDomainName(name);
    return name;
  }

 private:
  absl::string_view bytes_;
  bool ok_ = true;
};

absl::string_view DataOf(const IpAddress& ip) {
  const auto* const bytes = ip.is_v4() ? ip.v4_bytes() : ip.bytes();
  return {reinterpret_cast<const char*>(bytes), ip.is_v4() ? 4u : 16u};
}

void ReadRecord(Reader& reader, DnsMessage* message, bool* ok) {
  reader.Name();
  const auto type = static_cast<DnsType>(reader.Number());
  const std::uint16_t internet = reader.Number();
  reader.Bytes(4);
  const absl::string_view data = reader.Bytes(reader.Number());
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(data.data());
  *ok = reader.ok() && internet == kInternet;
  if (!*ok) return;
  if (type == DnsType::kA && data.size() == 4) {
    message->addresses.push_back(IpAddress::V4(bytes));
  } else if (type == DnsType::kAaaa && data.size() == 16) {
    message->addresses.push_back(IpAddress::V6(bytes));
  } else if (type == DnsType::kCname || type == DnsType::kPtr) {
    Reader name(data);
    message->target = name.Name();
    *ok = name.ok() && name.at_end();
  } else {
    *ok = false;
  }
}

}  // namespace

bool IsDomainName(absl::string_view name) {
  name = absl::StripSuffix(name, ".");
  if (name.size() > kMostName) return false;
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    if (label.empty() || label.size() > kMostLabel) return false;
  }
  return true;
}

std::string ComparableName(absl::string_view name) {
  return absl::AsciiStrToLower(absl::StripSuffix(name, "."));
}

std::string ReverseName(const IpAddress& ip) {
  std::string name;
  if (ip.is_v4()) {
    for (int i = 3; i >= 0; --i) absl::StrAppend(&name, ip.v4_bytes()[i], ".");
    return absl::StrCat(name, "in-addr.arpa");
  }
  for (int i = 15; i >= 0; --i) {
    const std::uint8_t byte = ip.bytes()[i];
    absl::StrAppend(&name, absl::Hex(byte & 0xf), ".", absl::Hex(byte >> 4),
                    ".");
  }
  return absl::StrCat(name, "ip6.arpa");
}

std::string EncodeDns(const DnsMessage& message) {
  const std::size_t records =
      message.addresses.size() + (message.target.empty() ? 0 : 1);
  const int of_answer = message.is_answer ? kIsAnswer | kHasRecursion : 0;
  const int flags =
      kWantsRecursion | of_answer | static_cast<int>(message.code);
  Writer writer;
  writer.Number(message.id);
  writer.Number(static_cast<std::uint16_t>(flags));
  writer.Number(1);
  writer.Number(static_cast<std::uint16_t>(records));
  writer.Number(0);
  writer.Number(0);
  writer.Name(message.name);
  writer.Number(static_cast<std::uint16_t>(message.type));
  writer.Number(kInternet);
  absl::string_view owner = message.name;
  if (!message.target.empty()) {
    Writer target;
    target.Name(message.target);
    const bool is_reverse = message.type == DnsType::kPtr;
    writer.Record(owner, is_reverse ? DnsType::kPtr : DnsType::kCname,
                  target.Take());
    owner = message.target;
  }
  for (const IpAddress& ip : message.addresses) {
    writer.Record(owner, ip.is_v4() ? DnsType::kA : DnsType::kAaaa, DataOf(ip));
  }
  return writer.Take();
}

std::optional<DnsMessage> DecodeDns(absl::string_view bytes) {
  Reader reader(bytes);
  DnsMessage message;
  message.id = reader.Number();
  const std::uint16_t flags = reader.Number();
  message.is_answer = (flags & kIsAnswer) != 0;
  message.code = static_cast<DnsCode>(flags & kCode);
  const std::uint16_t questions = reader.Number();
  const std::uint16_t records = reader.Number();
  reader.Bytes(4);
  message.name = reader.Name();
  message.type = static_cast<DnsType>(reader.Number());
  const std::uint16_t internet = reader.Number();
  bool ok = reader.ok() && questions == 1 && internet == kInternet;
  for (int i = 0; ok && i < records; ++i) ReadRecord(reader, &message, &ok);
  if (!ok || !reader.at_end()) return std::nullopt;
  return message;
}

}  // namespace sim
}  // namespace mortise
