// What a side of the load test has seen. The two sides must agree.

#ifndef MORTISE_TESTS_LOAD_COUNTS_H_
#define MORTISE_TESTS_LOAD_COUNTS_H_

#include <cstdint>

namespace mortise {
namespace load {

// A client counts a connection once it has had an answer, so that the server is
// sure to know it too.
struct Counts {
  std::int64_t connections = 0;
  std::int64_t tls_connections = 0;
  // Connections that both sides have ended, and those that the client has
  // reset.
  std::int64_t ended = 0;
  std::int64_t reset = 0;
  // Through the connections that have ended: from the client to the server, and
  // back.
  std::int64_t bytes_there = 0;
  std::int64_t bytes_back = 0;
};

inline Counts operator+(const Counts& a, const Counts& b) {
  return {a.connections + b.connections,
          a.tls_connections + b.tls_connections,
          a.ended + b.ended,
          a.reset + b.reset,
          a.bytes_there + b.bytes_there,
          a.bytes_back + b.bytes_back};
}

inline bool operator==(const Counts& a, const Counts& b) {
  return a.connections == b.connections &&
         a.tls_connections == b.tls_connections && a.ended == b.ended &&
         a.reset == b.reset && a.bytes_there == b.bytes_there &&
         a.bytes_back == b.bytes_back;
}

}  // namespace load
}  // namespace mortise

#endif  // MORTISE_TESTS_LOAD_COUNTS_H_
