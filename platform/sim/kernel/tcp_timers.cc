// What happens when nothing arrives. Source: RFC 6298, and tcp(7) for the
// numbers of Linux.

#include <algorithm>
#include <cstdint>
#include <memory>

#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/sequence.h"
#include "mortise/platform/sim/kernel/tcp_socket.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

constexpr Time kLeastTimeout = 200 * kMillisecond;
constexpr Time kMostTimeout = 120 * kSecond;
// A SYN waits longer, because nothing is known of the way yet.
constexpr Time kSynTimeout = kSecond;
// How often a segment is sent again, and a SYN that answers one.
constexpr int kMostRetransmissions = 15;
constexpr int kMostSynAcks = 5;

// `base` doubled `times` times.
Time Doubled(Time base, int times) {
  for (int i = 0; i < times && base < kMostTimeout; ++i) base *= 2;
  return std::min(base, kMostTimeout);
}

}  // namespace

void TcpSocket::MeasureRoundTrip() {
  if (!is_timing_) return;
  is_timing_ = false;
  const Time sample = kernel().now() - timed_at_;
  if (smoothed_round_trip_ < 0) {
    smoothed_round_trip_ = sample;
    round_trip_variation_ = sample / 2;
    return;
  }
  const Time difference = smoothed_round_trip_ > sample
                              ? smoothed_round_trip_ - sample
                              : sample - smoothed_round_trip_;
  round_trip_variation_ += (difference - round_trip_variation_) / 4;
  smoothed_round_trip_ += (sample - smoothed_round_trip_) / 8;
}

void TcpSocket::ArmRetransmission() {
  const bool is_syn =
      state_ == TcpState::kSynSent || state_ == TcpState::kSynReceived;
  const Time measured = smoothed_round_trip_ < 0
                            ? kLeastTimeout
                            : smoothed_round_trip_ + 4 * round_trip_variation_;
  const Time base = is_syn ? kSynTimeout : std::max(measured, kLeastTimeout);
  retransmission_timeout_ = Doubled(base, retransmissions_);
  if (first_unanswered_ == kNever) first_unanswered_ = kernel().now();
  Time at = Later(kernel().now(), retransmission_timeout_);
  const int limit = options()[Option::kUserTimeout];
  if (limit > 0) {
    at = std::min(at, Later(first_unanswered_, limit * kMillisecond));
  }
  retransmission_.Arm(at);
}

bool TcpSocket::HasBeenTooLong(Time since) const {
  const int limit = options()[Option::kUserTimeout];
  return limit > 0 && since != kNever &&
         kernel().now() - since >= limit * kMillisecond;
}

void TcpSocket::OnRetransmission() {
  const std::shared_ptr<Socket> alive = shared_from_this();
  const int most = state_ == TcpState::kSynSent ? options()[Option::kSynCount]
                   : state_ == TcpState::kSynReceived ? kMostSynAcks
                                                      : kMostRetransmissions;
  if (retransmissions_ >= most || HasBeenTooLong(first_unanswered_)) {
    End(ErrorCode::kEtimedout);
    return;
  }
  ++retransmissions_;
  Retransmit();
  ArmRetransmission();
}

// Probes a window that is closed. The first call only arms the timer.
void TcpSocket::OnProbe() {
  const std::shared_ptr<Socket> alive = shared_from_this();
  if (retransmission_timeout_ == 0) {
    retransmission_timeout_ =
        smoothed_round_trip_ < 0
            ? kLeastTimeout
            : std::max(smoothed_round_trip_ + 4 * round_trip_variation_,
                       kLeastTimeout);
    first_unanswered_ = kernel().now();
  } else {
    if (probes_ >= kMostRetransmissions || HasBeenTooLong(first_unanswered_)) {
      End(ErrorCode::kEtimedout);
      return;
    }
    ++probes_;
    // The byte before the first one that is not acknowledged: the peer answers
    // with its window.
    Packet packet = NewPacket(Transport::kTcp, local(), remote());
    packet.tcp = Header(send_unacknowledged_ - 1);
    kernel().Transmit(std::move(packet));
    retransmission_timeout_ = Doubled(retransmission_timeout_, 1);
  }
  probe_.Arm(Later(kernel().now(), retransmission_timeout_));
}

void TcpSocket::ArmKeepAlive() {
  keep_alive_.Disarm();
  if (!options().Has(Option::kKeepAlive) || !IsSynchronized()) return;
  keep_alive_.Arm(
      Later(kernel().now(), options()[Option::kKeepIdle] * kSecond));
}

void TcpSocket::OnKeepAlive() {
  const std::shared_ptr<Socket> alive = shared_from_this();
  if (!IsSynchronized() || state_ == TcpState::kTimeWait) return;
  const Time idle = options()[Option::kKeepIdle] * kSecond;
  const Time interval = options()[Option::kKeepInterval] * kSecond;
  if (keep_alives_ == 0 && kernel().now() - last_heard_ < idle) {
    keep_alive_.Arm(Later(last_heard_, idle));
    return;
  }
  // Retransmissions say more about the peer than probes.
  if (HasUnacknowledged() || !send_queue_.empty()) {
    keep_alive_.Arm(Later(kernel().now(), interval));
    return;
  }
  const int limit = options()[Option::kUserTimeout];
  const bool is_over = limit > 0
                           ? HasBeenTooLong(last_heard_)
                           : keep_alives_ >= options()[Option::kKeepCount];
  if (is_over && keep_alives_ > 0) {
    SendReset();
    End(ErrorCode::kEtimedout);
    return;
  }
  ++keep_alives_;
  Packet packet = NewPacket(Transport::kTcp, local(), remote());
  packet.tcp = Header(send_unacknowledged_ - 1);
  kernel().Transmit(std::move(packet));
  keep_alive_.Arm(Later(kernel().now(), interval));
}

}  // namespace sim
}  // namespace mortise
