// The calls under measurement. Each loop is written twice: `bare` makes the
// system calls itself, as a program without the library would, and `ours` makes
// them through the library. Everything around the calls is the same in both,
// and both work on the same sockets, so that they differ only in what the
// library adds.
//
// A loop ends the program if a call fails, because there is nothing to measure
// then.

#ifndef MORTISE_TESTS_BENCHMARKS_LOOPS_H_
#define MORTISE_TESTS_BENCHMARKS_LOOPS_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"

namespace mortise {
namespace benchmarks {

// What a loop works on. A loop uses only the members that it needs.
struct Job {
  Socket* sender = nullptr;
  Socket* receiver = nullptr;
  // The data that is sent, and the place at which it arrives again.
  absl::Span<char> buffer;
  // The receiver's address, for datagrams.
  SocketAddress to;
  // For the numeric loops.
  std::string host;
};

// A loop does the same thing `times` times.
using Loop = void (*)(const Job& job, std::int64_t times);

namespace bare {

// Sends the whole of `job.buffer` and receives it again, in as many calls as it
// takes.
void SendRecv(const Job& job, std::int64_t times);
void SendToRecvFrom(const Job& job, std::int64_t times);
// The same as one message in two pieces, to the peer of a pair.
void SendMsgRecvMsg(const Job& job, std::int64_t times);

// Measure one of the two calls. The other call is the bare system call both
// here and in `ours`, so that `bare` and `ours` differ in one call only.
void SendOnly(const Job& job, std::int64_t times);
void RecvAlone(const Job& job, std::int64_t times);
void SendToAlone(const Job& job, std::int64_t times);
void RecvFromAlone(const Job& job, std::int64_t times);
void SendMsgAlone(const Job& job, std::int64_t times);
void RecvMsgAlone(const Job& job, std::int64_t times);

// Receive from a non-blocking socket that has no data.
void RecvWouldBlock(const Job& job, std::int64_t times);
void RecvFromWouldBlock(const Job& job, std::int64_t times);

// Convert `job.host` to an address with inet_pton(3), for a known family.
void NumericIpv4(const Job& job, std::int64_t times);
void NumericIpv6(const Job& job, std::int64_t times);

// The bare calls that the loops named …Alone use for the other half. They are
// not loops, and are never inlined.
void SendOnce(const Job& job);
void RecvOnce(const Job& job);
void SendToOnce(const Job& job);

}  // namespace bare

namespace ours {

void SendRecv(const Job& job, std::int64_t times);
void SendToRecvFrom(const Job& job, std::int64_t times);
void SendMsgRecvMsg(const Job& job, std::int64_t times);
void SendOnly(const Job& job, std::int64_t times);
void RecvAlone(const Job& job, std::int64_t times);
void SendToAlone(const Job& job, std::int64_t times);
void RecvFromAlone(const Job& job, std::int64_t times);
void SendMsgAlone(const Job& job, std::int64_t times);
void RecvMsgAlone(const Job& job, std::int64_t times);
void RecvWouldBlock(const Job& job, std::int64_t times);
void RecvFromWouldBlock(const Job& job, std::int64_t times);
// Also asks the question that a caller asks then: IsWouldBlock.
void RecvWouldBlockAsked(const Job& job, std::int64_t times);
// SocketAddress::Numeric, for hosts of either family.
void Numeric(const Job& job, std::int64_t times);

}  // namespace ours
}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_LOOPS_H_
