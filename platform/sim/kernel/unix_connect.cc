// Listeners and peers.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/unix_names.h"
#include "mortise/platform/sim/kernel/unix_socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {
namespace {

constexpr int kMostBacklog = 4096;

ControlCredentials OwnCredentials(const Kernel& kernel) {
  ControlCredentials own;
  own.process_id = kernel.options().process_id;
  own.user_id = kernel.options().user_id;
  own.group_id = kernel.options().group_id;
  return own;
}

}  // namespace

void UnixSocket::Pair(const std::shared_ptr<UnixSocket>& a,
                      const std::shared_ptr<UnixSocket>& b) {
  a->peer_ = b;
  b->peer_ = a;
  a->peer_credentials_ = OwnCredentials(b->kernel());
  b->peer_credentials_ = OwnCredentials(a->kernel());
}

ErrorCode UnixSocket::Listen(int backlog) {
  if (is_datagram_) return ErrorCode::kEopnotsupp;
  if (name_.empty() || peer_ != nullptr) return ErrorCode::kEinval;
  backlog_ = static_cast<std::size_t>(std::clamp(backlog, 0, kMostBacklog));
  is_listening_ = true;
  peer_credentials_ = OwnCredentials(kernel());
  NotifyWaiting();
  return kDone;
}

Result<std::shared_ptr<Socket>> UnixSocket::Accept(SockAddr* peer) {
  if (is_datagram_) return {nullptr, ErrorCode::kEopnotsupp};
  if (!is_listening_) return {nullptr, ErrorCode::kEinval};
  if (accepted_.empty()) {
    return {nullptr, receiving_has_ended_ && is_blocking()
                         ? ErrorCode::kEinval
                         : ErrorCode::kEagain};
  }
  const std::shared_ptr<UnixSocket> child = std::move(accepted_.front());
  accepted_.pop_front();
  NotifyWaiting();
  const Result<SockAddr> name = child->PeerName();
  *peer = name.ok() ? name.value : SockAddr();
  return {child, kDone};
}

Result<std::shared_ptr<UnixSocket>> UnixSocket::FindOther(
    const SockAddr& address) const {
  if (address.family != kAfUnix || address.size == 0) {
    return {nullptr, ErrorCode::kEinval};
  }
  Result<std::shared_ptr<UnixSocket>> other =
      kernel().unix_names().Find(TableName(absl::string_view(
          reinterpret_cast<const char*>(address.bytes), address.size)));
  if (other.ok() && other.value->type() != type()) {
    other.error = ErrorCode::kEprototype;
  }
  return other;
}

ErrorCode UnixSocket::Connect(const SockAddr& address) {
  const Result<std::shared_ptr<UnixSocket>> other = FindOther(address);
  if (!other.ok()) return other.error;
  if (options().Has(Option::kPassCredentials)) {
    if (const ErrorCode error = Autobind(); error != kDone) return error;
  }
  return is_datagram_ ? ConnectDatagram(other.value)
                      : ConnectStream(other.value);
}

ErrorCode UnixSocket::ConnectDatagram(
    const std::shared_ptr<UnixSocket>& other) {
  if (other->peer_ != nullptr && other->peer_.get() != this) {
    return ErrorCode::kEperm;
  }
  if (peer_ != other) DropPeer();
  peer_ = other;
  peer_credentials_ = OwnCredentials(other->kernel());
  Notify(kWritable);
  return kDone;
}

ErrorCode UnixSocket::ConnectStream(const std::shared_ptr<UnixSocket>& other) {
  if (!other->is_listening_ || other->receiving_has_ended_) {
    return ErrorCode::kEconnrefused;
  }
  if (other->accepted_.size() > other->backlog_) {
    AwaitRoomIn(*other);
    return ErrorCode::kEagain;
  }
  if (is_listening_) return ErrorCode::kEinval;
  if (peer_ != nullptr || is_released_) return ErrorCode::kEisconn;
  const auto child = std::make_shared<UnixSocket>(kernel(), type());
  child->mutable_options() = other->options();
  child->name_ = other->name_;
  child->shares_name_ = true;
  Pair(Self(), child);
  receiving_has_ended_ = false;
  sending_has_ended_ = false;
  other->accepted_.push_back(child);
  other->Notify(kReadable);
  Notify(kWritable);
  return kDone;
}

ErrorCode UnixSocket::Disconnect() {
  if (is_connection()) return ErrorCode::kEopnotsupp;
  DropPeer();
  return kDone;
}

// What the former peer has sent is gone, and if there was something, the peer
// learns of it.
void UnixSocket::DropPeer() {
  if (peer_ == nullptr) return;
  const std::shared_ptr<UnixSocket> former = std::move(peer_);
  peer_ = nullptr;
  const bool loses_data = !queue_.empty();
  ClearQueue();
  if (loses_data && !former->is_released_ && former->peer_.get() == this) {
    former->SetError(ErrorCode::kEconnreset);
    former->Notify(kAnything);
  }
}

void UnixSocket::AwaitRoomIn(UnixSocket& other) {
  for (const std::weak_ptr<UnixSocket>& one : other.waiting_) {
    if (one.lock().get() == this) return;
  }
  other.waiting_.push_back(Self());
}

void UnixSocket::NotifyWaiting() {
  const std::vector<std::weak_ptr<UnixSocket>> waiting = std::move(waiting_);
  waiting_.clear();
  for (const std::weak_ptr<UnixSocket>& one : waiting) {
    const std::shared_ptr<UnixSocket> socket = one.lock();
    if (socket != nullptr) socket->Notify(kWritable);
  }
}

}  // namespace sim
}  // namespace mortise
