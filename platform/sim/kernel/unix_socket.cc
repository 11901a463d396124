// Names, ends, readiness.

#include "mortise/platform/sim/kernel/unix_socket.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/unix_names.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {
namespace {

// Of Linux: net.core.wmem_default.
constexpr int kBuffer = 212992;

SockAddr NameOf(const std::string& name) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(kAfUnix);
  address.size = static_cast<std::uint8_t>(name.size());
  std::memcpy(address.bytes, name.data(), name.size());
  return address;
}

}  // namespace

UnixSocket::UnixSocket(Kernel& kernel, int type)
    : Socket(kernel, kAfUnix, type, 0), is_datagram_(type == kSockDgram) {
  mutable_options().Set(Option::kReceiveBuffer, kBuffer);
  mutable_options().Set(Option::kSendBuffer, kBuffer);
  // Before there is a peer, nobody is known.
  peer_credentials_.user_id = ~std::uint32_t{0};
  peer_credentials_.group_id = ~std::uint32_t{0};
}

bool UnixSocket::is_stream() const { return type() == kSockStream; }

std::shared_ptr<UnixSocket> UnixSocket::Self() {
  return std::static_pointer_cast<UnixSocket>(shared_from_this());
}

ErrorCode UnixSocket::Bind(const SockAddr& address) {
  if (address.family != kAfUnix) return ErrorCode::kEinval;
  if (address.size == 0) return Autobind();
  std::string name(reinterpret_cast<const char*>(address.bytes), address.size);
  const bool is_path = name.front() != '\0';
  if (!name_.empty() && !is_path) return ErrorCode::kEinval;
  if (const ErrorCode error =
          kernel().unix_names().Add(TableName(name), Self());
      error != kDone) {
    return error;
  }
  if (!name_.empty()) {
    // Linux makes the file of a path before it looks, and removes it again.
    kernel().unix_names().Remove(name);
    return ErrorCode::kEinval;
  }
  name_ = std::move(name);
  return kDone;
}

ErrorCode UnixSocket::Autobind() {
  if (!name_.empty()) return kDone;
  std::string name = kernel().unix_names().FreeName();
  const ErrorCode error = kernel().unix_names().Add(TableName(name), Self());
  if (error == kDone) name_ = std::move(name);
  return error;
}

// Sockets of different types may have the same abstract name.
std::string UnixSocket::TableName(absl::string_view name) const {
  std::string in_table(name);
  const bool is_abstract = !name.empty() && name.front() == '\0';
  if (is_abstract) in_table += static_cast<char>('0' + type());
  return in_table;
}

SockAddr UnixSocket::LocalName() const { return NameOf(name_); }

Result<SockAddr> UnixSocket::PeerName() const {
  if (peer_ == nullptr) return {SockAddr(), ErrorCode::kEnotconn};
  return {NameOf(peer_->name_), kDone};
}

SocketStatus UnixSocket::Status() const {
  SocketStatus status;
  status.protocol = is_datagram_  ? "unix-dgram"
                    : is_stream() ? "unix-stream"
                                  : "unix-seqpacket";
  status.state = is_listening_ ? "LISTEN" : peer_ != nullptr ? "CONNECTED" : "";
  for (const Message& message : queue_) {
    status.receive_queue += message.data.size() - message.taken;
  }
  status.send_queue = in_flight_;
  status.local = LocalName();
  if (peer_ != nullptr) status.remote = peer_->LocalName();
  return status;
}

Result<std::string> UnixSocket::ComputedOption(const OptionRow& row) {
  if (row.option != Option::kPeerCredentials) {
    return Socket::ComputedOption(row);
  }
  const std::optional<EncodedControl> encoded =
      EncodeControl(peer_credentials_);
  if (!encoded.has_value()) return {std::string(), ErrorCode::kEnoprotoopt};
  return {encoded->data, kDone};
}

Events UnixSocket::Ready() {
  Events ready = 0;
  if (has_error()) ready |= kFailed;
  if (receiving_has_ended_ && sending_has_ended_) ready |= kHungUp;
  if (receiving_has_ended_) ready |= kReadable | kEnded;
  if (!queue_.empty() || !accepted_.empty()) ready |= kReadable;
  if (is_listening_) return ready;
  if (is_connection() && peer_ == nullptr) ready |= kHungUp;
  // As Linux does: with three quarters of the buffer free.
  const auto capacity =
      static_cast<std::size_t>(options()[Option::kSendBuffer]);
  if (4 * in_flight_ > capacity) return ready;
  if (is_datagram_ && peer_ != nullptr && peer_->IsQueueFullFor(*this)) {
    AwaitRoomIn(*peer_);
    return ready;
  }
  return ready | kWritable;
}

ErrorCode UnixSocket::Shutdown(bool receiving, bool sending) {
  receiving_has_ended_ |= receiving;
  sending_has_ended_ |= sending;
  if (is_connection() && peer_ != nullptr) {
    peer_->receiving_has_ended_ |= sending;
    peer_->sending_has_ended_ |= receiving;
    peer_->Notify(kAnything);
  }
  NotifyWaiting();
  Notify(kAnything);
  return kDone;
}

void UnixSocket::Release() {
  const std::shared_ptr<UnixSocket> alive = Self();
  is_released_ = true;
  if (!name_.empty() && !shares_name_) {
    kernel().unix_names().Release(TableName(name_));
  }
  // Linux does not count an empty message at the front.
  const bool loses_data =
      queue_.size() > 1 || (!queue_.empty() && !queue_.front().data.empty());
  if (is_connection() && peer_ != nullptr && !peer_->is_released_) {
    peer_->receiving_has_ended_ = true;
    peer_->sending_has_ended_ = true;
    if (loses_data) peer_->SetError(ErrorCode::kEconnreset);
    peer_->Notify(kAnything);
  }
  peer_.reset();
  is_listening_ = false;
  const std::deque<std::shared_ptr<UnixSocket>> accepted = std::move(accepted_);
  accepted_.clear();
  for (const std::shared_ptr<UnixSocket>& child : accepted) {
    // The client learns that nobody has accepted it.
    if (child->peer_ != nullptr) {
      child->peer_->SetError(ErrorCode::kEconnreset);
    }
    child->Release();
  }
  ClearQueue();
  NotifyWaiting();
}

}  // namespace sim
}  // namespace mortise
