// Segments that are sent.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/types/span.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/sequence.h"
#include "mortise/platform/sim/kernel/tcp_socket.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::uint32_t kIpv4AndTcpHeaders = 40;
constexpr std::uint32_t kIpv6AndTcpHeaders = 60;
constexpr std::uint32_t kUsualMtu = 1500;
// The length of a packet has 16 bits.
constexpr std::uint32_t kMostMtu = 65535;
// How much of a segment that is larger than the path's MTU is data. The rest is
// for headers of either version.
constexpr std::size_t kMostLargeData = kMostMtu - kIpv6AndTcpHeaders;
// The most that a window without scaling can say.
constexpr std::uint32_t kPlainWindow = 65535;

}  // namespace

std::size_t TcpSocket::InFlight() const {
  std::size_t count = send_next_ - send_unacknowledged_;
  if (fin_is_sent_ && count > 0) --count;
  return count;
}

std::uint32_t TcpSocket::RouteSegmentSize() const {
  const Result<Route> route = kernel().network().Find(remote());
  const std::uint32_t mtu = std::min(route.ok() ? route.value.mtu : kUsualMtu,
                                     kernel().LimitsTo(remote().ip).mtu);
  const std::uint32_t headers =
      remote().ip.is_v4() ? kIpv4AndTcpHeaders : kIpv6AndTcpHeaders;
  return std::min(mtu, kMostMtu) - headers;
}

std::uint32_t TcpSocket::SegmentSize() const {
  return was_connected_ ? std::min(route_mss_, peer_mss_) : route_mss_;
}

std::size_t TcpSocket::LargeSegmentSize() const {
  const std::size_t mss = SegmentSize();
  if (mss >= kMostLargeData ||
      !kernel().LimitsTo(remote().ip).takes_large_segments) {
    return mss;
  }
  return kMostLargeData - kMostLargeData % mss;
}

std::uint32_t TcpSocket::FreeRoom() const {
  const auto capacity =
      static_cast<std::size_t>(options()[Option::kReceiveBuffer]);
  const std::size_t room = capacity - std::min(receive_queue_.size(), capacity);
  return static_cast<std::uint32_t>(room);
}

std::uint32_t TcpSocket::ToldWindow() const {
  return IsAfter(window_end_, receive_next_) ? window_end_ - receive_next_ : 0;
}

// The window opens in steps that are worth a segment. Source: RFC 9293, section
// 3.8.6.2.2.
std::uint32_t TcpSocket::WindowStep() const {
  return std::min(
      static_cast<std::uint32_t>(options()[Option::kReceiveBuffer]) / 2,
      SegmentSize());
}

std::uint32_t TcpSocket::ChooseWindow() {
  const std::uint32_t told = ToldWindow();
  std::uint32_t room = FreeRoom();
  if (scales_windows_) {
    room = room >> window_scale_ << window_scale_;
  } else {
    room = std::min(room, kPlainWindow);
  }
  if (room < told || room - told < WindowStep()) return told;
  window_end_ = receive_next_ + room;
  return room;
}

TcpHeader TcpSocket::Header(Sequence seq) {
  TcpHeader header;
  header.seq = seq;
  header.ack = true;
  header.ack_number = receive_next_;
  header.window = ChooseWindow();
  header.window_shift = scales_windows_ ? window_scale_ : 0;
  return header;
}

void TcpSocket::SendSyn() {
  Packet packet = NewPacket(Transport::kTcp, local(), remote());
  TcpHeader& tcp = packet.tcp;
  const bool answers = state_ == TcpState::kSynReceived;
  if (answers) {
    tcp = Header(first_sent_);
    // The window of a SYN is never scaled.
    tcp.window = std::min(tcp.window, kPlainWindow);
    tcp.window_shift = 0;
    window_end_ = receive_next_ + tcp.window;
  } else {
    tcp.seq = first_sent_;
    tcp.window = std::min(FreeRoom(), kPlainWindow);
  }
  tcp.syn = true;
  tcp.mss = route_mss_;
  // The answer has the option only if the question had it.
  tcp.has_window_scale = !answers || scales_windows_;
  tcp.window_scale = tcp.has_window_scale ? window_scale_ : 0;
  if (send_next_ == first_sent_) {
    is_timing_ = true;
    timed_ = first_sent_;
    timed_at_ = kernel().now();
  }
  send_next_ = first_sent_ + 1;
  kernel().Transmit(std::move(packet));
  if (!retransmission_.is_armed()) ArmRetransmission();
}

void TcpSocket::SendAck() {
  Packet packet = NewPacket(Transport::kTcp, local(), remote());
  packet.tcp = Header(send_next_);
  kernel().Transmit(std::move(packet));
}

void TcpSocket::SendReset() {
  Packet packet = NewPacket(Transport::kTcp, local(), remote());
  packet.tcp = Header(send_next_);
  packet.tcp.rst = true;
  packet.tcp.window = 0;
  kernel().Transmit(std::move(packet));
}

void TcpSocket::SendSegment(Sequence seq, std::size_t size, bool fin) {
  Packet packet = NewPacket(Transport::kTcp, local(), remote());
  packet.tcp = Header(seq);
  packet.tcp.fin = fin;
  packet.tcp.has_urgent = has_sent_urgent_ && !IsBefore(sent_urgent_, seq);
  packet.tcp.urgent = sent_urgent_;
  packet.data.resize(size);
  send_queue_.Copy(seq - send_unacknowledged_, absl::MakeSpan(packet.data));
  kernel().Transmit(std::move(packet));
}

void TcpSocket::Output() {
  if (!MaySend()) return;
  const std::uint32_t mss = SegmentSize();
  for (;;) {
    const std::size_t in_flight = InFlight();
    const std::size_t unsent = send_queue_.size() - in_flight;
    const std::int64_t window =
        std::int64_t{send_window_} -
        static_cast<std::int64_t>(send_next_ - send_unacknowledged_);
    const std::size_t allowed =
        window > 0 ? static_cast<std::size_t>(window) : 0;
    std::size_t size = std::min(unsent, allowed);
    if (size > mss) {
      size = std::min(size, LargeSegmentSize());
      size -= size % mss;
    }
    const bool is_last = size == unsent;
    const bool fin = fin_is_queued_ && !fin_is_sent_ && is_last;
    if (size == 0 && !fin) break;
    if (size < mss && !fin) {
      // A small segment waits until what was sent is acknowledged, or, if the
      // program wants no delay, goes out if it is all that there is. Source:
      // RFC 9293, section 3.7.4.
      if (options().Has(Option::kCork)) break;
      const bool is_urgent =
          has_sent_urgent_ && !IsBefore(sent_urgent_, send_next_);
      const bool no_delay =
          (options().Has(Option::kNoDelay) || is_urgent) && is_last;
      if (in_flight > 0 && !no_delay) break;
    }
    if (!is_timing_ && size > 0) {
      is_timing_ = true;
      timed_ = send_next_;
      timed_at_ = kernel().now();
    }
    SendSegment(send_next_, size, fin);
    send_next_ += static_cast<Sequence>(size) + (fin ? 1 : 0);
    if (fin) fin_is_sent_ = true;
    if (!retransmission_.is_armed()) ArmRetransmission();
  }
  // The peer has no room. It says when it has some, unless that is lost.
  if (!HasUnacknowledged() && !send_queue_.empty() && !probe_.is_armed() &&
      !options().Has(Option::kCork)) {
    probes_ = 0;
    retransmission_timeout_ = 0;
    OnProbe();
  }
}

void TcpSocket::Retransmit() {
  is_timing_ = false;
  if (state_ == TcpState::kSynSent || state_ == TcpState::kSynReceived) {
    send_next_ = first_sent_;
    SendSyn();
    is_timing_ = false;
    return;
  }
  if (!HasUnacknowledged()) return;
  const std::size_t in_flight = InFlight();
  const std::size_t size = std::min(in_flight, LargeSegmentSize());
  SendSegment(send_unacknowledged_, size, fin_is_sent_ && size == in_flight);
}

void TcpSocket::SendWindowUpdate() {
  if (!IsSynchronized() || receiving_has_ended_) return;
  const std::uint32_t told = ToldWindow();
  const std::uint32_t room = FreeRoom();
  // Only if the window grows to twice its size: most updates go along with
  // acknowledgements.
  if (room < told || room - told < WindowStep() || room / 2 < told) return;
  SendAck();
}

}  // namespace sim
}  // namespace mortise
