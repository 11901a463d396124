// Listeners, and how connections begin.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/sequence.h"
#include "mortise/platform/sim/kernel/tcp_socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {
namespace {

// Linux lowers a backlog to net.core.somaxconn. Source: listen(2).
constexpr int kMostBacklog = 4096;
constexpr std::uint8_t kMostScale = 14;

}  // namespace

ErrorCode TcpSocket::Listen(int backlog) {
  if (state_ != TcpState::kListen && state_ != TcpState::kClosed) {
    return ErrorCode::kEinval;
  }
  backlog_ = static_cast<std::size_t>(std::clamp(backlog, 0, kMostBacklog));
  if (state_ == TcpState::kListen) return kDone;
  if (const ErrorCode error = EnsurePort(); error != kDone) return error;
  // Sockets may have shared the address as long as none of them listened.
  if (ports().Conflicts(*this, local())) return ErrorCode::kEaddrinuse;
  state_ = TcpState::kListen;
  receiving_has_ended_ = false;
  sending_has_ended_ = false;
  is_connecting_ = false;
  return kDone;
}

Result<std::shared_ptr<Socket>> TcpSocket::Accept(SockAddr* peer) {
  if (state_ != TcpState::kListen) return {nullptr, ErrorCode::kEinval};
  if (accepted_.empty()) return {nullptr, ErrorCode::kEagain};
  const std::shared_ptr<TcpSocket> child = std::move(accepted_.front());
  accepted_.pop_front();
  child->parent_.reset();
  *peer = WriteEndpoint(child->came_from_, family());
  return {child, kDone};
}

bool TcpSocket::IsAcceptQueueFull() const {
  return accepted_.size() > backlog_;
}

void TcpSocket::InputListening(const Packet& packet) {
  if (packet.tcp.rst) return;
  if (packet.tcp.ack) {
    kernel().tcp().Refuse(packet);
    return;
  }
  if (!packet.tcp.syn) return;
  // The client sends its SYN again, and there may be room then.
  if (IsAcceptQueueFull()) return;
  if (half_open_.size() >= std::max<std::size_t>(backlog_, 8)) return;
  const auto child =
      std::make_shared<TcpSocket>(kernel(), family(), protocol());
  child->BeginAsChild(std::static_pointer_cast<TcpSocket>(shared_from_this()),
                      packet);
}

void TcpSocket::BeginAsChild(const std::shared_ptr<TcpSocket>& parent,
                             const Packet& syn) {
  mutable_options() = parent->options();
  if (EnterPort(syn.to, syn.from) != kDone) return;
  parent_ = parent;
  const auto self = std::static_pointer_cast<TcpSocket>(shared_from_this());
  kernel().tcp().AddConnection(self);
  parent->half_open_[identity()] = self;
  route_mss_ = RouteSegmentSize();
  came_from_ = remote();
  LearnPeer(syn.tcp);
  ChooseFirstSequence();
  state_ = TcpState::kSynReceived;
  SendSyn();
}

void TcpSocket::ChooseFirstSequence() {
  first_sent_ = static_cast<Sequence>(kernel().random().Next());
  send_unacknowledged_ = first_sent_;
  send_next_ = first_sent_;
  window_scale_ = 0;
  const auto room =
      static_cast<std::uint32_t>(options()[Option::kReceiveBuffer]);
  while (room >> window_scale_ > 65535 && window_scale_ < kMostScale) {
    ++window_scale_;
  }
}

void TcpSocket::LearnPeer(const TcpHeader& syn) {
  first_received_ = syn.seq;
  receive_next_ = syn.seq + 1;
  received_ = 0;
  window_end_ = receive_next_;
  if (syn.mss != 0) peer_mss_ = syn.mss;
  scales_windows_ = syn.has_window_scale;
  send_window_ = syn.window;
  window_seq_ = syn.seq;
  window_ack_ = syn.ack_number;
}

// The client's half of the handshake, and simultaneous opens. Source: RFC 9293,
// section 3.10.7.3.
void TcpSocket::InputSynSent(const Packet& packet) {
  const TcpHeader& tcp = packet.tcp;
  const bool acks_syn = tcp.ack && tcp.ack_number == send_next_;
  if (tcp.ack && !acks_syn) {
    if (!tcp.rst) kernel().tcp().Refuse(packet);
    return;
  }
  if (tcp.rst) {
    if (acks_syn) End(ErrorCode::kEconnrefused);
    return;
  }
  if (!tcp.syn) return;
  LearnPeer(tcp);
  if (acks_syn) {
    MeasureRoundTrip();
    send_unacknowledged_ = send_next_;
    BecomeEstablished();
    SendAck();
    Output();
    return;
  }
  // Both ends have called Connect. The SYN is sent again, now with an
  // acknowledgement.
  state_ = TcpState::kSynReceived;
  send_next_ = first_sent_;
  SendSyn();
}

void TcpSocket::BecomeEstablished() {
  state_ = TcpState::kEstablished;
  was_connected_ = true;
  retransmission_.Disarm();
  retransmissions_ = 0;
  first_unanswered_ = kNever;
  last_heard_ = kernel().now();
  ArmKeepAlive();
  Notify(kWritable);
}

void TcpSocket::DropChildren() {
  const std::deque<std::shared_ptr<TcpSocket>> accepted = std::move(accepted_);
  accepted_.clear();
  const std::map<std::uint64_t, std::weak_ptr<TcpSocket>> half_open =
      std::move(half_open_);
  half_open_.clear();
  for (const std::shared_ptr<TcpSocket>& child : accepted) child->Abort();
  for (const auto& [identity, child] : half_open) {
    const std::shared_ptr<TcpSocket> one = child.lock();
    if (one != nullptr) one->Abort();
  }
}

}  // namespace sim
}  // namespace mortise
