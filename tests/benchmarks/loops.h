// The calls under measurement, each loop written twice: `bare` makes the system
// calls themselves, as a program without the library would, `ours` makes them
// through the library. Whatever is around the calls is the same in both, and
// both work on the same sockets, so that what differs is what the library adds.
//
// A loop ends the program when a call fails: there is nothing to measure then.

#ifndef MORTISE_TESTS_BENCHMARKS_LOOPS_H_
#define MORTISE_TESTS_BENCHMARKS_LOOPS_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"

namespace mortise {
namespace benchmarks {

// What a loop works on. A loop takes from it what it needs.
struct Job {
  Socket* sender = nullptr;
  Socket* receiver = nullptr;
  // What is sent, and where it arrives again.
  absl::Span<char> buffer;
  // The receiver's address, for datagrams.
  SocketAddress to;
  // For the numeric loops.
  std::string host;
};

// Does the same `times` times.
using Loop = void (*)(const Job& job, std::int64_t times);

namespace bare {

// The whole of `job.buffer` there and back, in as many calls as it takes.
void SendRecv(const Job& job, std::int64_t times);
void SendToRecvFrom(const Job& job, std::int64_t times);
// The same as one message in two pieces, to the peer of a pair.
void SendMsgRecvMsg(const Job& job, std::int64_t times);

// One of the two calls, the other being bare here and in `ours`: what is left
// between them is one call.
void SendAlone(const Job& job, std::int64_t times);
void RecvAlone(const Job& job, std::int64_t times);
void SendToAlone(const Job& job, std::int64_t times);
void RecvFromAlone(const Job& job, std::int64_t times);
void SendMsgAlone(const Job& job, std::int64_t times);
void RecvMsgAlone(const Job& job, std::int64_t times);

// Receiving where there is nothing and the socket does not wait.
void RecvWouldBlock(const Job& job, std::int64_t times);
void RecvFromWouldBlock(const Job& job, std::int64_t times);

// `job.host` to an address: inet_pton(3), with the family known.
void NumericIpv4(const Job& job, std::int64_t times);
void NumericIpv6(const Job& job, std::int64_t times);

// The halves that the loops "alone" do bare. Not loops, and never inlined.
void SendOnce(const Job& job);
void RecvOnce(const Job& job);
void SendToOnce(const Job& job);

}  // namespace bare

namespace ours {

void SendRecv(const Job& job, std::int64_t times);
void SendToRecvFrom(const Job& job, std::int64_t times);
void SendMsgRecvMsg(const Job& job, std::int64_t times);
void SendAlone(const Job& job, std::int64_t times);
void RecvAlone(const Job& job, std::int64_t times);
void SendToAlone(const Job& job, std::int64_t times);
void RecvFromAlone(const Job& job, std::int64_t times);
void SendMsgAlone(const Job& job, std::int64_t times);
void RecvMsgAlone(const Job& job, std::int64_t times);
void RecvWouldBlock(const Job& job, std::int64_t times);
void RecvFromWouldBlock(const Job& job, std::int64_t times);
// With the question that a caller asks then: IsWouldBlock.
void RecvWouldBlockAsked(const Job& job, std::int64_t times);
// SocketAddress::Numeric, for hosts of either family.
void Numeric(const Job& job, std::int64_t times);

}  // namespace ours
}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_LOOPS_H_
