// The names that the name server knows.

#ifndef MORTISE_PLATFORM_SIM_NET_NAME_TABLE_H_
#define MORTISE_PLATFORM_SIM_NET_NAME_TABLE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sim/net/fabric.h"

namespace mortise {
namespace sim {

// `fabric` must outlive it.
//
// Thread safety: none; the lock of the simulation guards it. Nothing blocks.
class NameTable {
 public:
  explicit NameTable(const Fabric& fabric) : fabric_(fabric) {}

  // Adds the name of a host, which has the addresses that the host has. Without
  // effect if the name is in the table, or if it cannot be asked for.
  void AddHost(absl::string_view name, HostId host);
  // Set what the name stands for, whatever it has stood for. The names can be
  // asked for.
  void Set(absl::string_view name, std::vector<IpAddress> addresses);
  void SetAlias(absl::string_view name, absl::string_view canonical);
  // Without effect if the name is not in the table.
  void Remove(absl::string_view name);

  DnsMessage Answer(const DnsMessage& query) const;

 private:
  // What a name stands for: a host, or another name, or addresses.
  struct Record {
    std::string name;  // as it was given
    HostId host;
    std::string canonical;
    std::vector<IpAddress> addresses;
    std::uint64_t number = 0;
  };

  void Add(Record record);
  const Record* Find(absl::string_view name) const;
  std::vector<IpAddress> AddressesOf(const Record& record) const;
  // The name of the host that is asked for, or "". The longer a name has been
  // in the table, the sooner it is found.
  std::string FindReverse(absl::string_view reverse_name) const;

  const Fabric& fabric_;
  std::uint64_t added_ = 0;
  // By ComparableName.
  std::map<std::string, Record, std::less<>> records_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_NAME_TABLE_H_
