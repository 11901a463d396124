// The names that the hosts of a simulation look up.
//
//   sim::Names& names = simulation.names();
//   names.Set("db.example", {"10.0.0.2", "fd00::2"});
//   names.Alias("www.example", "web");
//   {
//     const sim::Rule silent = names.OnQueries({}, sim::QueryFault::Silence());
//     ...  // Look-ups fail with EAI_AGAIN after 10 seconds.
//   }
//   const sim::Rule cut =
//       simulation.faults().Partition({client}, {names.server()});

#ifndef MORTISE_PLATFORM_SIM_NAMES_H_
#define MORTISE_PLATFORM_SIM_NAMES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/query_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {

class Entrance;
class Fabric;
class NameServer;

// The table of the one name server of a simulation, and its faults.
//
// A host knows numbers, "localhost" and its own name by itself. Every other
// name or address it asks the name server for, with one datagram to port 53, in
// virtual time: on the links that all hosts have at first, the answer is there
// after 1 ms. If there is none within 5 seconds, the host asks once more, and
// then the look-up fails with EAI_AGAIN, 10 seconds after it began. It fails
// with EAI_AGAIN at once if no interface of the host is up. Nothing is kept:
// each look-up asks again.
//
// The name server is reached by every host that has an interface. In rules and
// links it stands as `server()`, so partitions, slow links and loss hit queries
// and answers as other packets.
//
// All hosts of the simulation are in the table by their names, with the
// addresses that they have at that moment, or had before they were switched
// off, but without link-local ones. Of several hosts of one name the first one
// counts. Names are the same whatever their case is, and with or without a
// period at their end. They have 1 to 253 bytes, in labels of 1 to 63 bytes.
//
// An answer has the addresses in the order of the table, and getaddrinfo
// returns them in this order: it does not sort them by RFC 6724. A name for an
// address is found if the table has the address: of several, the name that has
// stood for its addresses the longest.
//
// Changes count for each query that reaches the name server from then on, also
// if it is on its way already. An answer that is on its way stays as it is.
//
// An argument that makes no sense ends the process with a message that names
// it.
//
// Thread-safe: everything may be called before the run and after it, and in the
// run by its threads. Nothing is a scheduling point or blocks.
class Names {
 public:
  // `fabric` and `entrance` must outlive it, and it must outlive every Rule
  // that is not kept. `trace` is told each query that reaches the name server,
  // with its answer.
  Names(std::uint64_t seed, Fabric& fabric, Entrance& entrance,
        std::function<void(absl::string_view)> trace);
  ~Names();
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  // The name server, where rules and links name hosts.
  HostId server() const { return kNameServer; }

  // Makes `name` stand for `addresses`, whatever it has stood for, also if it
  // is the name of a host. At least one; IPv4 or IPv6 in digits, without a
  // scope.
  void Set(absl::string_view name, const std::vector<std::string>& addresses);
  // Makes `name` another name of what `canonical` stands for when somebody
  // asks. An alias of an alias is followed, up to 8 times; a longer chain is an
  // error of the name server (EAI_AGAIN).
  void Alias(absl::string_view name, absl::string_view canonical);
  // Makes `name` unknown, also if it is the name of a host. Without effect if
  // it is unknown already.
  void Remove(absl::string_view name);

  // Does `fault` to the queries that `which` matches, in the cases that `when`
  // names. The rule is hit by each of them. The rules of PacketFaults about
  // their order and their random decisions hold for these rules as well. The
  // occasion is that a query reaches the name server, so a host that asks twice
  // counts twice.
  Rule OnQueries(QueryMatch which, QueryFault fault,
                 When when = When::Always());

 private:
  friend class Simulation;

  const std::unique_ptr<NameServer> server_;
  Entrance& entrance_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NAMES_H_
