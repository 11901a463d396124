// A program of calls on sockets, which a machine can make and a reader can
// follow.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_PROGRAM_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_PROGRAM_H_

#include <cstddef>
#include <string>
#include <vector>

#include "mortise/platform/socket_modes.h"

namespace mortise {
namespace differential {

// A kind of socket: what socket(2) takes, and its name in texts.
struct SocketKind {
  const char* name;
  int family;
  int type;

  bool is_unix() const;
  bool is_datagram() const;
  // Whether it is a stream or a sequence of packets.
  bool is_connection() const { return !is_datagram(); }
};

enum : std::size_t {
  kTcp4,
  kTcp6,
  kUdp4,
  kUdp6,
  kUnixStream,
  kUnixDatagram,
  kUnixSequence,
  kSocketKindCount,
};
// Returns one of the kinds above. Lasts as long as the program.
const SocketKind& KindOf(std::size_t kind);

// An option of sockets, and values to set, each of which is a list of ints.
struct SocketOption {
  const char* name;
  int level;
  int number;
  std::vector<std::vector<int>> values;
};
const std::vector<SocketOption>& Options();

// What an address stands for. Ports are chosen by the systems, so programs name
// no numbers.
enum class Place {
  kLoopback,     // 127.0.0.1 or ::1, port 0
  kAnywhere,     // 0.0.0.0 or ::, port 0
  kMapped,       // ::ffff:127.0.0.1, port 0
  kOfSocket,     // the last own address of socket `number`, open or closed
  kPath,         // path `number` of AF_UNIX
  kAbstract,     // abstract name `number` of AF_UNIX
  kWithoutName,  // the address of AF_UNIX that has no name
};

struct PlacedAddress {
  Place place = Place::kLoopback;
  bool is_v4 = true;
  int number = 0;
};

enum class CallKind {
  kSocket,
  kPair,
  kDup,
  kBind,
  kListen,
  kAccept,
  kConnect,
  kDisconnect,
  kSend,
  kSendTo,
  kSendMsg,
  kRecv,
  kRecvFrom,
  kRecvMsg,
  kShutdown,
  kClose,
  kSetOption,
  kGetOption,
  kTakeError,
  kSetReuse,
};
inline constexpr int kCallKindCount = 20;

// One call. Only the members that its kind needs have a meaning.
struct Call {
  CallKind kind = CallKind::kSocket;
  // Sockets are numbered in the order in which the program makes them. A call
  // on one that was not made, or was closed, is left out.
  int socket = 0;
  // The numbers of those that the call makes.
  int made = 0;
  int second_made = 0;
  std::size_t socket_kind = kTcp4;
  PlacedAddress address;
  int backlog = 0;
  // How many bytes are sent, or how large the buffers are.
  std::vector<std::size_t> sizes;
  int flags = 0;
  ShutdownHow how = ShutdownHow::kBoth;
  AddressReuse reuse = AddressReuse::kExclusive;
  std::size_t option = 0;
  std::size_t value = 0;
};

using Program = std::vector<Call>;

// Returns the call as a line: "s2 = accept(s1)".
std::string TextOf(const Call& call);

}  // namespace differential
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_PROGRAM_H_
