#include "mortise/platform/sim/net/in_flight.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

void InFlight::Add(Time arrival, Flight flight) {
  flight.arrival = arrival;
  flight.order = ++added_;
  AddAgain(std::move(flight));
}

void InFlight::AddAgain(Flight flight) {
  const Time arrival = flight.arrival;
  const std::uint64_t order = flight.order;
  std::size_t place = flights_.size();
  if (free_.empty()) {
    flights_.push_back(std::move(flight));
  } else {
    place = free_.back();
    free_.pop_back();
    flights_[place] = std::move(flight);
  }
  heap_.push_back({arrival, order, place});
  std::push_heap(heap_.begin(), heap_.end(), ArrivesLater());
}

Flight InFlight::TakeNext() {
  std::pop_heap(heap_.begin(), heap_.end(), ArrivesLater());
  const std::size_t place = heap_.back().place;
  heap_.pop_back();
  free_.push_back(place);
  return std::move(flights_[place]);
}

}  // namespace sim
}  // namespace mortise
