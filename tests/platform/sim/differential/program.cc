#include "mortise/tests/platform/sim/differential/program.h"

#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/constants/native.h"

namespace mortise {
namespace differential {
namespace {

constexpr SocketKind kKinds[kSocketKindCount] = {
    {"tcp4", kAfInet, kSockStream},
    {"tcp6", kAfInet6, kSockStream},
    {"udp4", kAfInet, kSockDgram},
    {"udp6", kAfInet6, kSockDgram},
    {"unix stream", kAfUnix, kSockStream},
    {"unix datagram", kAfUnix, kSockDgram},
    {"unix sequence", kAfUnix, kSockSeqpacket},
};

constexpr const char* kCallNames[kCallKindCount] = {
    "socket",  "socketpair", "dup",        "bind",       "listen",
    "accept",  "connect",    "disconnect", "send",       "sendto",
    "sendmsg", "recv",       "recvfrom",   "recvmsg",    "shutdown",
    "close",   "setsockopt", "getsockopt", "take_error", "set_address_reuse",
};

std::string FlagsText(int flags) {
  std::string text;
  const auto add = [&](int flag, absl::string_view name) {
    if ((flags & flag) == flag) absl::StrAppend(&text, ", ", name);
  };
  add(kMsgPeek, "MSG_PEEK");
  add(kMsgTrunc, "MSG_TRUNC");
  add(kMsgDontwait, "MSG_DONTWAIT");
  add(kMsgOob, "MSG_OOB");
  add(kMsgNosignal, "MSG_NOSIGNAL");
  return text;
}

std::string AddressText(const PlacedAddress& address) {
  switch (address.place) {
    case Place::kLoopback:
      return address.is_v4 ? "127.0.0.1:0" : "[::1]:0";
    case Place::kAnywhere:
      return address.is_v4 ? "0.0.0.0:0" : "[::]:0";
    case Place::kMapped:
      return "[::ffff:127.0.0.1]:0";
    case Place::kOfSocket:
      return absl::StrCat("address of s", address.number);
    case Place::kPath:
      return absl::StrCat("path ", address.number);
    case Place::kAbstract:
      return absl::StrCat("abstract ", address.number);
    case Place::kWithoutName:
      return "no name";
  }
  return "";
}

template <typename Value>
std::string Printed(const Value& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

std::string Arguments(const Call& call) {
  switch (call.kind) {
    case CallKind::kSocket:
    case CallKind::kPair:
      return KindOf(call.socket_kind).name;
    case CallKind::kBind:
    case CallKind::kConnect:
      return absl::StrCat(", ", AddressText(call.address));
    case CallKind::kListen:
      return absl::StrCat(", ", call.backlog);
    case CallKind::kSendTo:
      return absl::StrCat(", ", absl::StrJoin(call.sizes, "+"),
                          FlagsText(call.flags), ", to ",
                          AddressText(call.address));
    case CallKind::kSend:
    case CallKind::kSendMsg:
    case CallKind::kRecv:
    case CallKind::kRecvFrom:
    case CallKind::kRecvMsg:
      return absl::StrCat(", ", absl::StrJoin(call.sizes, "+"),
                          FlagsText(call.flags));
    case CallKind::kShutdown:
      return absl::StrCat(", ", Printed(call.how));
    case CallKind::kSetReuse:
      return absl::StrCat(", ", Printed(call.reuse));
    case CallKind::kGetOption:
      return absl::StrCat(", ", Options()[call.option].name);
    case CallKind::kSetOption:
      return absl::StrCat(
          ", ", Options()[call.option].name, ", ",
          absl::StrJoin(Options()[call.option].values[call.value], ","));
    default:
      return "";
  }
}

}  // namespace

bool SocketKind::is_unix() const { return family == kAfUnix; }
bool SocketKind::is_datagram() const { return type == kSockDgram; }

const SocketKind& KindOf(std::size_t kind) { return kKinds[kind]; }

const std::vector<SocketOption>& Options() {
  static const auto* const options = new std::vector<SocketOption>{
      {"SO_REUSEADDR", kSolSocket, kSoReuseaddr, {{0}, {1}}},
      {"SO_REUSEPORT", kSolSocket, kSoReuseport, {{0}, {1}}},
      {"SO_KEEPALIVE", kSolSocket, kSoKeepalive, {{0}, {1}, {7}}},
      {"SO_BROADCAST", kSolSocket, kSoBroadcast, {{0}, {1}}},
      {"SO_RCVBUF", kSolSocket, kSoRcvbuf, {{0}, {4096}, {100000}}},
      {"SO_SNDBUF", kSolSocket, kSoSndbuf, {{0}, {8192}, {100000}}},
      {"SO_LINGER", kSolSocket, kSoLinger, {{0, 0}, {1, 0}, {1, 1}, {1}}},
      {"SO_PASSCRED", kSolSocket, kSoPasscred, {{0}, {1}}},
      {"SO_TYPE", kSolSocket, kSoType, {{1}}},
      {"SO_DOMAIN", kSolSocket, kSoDomain, {{1}}},
      {"SO_PROTOCOL", kSolSocket, kSoProtocol, {{1}}},
      {"SO_ACCEPTCONN", kSolSocket, kSoAcceptconn, {{1}}},
      {"IP_TTL", kIpprotoIp, kIpTtl, {{0}, {1}, {99}, {256}}},
      {"IP_TOS", kIpprotoIp, kIpTos, {{0}, {16}}},
      {"IPV6_V6ONLY", kIpprotoIpv6, kIpv6V6only, {{0}, {1}}},
      {"IPV6_UNICAST_HOPS", kIpprotoIpv6, kIpv6UnicastHops, {{-1}, {9}, {256}}},
      {"TCP_NODELAY", kIpprotoTcp, kTcpNodelay, {{1}}},
      {"TCP_KEEPCNT", kIpprotoTcp, kTcpKeepcnt, {{0}, {5}, {128}}},
      {"TCP_KEEPIDLE", kIpprotoTcp, kTcpKeepidle, {{0}, {100}, {40000}}},
  };
  return *options;
}

std::string TextOf(const Call& call) {
  const std::string name = kCallNames[static_cast<int>(call.kind)];
  const std::string arguments = Arguments(call);
  switch (call.kind) {
    case CallKind::kSocket:
      return absl::StrCat("s", call.made, " = ", name, "(", arguments, ")");
    case CallKind::kPair:
      return absl::StrCat("s", call.made, ", s", call.second_made, " = ", name,
                          "(", arguments, ")");
    case CallKind::kDup:
    case CallKind::kAccept:
      return absl::StrCat("s", call.made, " = ", name, "(s", call.socket, ")");
    default:
      return absl::StrCat(name, "(s", call.socket, arguments, ")");
  }
}

}  // namespace differential
}  // namespace mortise
