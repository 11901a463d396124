// The events that a Poller waits for.

#ifndef MORTISE_PLATFORM_POLL_EVENTS_H_
#define MORTISE_PLATFORM_POLL_EVENTS_H_

#include <cstdint>
#include <iosfwd>

namespace mortise {

// A set of events. Python: selectors.EVENT_READ, EVENT_WRITE, which have the
// same numbers.
enum class PollEvents : std::uint8_t {
  kNone = 0,
  // A receive or an accept would not wait: there is data, a connection, the
  // end of the stream, or an error.
  kReadable = 1,
  // A send would not wait, or a Connect that was in progress has ended, with or
  // without success.
  kWritable = 2,
  // Hints, which never come without one of the two above, and which some
  // systems do not give. The call that follows tells what is true.
  kEnded = 4,   // the peer sends nothing more
  kFailed = 8,  // the socket has failed
};

constexpr PollEvents operator|(PollEvents a, PollEvents b) {
  return static_cast<PollEvents>(static_cast<std::uint8_t>(a) |
                                 static_cast<std::uint8_t>(b));
}
constexpr PollEvents operator&(PollEvents a, PollEvents b) {
  return static_cast<PollEvents>(static_cast<std::uint8_t>(a) &
                                 static_cast<std::uint8_t>(b));
}
constexpr PollEvents& operator|=(PollEvents& a, PollEvents b) {
  return a = a | b;
}

// Whether `events` has all of `wanted`.
constexpr bool Has(PollEvents events, PollEvents wanted) {
  return (events & wanted) == wanted;
}

// Prints the enumerators: "kReadable|kEnded".
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, PollEvents events) {
  constexpr unsigned kAll = 15;
  const unsigned number = static_cast<std::uint8_t>(events);
  if (number == 0) return out << "kNone";
  if ((number & ~kAll) != 0) return out << "PollEvents(" << number << ")";
  constexpr const char* kNames[] = {"kReadable", "kWritable", "kEnded",
                                    "kFailed"};
  const char* separator = "";
  for (unsigned bit = 0; bit < 4; ++bit) {
    if ((number & (1U << bit)) == 0) continue;
    out << separator << kNames[bit];
    separator = "|";
  }
  return out;
}

// How often what is ready is reported.
enum class PollMode : std::uint8_t {
  // By every wait, as long as it is ready.
  kLevel,
  // Once. Then nothing is reported until the wish is set again, so that another
  // thread can work on the socket.
  kOneShot,
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_POLL_EVENTS_H_
