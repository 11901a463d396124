// How connections end.

#include <memory>

#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/sequence.h"
#include "mortise/platform/sim/kernel/tcp_socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

bool TcpSocket::IsSynchronized() const {
  return state_ >= TcpState::kEstablished;
}

bool TcpSocket::MaySend() const {
  switch (state_) {
    case TcpState::kEstablished:
    case TcpState::kCloseWait:
    case TcpState::kFinWait1:
    case TcpState::kClosing:
    case TcpState::kLastAck:
      return true;
    default:
      return false;
  }
}

ErrorCode TcpSocket::Shutdown(bool receiving, bool sending) {
  switch (state_) {
    case TcpState::kClosed:
      // Linux reports an error without a peer, and shuts down all the same.
      receiving_has_ended_ |= receiving;
      sending_has_ended_ |= sending;
      Notify(kAnything);
      return ErrorCode::kEnotconn;
    case TcpState::kListen:
      // The receiving half of a listener is all that it has. It stays bound.
      if (receiving) {
        DropChildren();
        state_ = TcpState::kClosed;
        receiving_has_ended_ = true;
        sending_has_ended_ = true;
        Notify(kAnything);
      }
      return kDone;
    case TcpState::kSynSent:
      is_connecting_ = false;
      End(ErrorCode::kEconnreset);
      // The address is forgotten, unless the program has named it.
      last_name_.ip = local().ip;
      return kDone;
    case TcpState::kSynReceived:
      Abort();
      return kDone;
    default:
      break;
  }
  // The program takes the connection as made.
  is_connecting_ = false;
  if (receiving) receiving_has_ended_ = true;
  if (sending && !sending_has_ended_) {
    sending_has_ended_ = true;
    QueueFin();
  }
  Notify(kAnything);
  return kDone;
}

void TcpSocket::QueueFin() {
  switch (state_) {
    case TcpState::kEstablished:
      state_ = TcpState::kFinWait1;
      break;
    case TcpState::kCloseWait:
      state_ = TcpState::kLastAck;
      break;
    default:
      return;
  }
  fin_is_queued_ = true;
  Output();
}

void TcpSocket::Release() {
  is_orphan_ = true;
  switch (state_) {
    case TcpState::kClosed:
      LeavePort();
      ForgetPeer();
      return;
    case TcpState::kListen:
      DropChildren();
      state_ = TcpState::kClosed;
      LeavePort();
      ForgetPeer();
      return;
    case TcpState::kSynSent:
      End(kDone);
      return;
    case TcpState::kSynReceived:
      Abort();
      return;
    default:
      break;
  }
  // The peer has to know that what it sent was not read.
  const bool loses_data = !receive_queue_.empty();
  const bool wants_reset = options().lingers && options().linger_seconds == 0;
  if (state_ != TcpState::kTimeWait && (loses_data || wants_reset)) {
    Abort();
    return;
  }
  receiving_has_ended_ = true;
  if (!sending_has_ended_) {
    sending_has_ended_ = true;
    QueueFin();
  }
  if (state_ == TcpState::kFinWait2) ArmFinTimeout();
}

bool TcpSocket::IsSending() const {
  return state_ == TcpState::kFinWait1 || state_ == TcpState::kClosing ||
         state_ == TcpState::kLastAck;
}

void TcpSocket::Abort() {
  const std::shared_ptr<Socket> alive = shared_from_this();
  if (IsSynchronized() || state_ == TcpState::kSynReceived) SendReset();
  End(kDone);
}

void TcpSocket::End(ErrorCode error) {
  const std::shared_ptr<Socket> alive = shared_from_this();
  const std::shared_ptr<TcpSocket> parent = parent_.lock();
  if (parent != nullptr) parent->half_open_.erase(identity());
  state_ = TcpState::kClosed;
  retransmission_.Disarm();
  probe_.Disarm();
  keep_alive_.Disarm();
  last_timer_.Disarm();
  retransmissions_ = 0;
  first_unanswered_ = kNever;
  send_queue_.Clear();
  early_.clear();
  early_fin_ = kNoFin;
  fin_is_queued_ = false;
  fin_is_sent_ = false;
  send_next_ = send_unacknowledged_;
  receiving_has_ended_ = true;
  sending_has_ended_ = true;
  smoothed_round_trip_ = -1;
  is_timing_ = false;
  if (error != kDone) SetError(error);
  if (is_orphan_) receive_queue_.Clear();
  kernel().tcp().RemoveConnection(*this);
  // A socket that the program still has keeps its port, if it has named it.
  if (is_orphan_) LeavePort();
  last_name_ = local();
  ForgetPeer();
  Notify(kAnything);
}

void TcpSocket::EnterTimeWait() {
  state_ = TcpState::kTimeWait;
  retransmission_.Disarm();
  probe_.Disarm();
  keep_alive_.Disarm();
  last_timer_.Arm(Later(kernel().now(), kernel().options().time_wait));
  Notify(kAnything);
}

void TcpSocket::ArmFinTimeout() {
  const int seconds = options()[Option::kFinTimeout];
  if (seconds > 0) last_timer_.Arm(Later(kernel().now(), seconds * kSecond));
}

void TcpSocket::OnLastTimer() { End(kDone); }

bool TcpSocket::GivesWayTo(const Packet& packet) const {
  return state_ == TcpState::kTimeWait && packet.tcp.syn && !packet.tcp.ack &&
         IsAfter(packet.tcp.seq, receive_next_);
}

void TcpSocket::OnUnreachable(IcmpKind kind) {
  // Once a connection is there, it may recover. Source: RFC 1122, section
  // 4.2.3.9.
  if (state_ != TcpState::kSynSent) return;
  End(kind == IcmpKind::kPortUnreachable  ? ErrorCode::kEconnrefused
      : kind == IcmpKind::kNetUnreachable ? ErrorCode::kEnetunreach
                                          : ErrorCode::kEhostunreach);
}

}  // namespace sim
}  // namespace mortise
