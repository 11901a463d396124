// The calls of programs.

#include "mortise/platform/sim/kernel/tcp_socket.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {
namespace {

// The names of RFC 793, as netstat writes them.
const char* TcpStateName(TcpState state) {
  switch (state) {
    case TcpState::kClosed:
      return "CLOSED";
    case TcpState::kListen:
      return "LISTEN";
    case TcpState::kSynSent:
      return "SYN_SENT";
    case TcpState::kSynReceived:
      return "SYN_RECEIVED";
    case TcpState::kEstablished:
      return "ESTABLISHED";
    case TcpState::kFinWait1:
      return "FIN_WAIT_1";
    case TcpState::kFinWait2:
      return "FIN_WAIT_2";
    case TcpState::kCloseWait:
      return "CLOSE_WAIT";
    case TcpState::kClosing:
      return "CLOSING";
    case TcpState::kLastAck:
      return "LAST_ACK";
    case TcpState::kTimeWait:
      break;
  }
  return "TIME_WAIT";
}

}  // namespace
namespace {

// Bytes of a stream are copied out of the queue in pieces of this size.
constexpr std::size_t kCopied = 16384;

}  // namespace

TcpSocket::TcpSocket(Kernel& kernel, int family, int protocol)
    : IpSocket(kernel, family, kSockStream, protocol, kernel.tcp().ports()),
      retransmission_(kernel.timers(), [this] { OnRetransmission(); }),
      probe_(kernel.timers(), [this] { OnProbe(); }),
      keep_alive_(kernel.timers(), [this] { OnKeepAlive(); }),
      last_timer_(kernel.timers(), [this] { OnLastTimer(); }) {}

ErrorCode TcpSocket::Connect(const SockAddr& address) {
  switch (state_) {
    case TcpState::kClosed:
      // A socket has one connection in its life.
      if (was_connected_ && !is_connecting_) return ErrorCode::kEisconn;
      break;
    case TcpState::kSynSent:
      return ErrorCode::kEalready;
    case TcpState::kListen:
      return ErrorCode::kEisconn;
    default:
      // The first call after the end of an attempt reports the success.
      if (!is_connecting_) return ErrorCode::kEisconn;
      is_connecting_ = false;
      return kDone;
  }
  if (is_connecting_) {
    // The same for a failure. The next call begins a new attempt.
    is_connecting_ = false;
    was_connected_ = false;
    peer_has_ended_ = false;
    const ErrorCode error = TakeError();
    // The address is forgotten, unless the program has named it.
    last_name_.ip = local().ip;
    return error != kDone ? error : ErrorCode::kEconnaborted;
  }
  const Result<Endpoint> to = ReadRemote(address);
  if (!to.ok()) return to.error;
  if (to.value.ip.is_multicast() || to.value.ip.is_broadcast()) {
    return ErrorCode::kEnetunreach;
  }
  if (!local().ip.is_any() && local().ip.is_v4() && !to.value.ip.is_v4()) {
    return ErrorCode::kEafnosupport;
  }
  if (const ErrorCode error = ChooseAddress(to.value); error != kDone) {
    return error;
  }
  if (kernel().tcp().HasConnection(local(), to.value)) {
    return ErrorCode::kEaddrnotavail;
  }
  if (const ErrorCode error = EnterPort(local(), to.value); error != kDone) {
    ForgetPeer();
    return error;
  }
  kernel().tcp().AddConnection(
      std::static_pointer_cast<TcpSocket>(shared_from_this()));
  route_mss_ = RouteSegmentSize();
  ChooseFirstSequence();
  state_ = TcpState::kSynSent;
  is_connecting_ = true;
  receiving_has_ended_ = false;
  sending_has_ended_ = false;
  SendSyn();
  return ErrorCode::kEinprogress;
}

Result<std::size_t> TcpSocket::Send(const Outgoing& message,
                                    std::size_t offset) {
  if (has_error()) return {0, TakeError()};
  if (sending_has_ended_) return {0, ErrorCode::kEpipe};
  switch (state_) {
    case TcpState::kEstablished:
    case TcpState::kCloseWait:
      break;
    case TcpState::kSynSent:
    case TcpState::kSynReceived:
      return {0, ErrorCode::kEagain};
    default:
      return {0, ErrorCode::kEpipe};
  }
  const auto capacity =
      static_cast<std::size_t>(options()[Option::kSendBuffer]);
  const std::size_t room = capacity - std::min(send_queue_.size(), capacity);
  const std::size_t count = std::min(room, message.size - offset);
  if (count == 0) {
    return {0, message.size == offset ? kDone : ErrorCode::kEagain};
  }
  message.CopyTo(offset, count, &send_queue_);
  // The last byte of the message is the urgent one.
  if (message.out_of_band && offset + count == message.size) {
    has_sent_urgent_ = true;
    sent_urgent_ =
        send_unacknowledged_ + static_cast<Sequence>(send_queue_.size()) - 1;
  }
  Output();
  return {count, kDone};
}

ErrorCode TcpSocket::Receive(Incoming* message) {
  if (state_ == TcpState::kListen) return ErrorCode::kEnotconn;
  if (message->out_of_band) return ReceiveUrgent(message);
  if (receive_queue_.empty()) {
    // The end of the stream is told even if a reset followed it.
    if (peer_has_ended_) return kDone;
    if (has_error()) return TakeError();
    if (receiving_has_ended_) return kDone;
    return state_ == TcpState::kClosed ? ErrorCode::kEnotconn
                                       : ErrorCode::kEagain;
  }
  char bytes[kCopied];
  std::size_t done = 0;
  while (message->size < message->room) {
    const std::size_t count = receive_queue_.Copy(
        message->peek ? done : 0,
        absl::MakeSpan(bytes,
                       std::min(message->room - message->size, sizeof(bytes))));
    if (count == 0) break;
    if (message->drops_bytes) {
      message->size += count;
    } else {
      message->Fill(absl::string_view(bytes, count));
    }
    done += count;
    if (!message->peek) receive_queue_.Drop(count);
  }
  if (!message->peek) SendWindowUpdate();
  return kDone;
}

// Source: tcp(7), and recv(2) for the errors.
ErrorCode TcpSocket::ReceiveUrgent(Incoming* message) {
  if (options().Has(Option::kOutOfBandInline)) return ErrorCode::kEinval;
  if (!urgent_byte_.has_value()) {
    return awaits_urgent_ ? ErrorCode::kEagain : ErrorCode::kEinval;
  }
  message->Fill(absl::string_view(&*urgent_byte_, 1));
  if (!message->peek) urgent_byte_.reset();
  return kDone;
}

SockAddr TcpSocket::LocalName() const {
  return !has_port() && last_name_.port != 0
             ? WriteEndpoint(last_name_, family())
             : IpSocket::LocalName();
}

Result<SockAddr> TcpSocket::PeerName() const {
  if (state_ == TcpState::kClosed || state_ == TcpState::kListen ||
      state_ == TcpState::kSynSent || state_ == TcpState::kTimeWait) {
    return {SockAddr(), ErrorCode::kEnotconn};
  }
  return {WriteEndpoint(remote(), family()), kDone};
}

Events TcpSocket::Ready() {
  if (state_ == TcpState::kListen) return accepted_.empty() ? 0 : kReadable;
  Events ready = 0;
  if (has_error()) ready |= kFailed;
  if (state_ == TcpState::kClosed ||
      (receiving_has_ended_ && sending_has_ended_)) {
    ready |= kHungUp;
  }
  if (receiving_has_ended_) ready |= kReadable | kEnded;
  if (state_ == TcpState::kSynSent || state_ == TcpState::kSynReceived) {
    return ready;
  }
  if (!receive_queue_.empty()) ready |= kReadable;
  // As Linux does: with a third of the buffer free.
  const auto capacity =
      static_cast<std::size_t>(options()[Option::kSendBuffer]);
  if (sending_has_ended_ || send_queue_.size() <= capacity - capacity / 3) {
    ready |= kWritable;
  }
  return ready;
}

SocketStatus TcpSocket::Status() const {
  SocketStatus status = StatusOf("tcp", "tcp6");
  status.state = TcpStateName(state_);
  const bool listens = IsListening();
  status.receive_queue = listens ? accepted_.size() : receive_queue_.size();
  status.send_queue = listens ? backlog_ : send_queue_.size();
  return status;
}

Result<std::string> TcpSocket::ComputedOption(const OptionRow& row) {
  if (row.option == Option::kMaxSegment && was_connected_) {
    return {IntOption(static_cast<int>(SegmentSize())), kDone};
  }
  return IpSocket::ComputedOption(row);
}

void TcpSocket::OnOption(Option option) {
  IpSocket::OnOption(option);
  switch (option) {
    case Option::kKeepAlive:
    case Option::kKeepIdle:
    case Option::kKeepInterval:
      ArmKeepAlive();
      break;
    case Option::kNoDelay:
    case Option::kCork:
      if (MaySend()) Output();
      break;
    case Option::kReceiveBuffer:
      if (MaySend()) SendWindowUpdate();
      break;
    case Option::kSendBuffer:
      Notify(kWritable);
      break;
    default:
      break;
  }
}

}  // namespace sim
}  // namespace mortise
