#include "mortise/platform/sim/net/name_table.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sim/net/fabric.h"

namespace mortise {
namespace sim {
namespace {

// How many aliases of aliases the name server follows. More are a circle.
constexpr int kMostAliases = 8;

}  // namespace

void NameTable::Add(Record record) {
  record.number = ++added_;
  std::string key = ComparableName(record.name);
  records_.insert_or_assign(std::move(key), std::move(record));
}

void NameTable::AddHost(absl::string_view name, HostId host) {
  if (!IsDomainName(name) || Find(name) != nullptr) return;
  Record record;
  record.name = std::string(absl::StripSuffix(name, "."));
  record.host = host;
  Add(std::move(record));
}

void NameTable::Set(absl::string_view name, std::vector<IpAddress> addresses) {
  Record record;
  record.name = std::string(absl::StripSuffix(name, "."));
  record.addresses = std::move(addresses);
  Add(std::move(record));
}

void NameTable::SetAlias(absl::string_view name, absl::string_view canonical) {
  Record record;
  record.name = std::string(name);
  record.canonical = std::string(absl::StripSuffix(canonical, "."));
  Add(std::move(record));
}

void NameTable::Remove(absl::string_view name) {
  records_.erase(ComparableName(name));
}

const NameTable::Record* NameTable::Find(absl::string_view name) const {
  const auto found = records_.find(ComparableName(name));
  return found == records_.end() ? nullptr : &found->second;
}

std::vector<IpAddress> NameTable::AddressesOf(const Record& record) const {
  return record.host == HostId() ? record.addresses
                                 : fabric_.AddressesOf(record.host);
}

std::string NameTable::FindReverse(absl::string_view reverse_name) const {
  const std::string wanted = ComparableName(reverse_name);
  const Record* found = nullptr;
  for (const auto& [key, record] : records_) {
    if (found != nullptr && found->number < record.number) continue;
    const std::vector<IpAddress> addresses = AddressesOf(record);
    const bool has_it = std::any_of(
        addresses.begin(), addresses.end(),
        [&wanted](const IpAddress& ip) { return ReverseName(ip) == wanted; });
    if (has_it) found = &record;
  }
  return found == nullptr ? std::string() : found->name;
}

DnsMessage NameTable::Answer(const DnsMessage& query) const {
  DnsMessage answer = query;
  answer.is_answer = true;
  if (query.type == DnsType::kPtr) {
    answer.target = FindReverse(query.name);
    if (answer.target.empty()) answer.code = DnsCode::kNoSuchName;
    return answer;
  }
  const Record* record = Find(query.name);
  for (int i = 0; record != nullptr && !record->canonical.empty(); ++i) {
    if (i == kMostAliases) {
      answer.code = DnsCode::kServerFailure;
      answer.target.clear();
      return answer;
    }
    answer.target = record->canonical;
    record = Find(record->canonical);
  }
  if (record == nullptr) {
    answer.code = DnsCode::kNoSuchName;
    return answer;
  }
  for (const IpAddress& ip : AddressesOf(*record)) {
    const bool is_wanted =
        query.type == DnsType::kAny ||
        query.type == (ip.is_v4() ? DnsType::kA : DnsType::kAaaa);
    if (is_wanted) answer.addresses.push_back(ip);
  }
  return answer;
}

}  // namespace sim
}  // namespace mortise
