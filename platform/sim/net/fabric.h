// The network between the hosts of a simulation: it carries the packets of
// their kernels along links.
//
//   Fabric fabric({});
//   const HostId a = fabric.AddHost("a");
//   options.interfaces = {DefaultInterface(a)};
//   Kernel kernel(options, fabric);
//   fabric.PowerOn(a, kernel);
//   ...
//   fabric.RunDue(now);  // whenever fabric.next() <= now
//
// Every host can reach every other one. A packet goes to the host that has its
// destination address, along the link from its sender to that host. What
// happens to a packet that nobody takes:
//
//   the address is in a network of the sender's interface, and no host that is
//   on has it                           silence. (A real host would fail to
//                                       find the address by ARP and report
//                                       EHOSTUNREACH to itself after 3 s. Here
//                                       it is as if there were a switch or
//                                       firewall that answers for the host.)
//   the way leads through the default route (a prefix of length 0), and the
//   address is in a network of some host, of which nobody has it
//                                       the router of that network reports
//                                       "host unreachable" after 3 s
//   the same, and there is no such network
//                                       a router reports "net unreachable" at
//                                       once
//   the link's routers use up its hop limit
//                                       a router reports "time exceeded"
//   the host has been switched off, the interface is down or the address gone
//   since it was sent                   silence
//
// Broadcasts to 255.255.255.255, and multicasts to all hosts of a network
// (224.0.0.1, ff02::1), go to every host of the sender's network, and back to
// the sender. No host has joined other groups, so packets to them are lost.
//
// The name server takes part as if it were a host that is always on. Its
// addresses are for documentation, so that no host has them.
//
// The fabric has no clock and no threads. The owner looks at next() after each
// call of a kernel or of a rule, as it does at the timers of kernels.

#ifndef MORTISE_PLATFORM_SIM_NET_FABRIC_H_
#define MORTISE_PLATFORM_SIM_NET_FABRIC_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/outbox.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/net/address_table.h"
#include "mortise/platform/sim/net/in_flight.h"
#include "mortise/platform/sim/net/link.h"
#include "mortise/platform/sim/net/name_service.h"
#include "mortise/platform/sim/net/packet_rules.h"
#include "mortise/platform/sim/net/tap.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

struct FabricOptions {
  std::uint64_t seed = 1;
  // The links between two hosts, unless SetLink says otherwise, and of a host
  // to itself.
  LinkOptions link;
  LinkOptions loopback = LoopbackLink();
};

// Thread safety: none; the lock of the simulation guards it. Nothing blocks. A
// HostId that the fabric has not given out ends the process with a message.
class Fabric final : public Outbox {
 public:
  explicit Fabric(const FabricOptions& options);
  ~Fabric() override;
  Fabric(const Fabric&) = delete;
  Fabric& operator=(const Fabric&) = delete;

  // --- Hosts -----------------------------------------------------------------

  // Adds a host, which is off.
  HostId AddHost(absl::string_view name);
  absl::string_view NameOf(HostId host) const { return HostOf(host).name; }
  // Network::PublicAddresses of the host, as they are, or as they were when it
  // was switched off.
  std::vector<IpAddress> AddressesOf(HostId host) const;
  // The host with this kernel, which is on.
  HostId IdOf(const Kernel& kernel) const { return kernels_.at(&kernel); }

  // The kernel of the host, or nullptr if it is off.
  Kernel* KernelOf(HostId host) const { return HostOf(host).kernel; }

  // Switches the host on, with a kernel that has this fabric as its outbox and
  // must outlive the next PowerOff. The host has been off. Returns kEaddrinuse,
  // and changes nothing, if another host has one of the kernel's addresses.
  ErrorCode PowerOn(HostId host, Kernel& kernel);
  // Switches the host off: nothing arrives there any more. What it has sent
  // goes on its way. Does nothing if the host is off.
  void PowerOff(HostId host);

  // Change the interfaces of a host that is on. They return what Network's
  // functions of the same name do, and:
  //   kEhostdown   the host is off
  //   kEaddrinuse  another host has the address
  ErrorCode AddAddress(HostId host, absl::string_view interface,
                       const InterfaceAddress& address);
  ErrorCode RemoveAddress(HostId host, absl::string_view interface,
                          const IpAddress& ip);
  ErrorCode SetUp(HostId host, absl::string_view interface, bool is_up);

  // --- Links -----------------------------------------------------------------

  // Sets the link in one direction, for packets that are sent from now on.
  void SetLink(HostId from, HostId to, const LinkOptions& options);

  // --- Packets ---------------------------------------------------------------

  // Takes a packet at the time of its sender.
  void Send(Kernel& sender, std::uint32_t interface, Packet packet) override;
  PathLimits LimitsTo(const Kernel& sender, const IpAddress& to) const override;

  // When the next packet arrives, or kNever.
  Time next() const { return std::max(flights_.next(), latest_); }
  // Delivers the packets that arrive until `now`, in the order of their times,
  // and among those of one time in the order in which they were sent. A kernel
  // gets a packet at the time of its arrival, unless it is past that already.
  void RunDue(Time now);
  // Delivers the packet that arrives at next(), which is not kNever. Returns
  // the kernel that got it, whose timers may have changed, or nullptr if none
  // did.
  Kernel* RunNext();

  // Asks the rules again about all packets that they have held back. Those that
  // may arrive now do so in the next RunDue, before all others.
  void Reconsider(Time now);

  // --- The name server -------------------------------------------------------

  // Sends a datagram from `port` of `asker` to the name server, through its
  // first interface that is up and has an address. Returns false if there is
  // none. Needs no route, so that each host has a name server that it reaches.
  bool SendQuery(Kernel& asker, std::uint16_t port, std::string data);

  // ---------------------------------------------------------------------------

  // `service`, `rules` and `tap` must outlive the fabric, or be replaced by
  // nullptr before.
  void set_name_service(NameService* service) { name_service_ = service; }
  void set_rules(PacketRules* rules) { rules_ = rules; }
  void set_tap(Tap* tap);

 private:
  struct Host {
    std::string name;
    Kernel* kernel = nullptr;  // nullptr if it is off
    // Its addresses when it was switched off.
    std::vector<IpAddress> last_addresses;
  };
  // The way from one host to another.
  struct Way {
    Way(const Streams& streams, std::uint64_t identity, const LinkModel* model)
        : link(streams, identity), model(model) {}

    Link link;
    const LinkModel* model;
    std::unique_ptr<LinkModel> own_model;
    std::uint64_t packets = 0;
  };
  // Where and when a packet leaves.
  struct Departure {
    Place from;
    Time time = 0;
    std::uint32_t mtu = 0;
  };

  const Host& HostOf(HostId id) const;
  Host& HostOf(HostId id);
  static std::uint64_t Key(HostId from, HostId to);
  Way& WayOf(HostId from, HostId to);
  const LinkModel& ModelOf(HostId from, HostId to, const LinkModel& own) const;

  // Sends one packet to one host. Whether the tap sees it leave is up to the
  // caller.
  void Carry(const Departure& departure, const Place& to, Packet packet,
             bool is_seen);
  void SendToAll(const Departure& departure, const Packet& packet);
  void SendToNobody(const Departure& departure, const Packet& packet);
  // Tells the sender of `packet` that it does not arrive, at `time`.
  void Report(const Packet& packet, IcmpKind kind, const Place& sender,
              Time time);
  void AddNameServer();
  // What has arrived at the name server.
  void ArriveAtNameServer(Flight flight, Time now);
  // Returns the kernel that got the packet, or nullptr.
  Kernel* Arrive(Flight flight, Time now);
  // Why the packet cannot arrive, or nullptr.
  const char* Obstacle(const Flight& flight) const;
  void See(Sighting::Kind kind, Time time, const Place& place,
           const Packet& packet, absl::string_view comment);
  void ShowInterfaces(HostId host);

  const Streams streams_;
  const LinkModel link_;
  const LinkModel loopback_;
  std::vector<Host> hosts_;
  Host name_server_;
  // The next two are only looked up, never walked through: their order is not
  // the same in every run.
  absl::flat_hash_map<const Kernel*, HostId> kernels_;
  absl::flat_hash_map<std::uint64_t, std::unique_ptr<Way>> ways_;
  AddressTable addresses_;
  InFlight flights_;
  std::vector<Flight> held_;
  // The fabric's time, which goes forward only: what was held back arrives
  // later than it should have.
  Time latest_ = 0;
  NameService* name_service_ = nullptr;
  PacketRules* rules_ = nullptr;
  Tap* tap_ = nullptr;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_FABRIC_H_
