// Segments that arrive. Source: RFC 9293, section 3.10.7.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/sequence.h"
#include "mortise/platform/sim/kernel/tcp_socket.h"
#include "mortise/platform/sim/kernel/watchers.h"

namespace mortise {
namespace sim {
namespace {

// So many acknowledgements of the same byte mean that the segment behind it was
// lost. Source: RFC 5681, section 3.2.
constexpr int kManyDuplicates = 3;

}  // namespace

void TcpSocket::Input(const Packet& packet) {
  // The connection may end, and with it the kernel's share of it.
  const std::shared_ptr<Socket> alive = shared_from_this();
  const TcpHeader& tcp = packet.tcp;
  switch (state_) {
    case TcpState::kClosed:
      if (!tcp.rst) kernel().tcp().Refuse(packet);
      return;
    case TcpState::kListen:
      InputListening(packet);
      return;
    case TcpState::kSynSent:
      InputSynSent(packet);
      return;
    default:
      break;
  }
  last_heard_ = kernel().now();
  keep_alives_ = 0;
  if (!IsAcceptable(packet)) {
    if (tcp.rst) return;
    // The peer has not got the answer to its SYN.
    if (state_ == TcpState::kSynReceived && tcp.syn &&
        tcp.seq == first_received_ && !tcp.ack) {
      Retransmit();
      return;
    }
    // A simultaneous open: the other SYN comes again with an acknowledgement.
    const bool completes = state_ == TcpState::kSynReceived && tcp.syn &&
                           tcp.ack && tcp.seq == first_received_;
    if (completes && tcp.ack_number == send_next_) {
      InputAck(packet);
      return;
    }
    SendAck();
    if (state_ == TcpState::kTimeWait && tcp.fin) EnterTimeWait();
    // It may still acknowledge something, or open the window.
    if (!tcp.ack || tcp.syn) return;
    InputAck(packet);
    return;
  }
  if (tcp.rst) {
    InputReset(packet);
    return;
  }
  if (tcp.syn) {
    SendAck();
    return;
  }
  if (!tcp.ack || !InputAck(packet)) return;
  InputData(packet);
}

bool TcpSocket::IsAcceptable(const Packet& packet) const {
  const Sequence seq = packet.tcp.seq;
  const auto size = static_cast<std::uint32_t>(packet.data.size()) +
                    (packet.tcp.fin ? 1 : 0) + (packet.tcp.syn ? 1 : 0);
  const Sequence end = seq + size;
  if (size == 0) {
    return seq == receive_next_ ||
           (!IsBefore(seq, receive_next_) && IsBefore(seq, window_end_));
  }
  // A FIN without data is taken even if there is no room.
  if (seq == receive_next_ && packet.data.empty()) return !packet.tcp.syn;
  return IsAfter(end, receive_next_) && IsBefore(seq, window_end_);
}

bool TcpSocket::InputReset(const Packet& packet) {
  // A reset that does not come in order may be forged. Source: RFC 5961,
  // section 3.2.
  if (packet.tcp.seq != receive_next_) {
    SendAck();
    return false;
  }
  switch (state_) {
    case TcpState::kSynReceived:
      End(ErrorCode::kEconnrefused);
      return false;
    case TcpState::kCloseWait:
      End(ErrorCode::kEpipe);
      return false;
    case TcpState::kTimeWait:
      End(kDone);
      return false;
    default:
      End(ErrorCode::kEconnreset);
      return false;
  }
}

bool TcpSocket::InputAck(const Packet& packet) {
  const TcpHeader& tcp = packet.tcp;
  const Sequence number = tcp.ack_number;
  if (state_ == TcpState::kSynReceived) {
    if (IsAfter(number, send_next_) || !IsAfter(number, first_sent_)) {
      kernel().tcp().Refuse(packet);
      return false;
    }
    const std::shared_ptr<TcpSocket> parent = parent_.lock();
    // Linux leaves the client waiting, which sends again.
    if (parent != nullptr && parent->IsAcceptQueueFull()) return false;
    MeasureRoundTrip();
    send_unacknowledged_ = first_sent_ + 1;
    send_window_ = tcp.window;
    BecomeEstablished();
    if (parent != nullptr) {
      parent->half_open_.erase(identity());
      parent->accepted_.push_back(
          std::static_pointer_cast<TcpSocket>(shared_from_this()));
      parent->Notify(kReadable);
    }
  }
  if (IsAfter(number, send_next_)) {
    SendAck();
    return false;
  }
  const bool is_new = IsAfter(number, send_unacknowledged_);
  if (is_new) {
    AcknowledgeUpTo(number);
  } else if (number == send_unacknowledged_ && HasUnacknowledged() &&
             packet.data.empty() && !tcp.fin && tcp.window == send_window_) {
    if (++duplicate_acks_ == kManyDuplicates) Retransmit();
  }
  // A segment that was overtaken must not close the window again.
  if (IsBefore(window_seq_, tcp.seq) ||
      (window_seq_ == tcp.seq && !IsAfter(window_ack_, number))) {
    send_window_ = tcp.window;
    window_seq_ = tcp.seq;
    window_ack_ = number;
  }
  probes_ = 0;
  if (!HasUnacknowledged() && send_window_ > 0) probe_.Disarm();
  if (state_ == TcpState::kClosed) return false;
  Output();
  return state_ != TcpState::kTimeWait && state_ != TcpState::kClosed;
}

void TcpSocket::AcknowledgeUpTo(Sequence number) {
  duplicate_acks_ = 0;
  retransmissions_ = 0;
  first_unanswered_ = kNever;
  if (is_timing_ && IsAfter(number, timed_)) MeasureRoundTrip();
  std::size_t count = number - send_unacknowledged_;
  const bool acks_fin = fin_is_sent_ && number == send_next_;
  if (acks_fin) --count;
  send_queue_.Drop(std::min(count, send_queue_.size()));
  send_unacknowledged_ = number;
  retransmission_.Disarm();
  if (HasUnacknowledged()) ArmRetransmission();
  if ((Ready() & kWritable) != 0) Notify(kWritable);
  if (!acks_fin) return;
  switch (state_) {
    case TcpState::kFinWait1:
      state_ = TcpState::kFinWait2;
      Notify(kAnything);
      if (is_orphan_) ArmFinTimeout();
      return;
    case TcpState::kClosing:
      EnterTimeWait();
      return;
    case TcpState::kLastAck:
      End(kDone);
      return;
    default:
      return;
  }
}

void TcpSocket::InputData(const Packet& packet) {
  absl::string_view data = packet.data;
  Sequence seq = packet.tcp.seq;
  const bool may_come = state_ == TcpState::kEstablished ||
                        state_ == TcpState::kFinWait1 ||
                        state_ == TcpState::kFinWait2;
  if (!may_come) return;
  if (packet.tcp.has_urgent && !IsBefore(packet.tcp.urgent, receive_next_) &&
      (!awaits_urgent_ || IsAfter(packet.tcp.urgent, urgent_))) {
    awaits_urgent_ = true;
    urgent_ = packet.tcp.urgent;
    // There is one at a time: an older one that nobody has read is lost.
    urgent_byte_.reset();
  }
  // Nobody will ever read it, and the peer has to know.
  if (is_orphan_ && !data.empty()) {
    SendReset();
    End(kDone);
    return;
  }
  // The program has ended both directions, and is told of what came too late.
  // Source: RFC 1122, section 4.2.2.13.
  const bool is_too_late = receiving_has_ended_ && sending_has_ended_;
  if (is_too_late && !data.empty()) {
    SendReset();
    End(ErrorCode::kEconnreset);
    return;
  }
  if (data.empty() && !packet.tcp.fin) return;
  if (IsBefore(seq, receive_next_)) {
    const std::size_t known = receive_next_ - seq;
    data.remove_prefix(std::min(known, data.size()));
    seq = receive_next_;
  }
  // What is beyond the window comes again.
  const std::size_t room = window_end_ - seq;
  const bool is_whole = data.size() <= room;
  data = data.substr(0, room);
  const std::uint64_t position = received_ + (seq - receive_next_);
  if (packet.tcp.fin && is_whole) early_fin_ = position + data.size();
  if (seq != receive_next_) {
    KeepEarly(seq, std::string(data));
    SendAck();
    return;
  }
  TakeNext(data);
  const bool has_data = !data.empty();
  TakeEarly();
  if (has_data) Notify(kReadable);
  if (early_fin_ == received_) {
    InputFin();
    return;
  }
  SendAck();
}

void TcpSocket::TakeNext(absl::string_view data) {
  const auto size = static_cast<Sequence>(data.size());
  const Sequence offset = urgent_ - receive_next_;
  receive_next_ += size;
  received_ += size;
  if (awaits_urgent_ && offset < size) {
    awaits_urgent_ = false;
    if (!options().Has(Option::kOutOfBandInline)) {
      urgent_byte_ = data[offset];
      receive_queue_.Append(data.substr(0, offset));
      data.remove_prefix(offset + 1);
    }
  }
  receive_queue_.Append(data);
}

void TcpSocket::KeepEarly(Sequence seq, std::string bytes) {
  if (bytes.empty()) return;
  std::string& kept = early_[received_ + (seq - receive_next_)];
  if (kept.size() < bytes.size()) kept = std::move(bytes);
}

void TcpSocket::TakeEarly() {
  while (!early_.empty() && early_.begin()->first <= received_) {
    const auto first = early_.begin();
    const std::uint64_t known = received_ - first->first;
    if (known < first->second.size()) {
      const absl::string_view fresh =
          absl::string_view(first->second).substr(known);
      TakeNext(fresh);
    }
    early_.erase(first);
  }
}

void TcpSocket::InputFin() {
  early_fin_ = kNoFin;
  receive_next_ += 1;
  received_ += 1;
  receiving_has_ended_ = true;
  peer_has_ended_ = true;
  if (IsBefore(window_end_, receive_next_)) window_end_ = receive_next_;
  SendAck();
  switch (state_) {
    case TcpState::kEstablished:
      state_ = TcpState::kCloseWait;
      break;
    case TcpState::kFinWait1:
      state_ = TcpState::kClosing;
      break;
    case TcpState::kFinWait2:
      EnterTimeWait();
      break;
    default:
      break;
  }
  Notify(kAnything);
}

}  // namespace sim
}  // namespace mortise
