// Packets on their way.

#ifndef MORTISE_PLATFORM_SIM_NET_IN_FLIGHT_H_
#define MORTISE_PLATFORM_SIM_NET_IN_FLIGHT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// A packet that will arrive at an interface of a host.
struct Flight {
  Packet packet;
  HostId from;
  HostId to;
  // Of the host `to`.
  std::uint32_t interface_index = 0;
  // Which packet of its way it is.
  std::uint64_t number = 0;
  // Whether it has been held back.
  bool was_held = false;
  // When it arrives, and which flight it is in the order of sending. InFlight
  // sets them.
  Time arrival = 0;
  std::uint64_t order = 0;
};

// Flights in the order of their arrival. Those that arrive at one time are in
// the order in which they were added for the first time.
//
// Thread-compatible. Nothing blocks. Adding and taking cost the logarithm of
// the number of flights.
class InFlight {
 public:
  // When the next one arrives, or kNever.
  Time next() const { return heap_.empty() ? kNever : heap_.front().time; }

  void Add(Time arrival, Flight flight);
  // Puts a flight back that was taken, in its old place.
  void AddAgain(Flight flight);
  // Removes the next one and returns it. There must be one.
  Flight TakeNext();

 private:
  struct Node {
    Time time;
    std::uint64_t order;
    std::size_t place;  // in flights_
  };
  struct ArrivesLater {
    bool operator()(const Node& a, const Node& b) const {
      return a.time != b.time ? a.time > b.time : a.order > b.order;
    }
  };

  // The heap has small nodes, so that sorting does not move packets.
  std::vector<Node> heap_;
  std::vector<Flight> flights_;
  std::vector<std::size_t> free_;
  std::uint64_t added_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_IN_FLIGHT_H_
