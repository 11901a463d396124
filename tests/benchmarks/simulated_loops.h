// What programs do with sockets, for the benchmark and the test of
// platform/sim. Each is the same code on a simulated host and on the OS.

#ifndef MORTISE_TESTS_BENCHMARKS_SIMULATED_LOOPS_H_
#define MORTISE_TESTS_BENCHMARKS_SIMULATED_LOOPS_H_

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "mortise/core/socket.h"

namespace mortise {
namespace benchmarks {

// How many bytes a message has.
inline constexpr int kMessage = 64;

// A pair of streams of AF_UNIX, or of TCP over the loopback interface.
std::pair<Socket, Socket> MustPair();
std::pair<Socket, Socket> MustConnectPair();

// Sends a message through the pair and receives it, `times` times.
void SendAndReceive(std::pair<Socket, Socket>& pair, std::int64_t times);

// A listener of TCP at the loopback address, with a port of its own.
Socket MustListen();
// Connects, sends a message both ways, and closes, `times` times, all in the
// calling thread.
void ConnectInOneThread(Socket& listener, std::int64_t times);
// The client's and the server's half of the same.
void ServeConnections(Socket& listener, std::int64_t times);
void MakeConnections(const Socket& listener, std::int64_t times);

// Runs `body` as the first thread of a run on one simulated host, and ends the
// process if the run fails.
void Simulate(absl::FunctionRef<void()> body);

// Sends `times` datagrams from one simulated host to another, over a link that
// loses nothing. With `rules` each of three rules is asked about each packet.
// Returns the nanoseconds of real time that one packet takes.
double NanosecondsOfAPacket(std::int64_t times, bool rules);

// A number of simulated hosts, each of which sends a datagram to its neighbour
// once a second, for a virtual minute. Returns the seconds of real time.
double SecondsOfHeartbeats(int hosts);

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_SIMULATED_LOOPS_H_
