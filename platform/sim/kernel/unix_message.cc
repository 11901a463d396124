// What is sent and received.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/unix_socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {
namespace {

// What a message costs beyond its bytes. This is what Linux counts for a small
// one.
constexpr std::size_t kOverhead = 768;
// Linux keeps so much of the buffer for itself when it looks whether a datagram
// is too large.
constexpr std::size_t kReserved = 32;
// How many datagrams wait at most, unless the two are each other's peers:
// net.unix.max_dgram_qlen of Linux. One more is taken.
constexpr std::size_t kMostDatagrams = 10;

bool IsSame(const ControlCredentials& a, const ControlCredentials& b) {
  return a.process_id == b.process_id && a.user_id == b.user_id &&
         a.group_id == b.group_id;
}

// Collects the bytes that a stream takes.
struct StringQueue {
  std::string bytes;
  void Append(absl::string_view more) {
    bytes.append(more.data(), more.size());
  }
};

}  // namespace

ErrorCode UnixSocket::CheckCredentials(const Ancillary* ancillary) const {
  if (ancillary == nullptr || !ancillary->credentials.has_value()) return kDone;
  const KernelOptions& own = kernel().options();
  const ControlCredentials& given = *ancillary->credentials;
  const bool is_own = given.process_id == own.process_id &&
                      given.user_id == own.user_id &&
                      given.group_id == own.group_id;
  return is_own || own.user_id == 0 ? kDone : ErrorCode::kEperm;
}

std::size_t UnixSocket::Room() const {
  const auto capacity =
      static_cast<std::size_t>(options()[Option::kSendBuffer]);
  const std::size_t used = in_flight_ + kOverhead;
  return used < capacity ? capacity - used : 0;
}

bool UnixSocket::IsQueueFullFor(const UnixSocket& sender) const {
  return peer_.get() != &sender && queue_.size() > kMostDatagrams;
}

Result<std::size_t> UnixSocket::Send(const Outgoing& message,
                                     std::size_t offset) {
  if (message.out_of_band) return {0, ErrorCode::kEopnotsupp};
  const ErrorCode error = CheckCredentials(message.ancillary);
  if (error != kDone) return {0, error};
  if (options().Has(Option::kPassCredentials)) Autobind();
  return is_connection() ? SendOnConnection(message, offset)
                         : SendDatagram(message);
}

Result<std::size_t> UnixSocket::SendOnConnection(const Outgoing& message,
                                                 std::size_t offset) {
  if (message.to != nullptr && is_stream()) {
    return {0, peer_ != nullptr ? ErrorCode::kEisconn : ErrorCode::kEopnotsupp};
  }
  if (peer_ == nullptr) return {0, ErrorCode::kEnotconn};
  const std::size_t left = message.size - offset;
  if (!is_stream()) {
    const auto capacity =
        static_cast<std::size_t>(options()[Option::kSendBuffer]);
    if (left > capacity - kReserved) return {0, ErrorCode::kEmsgsize};
    if (has_error()) return {0, TakeError()};
  }
  if (sending_has_ended_) return {0, ErrorCode::kEpipe};
  if (is_stream() && left == 0) return {0, kDone};
  if (peer_->is_released_ || peer_->receiving_has_ended_) {
    return {0, ErrorCode::kEpipe};
  }
  const std::size_t count = is_stream() ? std::min(left, Room()) : left;
  if (is_stream() ? count == 0 : Room() < left && in_flight_ > 0) {
    return {0, ErrorCode::kEagain};
  }
  StringQueue part;
  message.CopyTo(offset, count, &part);
  Enqueue(*peer_, std::move(part.bytes), message, offset == 0);
  return {count, kDone};
}

Result<std::size_t> UnixSocket::SendDatagram(const Outgoing& message) {
  const auto capacity =
      static_cast<std::size_t>(options()[Option::kSendBuffer]);
  if (message.size > capacity - kReserved) return {0, ErrorCode::kEmsgsize};
  if (sending_has_ended_) return {0, ErrorCode::kEpipe};
  if (has_error()) return {0, TakeError()};
  if (Room() < message.size && in_flight_ > 0) return {0, ErrorCode::kEagain};
  std::shared_ptr<UnixSocket> other = peer_;
  if (message.to != nullptr) {
    const Result<std::shared_ptr<UnixSocket>> found = FindOther(*message.to);
    if (!found.ok()) return {0, found.error};
    other = found.value;
  }
  if (other == nullptr) return {0, ErrorCode::kEnotconn};
  if (other->is_released_) {
    if (other == peer_) DropPeer();
    return {0, ErrorCode::kEconnrefused};
  }
  if (other->peer_ != nullptr && other->peer_.get() != this) {
    return {0, ErrorCode::kEperm};
  }
  if (other->receiving_has_ended_) return {0, ErrorCode::kEpipe};
  if (other->IsQueueFullFor(*this)) {
    AwaitRoomIn(*other);
    return {0, ErrorCode::kEagain};
  }
  Enqueue(*other, message.Bytes(), message, true);
  return {message.size, kDone};
}

void UnixSocket::Enqueue(UnixSocket& to, std::string data,
                         const Outgoing& message, bool with_ancillary) {
  Message queued;
  queued.cost = data.size() + kOverhead;
  queued.data = std::move(data);
  if (message.ancillary != nullptr && with_ancillary) {
    queued.ancillary = *message.ancillary;
  }
  if (!queued.ancillary.credentials.has_value()) {
    const KernelOptions& own = kernel().options();
    queued.ancillary.credentials =
        ControlCredentials{own.process_id, own.user_id, own.group_id};
  }
  queued.ancillary.received_at = kernel().wall_time();
  queued.sender = Self();
  in_flight_ += queued.cost;
  to.queue_.push_back(std::move(queued));
  to.Notify(kReadable);
}

// Gives the sender its room back.
void UnixSocket::Forget(const Message& message) {
  UnixSocket& sender = *message.sender;
  sender.in_flight_ -= message.cost;
  if (!sender.is_released_) sender.Notify(kWritable);
}

void UnixSocket::ClearQueue() {
  // Files in the messages may be released, which may come back here.
  const std::deque<Message> messages = std::move(queue_);
  queue_.clear();
  for (const Message& message : messages) Forget(message);
  NotifyWaiting();
}

ErrorCode UnixSocket::Receive(Incoming* message) {
  if (message->out_of_band) return ErrorCode::kEopnotsupp;
  if (is_connection() && peer_ == nullptr) {
    return is_stream() ? ErrorCode::kEinval : ErrorCode::kEnotconn;
  }
  // The bytes of a stream come before its error, and datagrams after it.
  if (has_error() && (!is_stream() || queue_.empty())) return TakeError();
  if (queue_.empty()) {
    // A datagram socket whose receiving has ended says so only to a call that
    // would wait.
    return receiving_has_ended_ && (is_connection() || message->may_wait)
               ? kDone
               : ErrorCode::kEagain;
  }
  return is_stream() ? ReceiveStream(message) : ReceiveWhole(message);
}

// The sender may have got its name after it sent.
SockAddr UnixSocket::NameOfSender(const Message& message) {
  const UnixSocket& sender = *message.sender;
  return sender.name_.empty() ? SockAddr() : sender.LocalName();
}

ErrorCode UnixSocket::ReceiveStream(Incoming* message) {
  std::size_t index = 0;
  bool is_first = message->size == 0;
  while (index < queue_.size()) {
    Message& queued = queue_[index];
    Ancillary& taken = message->ancillary;
    // What other processes have sent is not mixed with it.
    if (!is_first && options().Has(Option::kPassCredentials) &&
        taken.credentials.has_value() &&
        !IsSame(*taken.credentials, *queued.ancillary.credentials)) {
      return kDone;
    }
    if (is_first) message->from = NameOfSender(queued);
    if (is_first && message->room == 0) return kDone;
    if (message->size == message->room) return kDone;
    taken.credentials = queued.ancillary.credentials;
    const bool has_rights = !queued.ancillary.rights.empty();
    if (has_rights) taken.rights = queued.ancillary.rights;
    const std::size_t count =
        message->Fill(absl::string_view(queued.data).substr(queued.taken));
    is_first = false;
    if (message->peek) {
      ++index;
    } else {
      queued.ancillary.rights.clear();
      queued.taken += count;
      if (queued.taken == queued.data.size()) {
        const Message done = std::move(queued);
        queue_.pop_front();
        Forget(done);
      }
    }
    // Descriptors end a receive, so that they belong to its bytes.
    if (has_rights) return kDone;
  }
  return kDone;
}

ErrorCode UnixSocket::ReceiveWhole(Incoming* message) {
  const Message& queued = queue_.front();
  const std::size_t count = message->Fill(queued.data);
  message->whole_size = queued.data.size();
  message->is_truncated = count < queued.data.size();
  message->from = NameOfSender(queued);
  message->ancillary = queued.ancillary;
  if (message->peek) return kDone;
  const Message done = std::move(queue_.front());
  queue_.pop_front();
  Forget(done);
  NotifyWaiting();
  return kDone;
}

}  // namespace sim
}  // namespace mortise
