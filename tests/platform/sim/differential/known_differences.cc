#include "mortise/tests/platform/sim/differential/known_differences.h"

#include <cstring>

#include "mortise/platform/error_code.h"

namespace mortise {
namespace differential {
namespace {

bool IsSend(const Call& call) {
  return call.kind == CallKind::kSend || call.kind == CallKind::kSendTo ||
         call.kind == CallKind::kSendMsg;
}

bool IsReceive(const Call& call) {
  return call.kind == CallKind::kRecv || call.kind == CallKind::kRecvFrom ||
         call.kind == CallKind::kRecvMsg;
}

// Whether all sockets have the same names and peers.
bool NamesAreSame(const Difference& difference) {
  const auto& real = difference.real.sockets;
  const auto& simulated = difference.simulated.sockets;
  if (real.size() != simulated.size()) return false;
  for (std::size_t i = 0; i < real.size(); ++i) {
    if (real[i].local != simulated[i].local) return false;
    if (real[i].peer != simulated[i].peer) return false;
  }
  return true;
}

// Whether the call got as far on both machines, and then one had no room.
bool IsMatterOfRoom(const Difference& difference) {
  if (!NamesAreSame(difference) || !IsSend(difference.call())) return false;
  const auto took_some = [](const Step& step) {
    return step.error == ErrorCode{} || step.error == ErrorCode::kEagain;
  };
  std::size_t asked = 0;
  for (const std::size_t size : difference.call().sizes) asked += size;
  return took_some(difference.real) && took_some(difference.simulated) &&
         (difference.real.size < asked || difference.simulated.size < asked);
}

bool IsMatterOfWindow(const Difference& difference) {
  if (!NamesAreSame(difference) || !IsReceive(difference.call())) return false;
  constexpr std::size_t kFirstWindow = 60000;
  return difference.real.error == difference.simulated.error &&
         (difference.real.size > kFirstWindow ||
          difference.simulated.size > kFirstWindow);
}

bool IsSizeOfBuffer(const Difference& difference) {
  if (difference.call().kind != CallKind::kGetOption) return false;
  const char* const name = Options()[difference.call().option].name;
  return difference.real.error == difference.simulated.error &&
         (std::strcmp(name, "SO_RCVBUF") == 0 ||
          std::strcmp(name, "SO_SNDBUF") == 0);
}

bool IsTcp(const Program& program, int socket) {
  for (const Call& call : program) {
    const bool makes = call.kind == CallKind::kSocket;
    const bool copies =
        call.kind == CallKind::kDup || call.kind == CallKind::kAccept;
    if (makes && call.made == socket) {
      return call.socket_kind == kTcp4 || call.socket_kind == kTcp6;
    }
    if (copies && call.made == socket) return IsTcp(program, call.socket);
  }
  return false;
}

bool FollowsShutdownWithoutConnection(const Difference& difference) {
  for (std::size_t i = 0; i < difference.index; ++i) {
    const Call& call = difference.program[i];
    if (call.kind == CallKind::kShutdown &&
        difference.all_real[i].error == ErrorCode::kEnotconn &&
        IsTcp(difference.program, call.socket)) {
      return true;
    }
  }
  return false;
}

constexpr KnownDifference kKnown[] = {
    {"what follows the shutdown of a TCP socket without a connection",
     "Linux keeps it in mind when the socket connects or listens later, in "
     "ways that no manual describes.",
     "shutdown(2) promises ENOTCONN only", &FollowsShutdownWithoutConnection},
    {"a send that finds little or no room",
     "Linux counts the memory of packets, which depends on the processor, the "
     "version and how the bytes were cut. The simulation counts bytes.",
     "socket(7), SO_SNDBUF", &IsMatterOfRoom},
    {"a receive of more than TCP's first window",
     "How a window grows is a matter of tuning. The simulation has windows of "
     "the whole buffer from the start.",
     "tcp(7), tcp_rmem and tcp_moderate_rcvbuf", &IsMatterOfWindow},
    {"the size of the buffers of TCP",
     "Linux starts small and grows them while a connection lives. The "
     "simulation has buffers of 256 KiB.",
     "tcp(7), tcp_rmem and tcp_wmem", &IsSizeOfBuffer},
};

}  // namespace

const KnownDifference* FindKnownDifference(const Difference& difference) {
  for (const KnownDifference& known : kKnown) {
    if (known.is_this(difference)) return &known;
  }
  return nullptr;
}

}  // namespace differential
}  // namespace mortise
