// A TCP socket: RFC 9293 without congestion control and selective
// acknowledgement.
//
//   tcp_socket.cc   the calls of programs
//   tcp_listen.cc   listeners, and how connections begin
//   tcp_input.cc    segments that arrive
//   tcp_output.cc   segments that are sent
//   tcp_timers.cc   what happens when nothing arrives
//   tcp_close.cc    how connections end

#ifndef MORTISE_PLATFORM_SIM_KERNEL_TCP_SOCKET_H_
#define MORTISE_PLATFORM_SIM_KERNEL_TCP_SOCKET_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/byte_queue.h"
#include "mortise/platform/sim/kernel/ip_socket.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/sequence.h"
#include "mortise/platform/sim/kernel/timers.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

enum class TcpState : std::uint8_t {
  kClosed,
  kListen,
  kSynSent,
  kSynReceived,
  kEstablished,
  kFinWait1,
  kFinWait2,
  kCloseWait,
  kClosing,
  kLastAck,
  kTimeWait,
};

// Thread safety and lifetime as of Socket.
class TcpSocket final : public IpSocket {
 public:
  TcpSocket(Kernel& kernel, int family, int protocol);

  TcpState state() const { return state_; }
  bool IsListening() const override { return state_ == TcpState::kListen; }

  ErrorCode Listen(int backlog) override;
  Result<std::shared_ptr<Socket>> Accept(SockAddr* peer) override;
  ErrorCode Connect(const SockAddr& address) override;
  ErrorCode Disconnect() override { return ErrorCode::kEopnotsupp; }
  ErrorCode Shutdown(bool receiving, bool sending) override;
  Result<std::size_t> Send(const Outgoing& message,
                           std::size_t offset) override;
  ErrorCode Receive(Incoming* message) override;
  SockAddr LocalName() const override;
  Result<SockAddr> PeerName() const override;
  Events Ready() override;
  SocketStatus Status() const override;
  void Release() override;
  bool IsSending() const override;

  // Takes a segment for this connection, or for this listener.
  void Input(const Packet& packet);
  // Whether the connection only lingers, and `packet` begins a new one.
  bool GivesWayTo(const Packet& packet) const;
  // Ends a connection that only lingers.
  void StopLingering() { End(kDone); }
  // Takes the news that its packets do not arrive.
  void OnUnreachable(IcmpKind kind);

 protected:
  Holders Transports() const override { return kTcpHolds; }
  Result<std::string> ComputedOption(const OptionRow& row) override;
  void OnOption(Option option) override;
  bool Accepts() const override { return IsListening(); }

 private:
  // Bytes that arrived too early, by their first sequence number, counted from
  // the first one of the connection so that the order is right.
  using EarlyBytes = std::map<std::uint64_t, std::string>;

  // --- tcp_socket.cc ---
  ErrorCode ReceiveUrgent(Incoming* message);

  // --- tcp_listen.cc ---
  void InputListening(const Packet& packet);
  void InputSynSent(const Packet& packet);
  // Becomes the server's end of a connection to the listener `parent`.
  void BeginAsChild(const std::shared_ptr<TcpSocket>& parent,
                    const Packet& syn);
  void LearnPeer(const TcpHeader& syn);
  void BecomeEstablished();
  void ChooseFirstSequence();
  bool IsAcceptQueueFull() const;
  void DropChildren();

  // --- tcp_input.cc ---
  bool IsAcceptable(const Packet& packet) const;
  // Both return whether the segment may go on.
  bool InputReset(const Packet& packet);
  bool InputAck(const Packet& packet);
  void AcknowledgeUpTo(Sequence number);
  void InputData(const Packet& packet);
  // Takes bytes that come next, and of them the urgent one.
  void TakeNext(absl::string_view data);
  void InputFin();
  void KeepEarly(Sequence seq, std::string bytes);
  void TakeEarly();

  // --- tcp_output.cc ---
  void Output();
  void SendSegment(Sequence seq, std::size_t size, bool fin);
  void SendSyn();
  void SendAck();
  void SendReset();
  void Retransmit();
  TcpHeader Header(Sequence seq);
  // What of the window that the peer was told is left, and how much more room
  // is worth telling.
  std::uint32_t ToldWindow() const;
  std::uint32_t WindowStep() const;
  // The window to tell the peer, which never takes back what it was told.
  std::uint32_t ChooseWindow();
  std::uint32_t FreeRoom() const;
  void SendWindowUpdate();
  // The most bytes of a segment: as the way there allows, and as the peer has
  // said as well.
  std::uint32_t RouteSegmentSize() const;
  std::uint32_t SegmentSize() const;
  // The same, or a multiple of it where the way takes large segments.
  std::size_t LargeSegmentSize() const;
  // Bytes that were sent and not acknowledged, without SYN and FIN.
  std::size_t InFlight() const;
  bool HasUnacknowledged() const { return send_next_ != send_unacknowledged_; }

  // --- tcp_timers.cc ---
  void ArmRetransmission();
  void OnRetransmission();
  void OnProbe();
  void OnKeepAlive();
  void ArmKeepAlive();
  void MeasureRoundTrip();
  bool HasBeenTooLong(Time since) const;

  // --- tcp_close.cc ---
  // Ends the connection with `error`, without a word.
  void End(ErrorCode error);
  void Abort();
  void QueueFin();
  void EnterTimeWait();
  void OnLastTimer();
  // Waits for the FIN of the peer, without a file.
  void ArmFinTimeout();
  bool IsSynchronized() const;
  bool MaySend() const;

  TcpState state_ = TcpState::kClosed;
  // Whether no file refers to the connection any more.
  bool is_orphan_ = false;
  bool receiving_has_ended_ = false;  // by FIN, reset or Shutdown
  bool sending_has_ended_ = false;    // by Shutdown, Release or reset
  bool was_connected_ = false;
  // Connect has begun and nobody has been told how it ended.
  bool is_connecting_ = false;
  // Whether its FIN has come.
  bool peer_has_ended_ = false;

  // Listeners. The children that are not established yet are in the table of
  // connections.
  std::size_t backlog_ = 0;
  std::deque<std::shared_ptr<TcpSocket>> accepted_;
  std::map<std::uint64_t, std::weak_ptr<TcpSocket>> half_open_;
  // Of a child that nobody has accepted.
  std::weak_ptr<TcpSocket> parent_;
  // Its peer, which Accept reports even if the connection has ended before.
  Endpoint came_from_;

  // Sending. `send_queue_` begins at `send_unacknowledged_`.
  ByteQueue send_queue_;
  Sequence first_sent_ = 0;
  Sequence send_unacknowledged_ = 0;
  Sequence send_next_ = 0;
  std::uint32_t send_window_ = 0;
  Sequence window_seq_ = 0;
  Sequence window_ack_ = 0;
  std::uint32_t peer_mss_ = 536;
  std::uint32_t route_mss_ = 536;
  // The place of the urgent byte that was sent last.
  bool has_sent_urgent_ = false;
  Sequence sent_urgent_ = 0;
  bool fin_is_queued_ = false;
  bool fin_is_sent_ = false;
  int duplicate_acks_ = 0;

  // Receiving. `receive_queue_` ends at `receive_next_`.
  ByteQueue receive_queue_;
  Sequence first_received_ = 0;
  Sequence receive_next_ = 0;
  // Counts the bytes before `receive_next_`, without wrapping around.
  std::uint64_t received_ = 0;
  // The end of the window that the peer was told of.
  Sequence window_end_ = 0;
  std::uint8_t window_scale_ = 0;
  bool scales_windows_ = false;
  EarlyBytes early_;
  // The place of the urgent byte that was announced last, and the byte once it
  // is there.
  bool awaits_urgent_ = false;
  Sequence urgent_ = 0;
  std::optional<char> urgent_byte_;
  // The position of a FIN that arrived too early, or kNoFin.
  static constexpr std::uint64_t kNoFin = ~std::uint64_t{0};
  std::uint64_t early_fin_ = kNoFin;

  // Time.
  Timer retransmission_;
  Timer probe_;
  Timer keep_alive_;
  Timer last_timer_;  // TIME_WAIT, or FIN_WAIT2 without a file
  // The address of a connection that has ended. The port may be another's now,
  // but the socket still shows it.
  Endpoint last_name_;
  Time smoothed_round_trip_ = -1;
  Time round_trip_variation_ = 0;
  Time retransmission_timeout_ = 0;
  int retransmissions_ = 0;
  int probes_ = 0;
  int keep_alives_ = 0;
  Time first_unanswered_ = kNever;
  Time last_heard_ = 0;
  // A byte whose acknowledgement is being timed.
  bool is_timing_ = false;
  Sequence timed_ = 0;
  Time timed_at_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_TCP_SOCKET_H_
