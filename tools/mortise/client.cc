#include "mortise/tools/mortise/client.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/poller.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/socket_modes.h"

namespace mortise::program {

void Client::Register(std::uint64_t key) {
  status_.Update(poller_.Register(*stream_, awaited_, key));
}

absl::string_view Client::SendSome(absl::string_view data) {
  std::size_t sent = 0;
  const absl::Status status = stream_->WriteAll(data, &sent);
  if (sent > 0) has_moved_ = true;
  if (!status.ok() && !IsWouldBlock(status)) status_.Update(status);
  return data.substr(sent);
}

void Client::Send(absl::string_view data) {
  if (!status_.ok() || is_ending()) return;
  // What was kept goes first.
  if (unsent() == 0) data = SendSome(data);
  unsent_.append(data.data(), data.size());
}

void Client::EndSending() {
  if (sending_ == Sending::kOpen) sending_ = Sending::kEnding;
  SendUnsent();
}

void Client::SendUnsent() {
  if (!status_.ok()) return;
  if (unsent() > 0) {
    const std::size_t left =
        SendSome(absl::string_view(unsent_).substr(sent_)).size();
    sent_ = unsent_.size() - left;
    if (left > 0) return;
    // An idle client keeps no memory.
    unsent_ = std::string();
    sent_ = 0;
  }
  if (!status_.ok() || sending_ != Sending::kEnding) return;
  const absl::Status ended = stream_->Shutdown(ShutdownHow::kWrite);
  if (IsWouldBlock(ended)) return;
  sending_ = Sending::kEnded;
  // A client that has gone need not be told.
  if (!IsNotConnected(ended)) status_.Update(ended);
}

absl::string_view Client::Receive(absl::Span<char> buffer) {
  if (!status_.ok() || !receiving_) return "";
  const absl::StatusOr<std::size_t> size = stream_->Read(buffer);
  if (!size.ok()) {
    if (!IsWouldBlock(size.status())) status_.Update(size.status());
    return "";
  }
  if (*size == 0) {
    receiving_ = false;
    EndSending();
    return "";
  }
  has_moved_ = true;
  return absl::string_view(buffer.data(), *size);
}

void Client::Await(bool receives) {
  PollEvents events = PollEvents::kNone;
  if (receives && receiving_) events |= PollEvents::kReadable;
  if (unsent() > 0 || sending_ == Sending::kEnding) {
    events |= PollEvents::kWritable;
  }
  if (events == awaited_ || is_over()) return;
  awaited_ = events;
  status_.Update(poller_.Modify(*stream_, events));
}

}  // namespace mortise::program
