#include "mortise/tests/platform/sim/differential/generator.h"

#include <initializer_list>
#include <vector>

#include "mortise/platform/constants/native.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace differential {
namespace {

constexpr std::size_t kMostSockets = 14;
constexpr int kNames = 3;

// What the generator supposes that a socket is. It does not know whether calls
// succeed.
struct Supposed {
  std::size_t kind = kTcp4;
  bool is_open = true;
  bool is_bound = false;
  bool is_listening = false;
  bool has_peer = false;
  // Of a listener: how many have connected and were not accepted.
  int pending = 0;
};

class Generator {
 public:
  Generator(std::uint64_t seed, bool has_v6)
      : random_(sim::Scramble(seed)), has_v6_(has_v6) {
    // A program keeps to a few kinds, so that its sockets have to do with each
    // other.
    kinds_ = {AnyKind(), AnyKind()};
  }

  Program Make(std::size_t length) {
    while (program_.size() < length) program_.push_back(Next());
    return program_;
  }

 private:
  std::size_t AnyKind() {
    for (;;) {
      const std::size_t kind = random_.Below(kSocketKindCount);
      if (has_v6_ || KindOf(kind).family != kAfInet6) return kind;
    }
  }
  std::size_t UsualKind() {
    return random_.Chance(1, 12) ? AnyKind() : kinds_[random_.Below(2)];
  }
  template <typename Value>
  Value OneOf(std::initializer_list<Value> values) {
    return *(values.begin() + random_.Below(values.size()));
  }

  int Add(std::size_t kind) {
    Supposed socket;
    socket.kind = kind;
    sockets_.push_back(socket);
    return static_cast<int>(sockets_.size()) - 1;
  }

  // Returns an open socket that `fits`, or -1.
  template <typename Fits>
  int Find(Fits fits) {
    std::vector<int> found;
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      if (sockets_[i].is_open && fits(sockets_[i])) {
        found.push_back(static_cast<int>(i));
      }
    }
    return found.empty() ? -1 : found[random_.Below(found.size())];
  }

  Call Next() {
    const int socket = Find([](const Supposed&) { return true; });
    const bool may_make = sockets_.size() < kMostSockets;
    if (socket < 0 || (may_make && random_.Chance(1, sockets_.size() + 2))) {
      return Make();
    }
    if (random_.Chance(1, 6)) return Any(socket);
    const Supposed& supposed = sockets_[static_cast<std::size_t>(socket)];
    if (supposed.has_peer) return Converse(socket);
    return KindOf(supposed.kind).is_datagram() ? Correspond(socket)
                                               : Approach(socket);
  }

  Call Make() {
    Call call;
    call.socket_kind = UsualKind();
    const bool is_pair =
        KindOf(call.socket_kind).is_unix() && random_.Chance(1, 3);
    call.kind = is_pair ? CallKind::kPair : CallKind::kSocket;
    call.made = Add(call.socket_kind);
    if (is_pair) {
      call.second_made = Add(call.socket_kind);
      sockets_[static_cast<std::size_t>(call.made)].has_peer = true;
      sockets_[static_cast<std::size_t>(call.second_made)].has_peer = true;
    }
    return call;
  }

  // What a socket for connections does before it has one.
  Call Approach(int socket) {
    Supposed& supposed = sockets_[static_cast<std::size_t>(socket)];
    if (supposed.is_listening) {
      if (supposed.pending > 0 || random_.Chance(1, 3)) {
        return Of(CallKind::kAccept, socket);
      }
      const int client = Find([&](const Supposed& other) {
        return other.kind == supposed.kind && !other.is_listening &&
               !other.has_peer;
      });
      return client >= 0 ? ConnectTo(client, socket) : Make();
    }
    if (supposed.is_bound && random_.Chance(3, 4)) {
      return Of(CallKind::kListen, socket);
    }
    const int listener = Find([&](const Supposed& other) {
      return other.kind == supposed.kind && other.is_listening;
    });
    if (listener >= 0) return ConnectTo(socket, listener);
    return Of(supposed.is_bound ? CallKind::kConnect : CallKind::kBind, socket);
  }

  // What a datagram socket without a peer does.
  Call Correspond(int socket) {
    const Supposed& supposed = sockets_[static_cast<std::size_t>(socket)];
    const int other = Find([&](const Supposed& one) {
      return one.kind == supposed.kind && one.is_bound;
    });
    if (!supposed.is_bound && random_.Chance(2, 3)) {
      return Of(CallKind::kBind, socket);
    }
    if (other < 0) return Of(CallKind::kBind, socket);
    if (random_.Chance(1, 5)) return ConnectTo(socket, other);
    if (random_.Chance(1, 2)) {
      return Of(
          OneOf({CallKind::kRecv, CallKind::kRecvFrom, CallKind::kRecvMsg}),
          socket);
    }
    Call call = Of(CallKind::kSendTo, socket);
    call.address = {Place::kOfSocket, true, other};
    return call;
  }

  Call Converse(int socket) {
    const std::uint64_t choice = random_.Below(20);
    if (choice < 7) {
      return Of(OneOf({CallKind::kSend, CallKind::kSend, CallKind::kSendMsg}),
                socket);
    }
    if (choice < 15) {
      return Of(OneOf({CallKind::kRecv, CallKind::kRecv, CallKind::kRecvFrom,
                       CallKind::kRecvMsg}),
                socket);
    }
    if (choice < 17) return Of(CallKind::kShutdown, socket);
    if (choice < 19) return Of(CallKind::kClose, socket);
    return Any(socket);
  }

  Call Any(int socket) {
    // Not the calls that make sockets from nothing.
    const auto kind = static_cast<CallKind>(
        random_.Between(static_cast<int>(CallKind::kDup), kCallKindCount - 1));
    const bool makes = kind == CallKind::kDup || kind == CallKind::kAccept;
    if (makes && sockets_.size() >= kMostSockets) {
      return Of(CallKind::kTakeError, socket);
    }
    return Of(kind, socket);
  }

  Call ConnectTo(int socket, int other) {
    Call call = Of(CallKind::kConnect, socket);
    call.address = {Place::kOfSocket, true, other};
    Supposed& peer = sockets_[static_cast<std::size_t>(other)];
    if (peer.is_listening) ++peer.pending;
    return call;
  }

  // Fills in what a call of the kind needs, and supposes that it succeeds.
  Call Of(CallKind kind, int socket) {
    Supposed& supposed = sockets_[static_cast<std::size_t>(socket)];
    const SocketKind& sockets = KindOf(supposed.kind);
    Call call;
    call.kind = kind;
    call.socket = socket;
    switch (kind) {
      case CallKind::kDup:
      case CallKind::kAccept: {
        if (sockets_.size() >= kMostSockets) {
          call.kind = CallKind::kTakeError;
          break;
        }
        if (supposed.pending > 0) --supposed.pending;
        Supposed made = supposed;
        if (kind == CallKind::kAccept) {
          made.is_listening = false;
          made.has_peer = true;
        }
        sockets_.push_back(made);
        call.made = static_cast<int>(sockets_.size()) - 1;
        break;
      }
      case CallKind::kBind:
        call.address = OwnAddress(sockets);
        supposed.is_bound = true;
        break;
      case CallKind::kListen:
        call.backlog = OneOf({0, 1, 5});
        supposed.is_listening = sockets.is_connection();
        break;
      case CallKind::kConnect:
        call.address = AnyAddress(sockets);
        supposed.has_peer = true;
        break;
      case CallKind::kDisconnect:
        // The call is for datagram sockets, whatever Linux makes of it on
        // others.
        if (sockets.is_connection()) call.kind = CallKind::kTakeError;
        supposed.has_peer = sockets.is_connection();
        break;
      case CallKind::kSend:
      case CallKind::kSendTo:
        call.address = AnyAddress(sockets);
        call.sizes = {SentSize()};
        call.flags = OneOf({0, 0, 0, kMsgDontwait, kMsgNosignal});
        break;
      case CallKind::kSendMsg:
        call.sizes.resize(random_.Below(4));
        for (std::size_t& size : call.sizes) size = SentSize();
        break;
      case CallKind::kRecv:
      case CallKind::kRecvFrom:
        call.sizes = {ReceivedSize()};
        call.flags = ReceiveFlags();
        break;
      case CallKind::kRecvMsg:
        call.sizes.resize(random_.Below(4));
        for (std::size_t& size : call.sizes) size = ReceivedSize();
        call.flags = ReceiveFlags();
        break;
      case CallKind::kShutdown:
        call.how = OneOf(
            {ShutdownHow::kRead, ShutdownHow::kWrite, ShutdownHow::kBoth});
        break;
      case CallKind::kClose:
        supposed.is_open = false;
        break;
      case CallKind::kSetOption:
      case CallKind::kGetOption:
        call.option = random_.Below(Options().size());
        call.value = random_.Below(Options()[call.option].values.size());
        break;
      case CallKind::kSetReuse:
        call.reuse = OneOf({AddressReuse::kExclusive, AddressReuse::kAfterClose,
                            AddressReuse::kShare});
        break;
      default:
        break;
    }
    return call;
  }

  int ReceiveFlags() {
    return OneOf(
        {0, 0, 0, 0, kMsgPeek, kMsgDontwait, kMsgTrunc, kMsgPeek | kMsgTrunc});
  }
  std::size_t SentSize() {
    return OneOf<std::size_t>({0, 1, 1, 7, 7, 100, 100, 3000,
                               random_.Chance(1, 8) ? 70000u : 20000u});
  }
  std::size_t ReceivedSize() {
    return OneOf<std::size_t>({0, 1, 5, 5, 64, 64, 1000, 8000, 150000});
  }

  PlacedAddress OwnAddress(const SocketKind& sockets) {
    PlacedAddress address;
    address.number = static_cast<int>(random_.Below(kNames));
    if (sockets.is_unix()) {
      address.place = OneOf({Place::kPath, Place::kPath, Place::kAbstract,
                             Place::kAbstract, Place::kWithoutName});
    } else {
      address.is_v4 = sockets.family == kAfInet;
      address.place =
          OneOf({Place::kLoopback, Place::kLoopback, Place::kAnywhere});
      if (!address.is_v4 && random_.Chance(1, 6)) {
        address.place = Place::kMapped;
      }
    }
    if (random_.Chance(1, 12)) address = AddressOfSocket();
    return address;
  }
  PlacedAddress AddressOfSocket() {
    return {Place::kOfSocket, true,
            static_cast<int>(random_.Below(sockets_.size()))};
  }
  // The address of any socket, mostly, of an open one or not.
  PlacedAddress AnyAddress(const SocketKind& sockets) {
    return random_.Chance(4, 5) ? AddressOfSocket() : OwnAddress(sockets);
  }

  sim::Random random_;
  const bool has_v6_;
  std::vector<std::size_t> kinds_;
  std::vector<Supposed> sockets_;
  Program program_;
};

}  // namespace

Program Generate(std::uint64_t seed, std::size_t length, bool has_v6) {
  return Generator(seed, has_v6).Make(length);
}

}  // namespace differential
}  // namespace mortise
