#include "mortise/tools/mortise/stream_server.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/timer_queue.h"
#include "mortise/platform/poll_events.h"
#include "mortise/tools/mortise/client.h"
#include "mortise/tools/mortise/fail.h"
#include "mortise/tools/mortise/stopping.h"
#include "mortise/tools/mortise/tls_flags.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

constexpr std::uint64_t kListener = 0;

// What is read at once. It is also the most that is kept of a client that does
// not read what it is sent.
constexpr std::size_t kBufferSize = std::size_t{64} * 1024;

// How many clients are accepted before those that are there are served again.
// As many as the system lets wait (Socket::Listen), and more.
constexpr int kAcceptsPerEvent = 256;

// How long to wait for descriptors or memory if no client goes.
constexpr absl::Duration kPause = absl::Milliseconds(100);

// A client that has neither sent nor received for this long has paused.
constexpr absl::Duration kSilence = absl::Milliseconds(200);

// The keys of the timers.
enum Timer : std::uint64_t { kResume, kEndThePaused, kCutOff };

}  // namespace

StreamServer::StreamServer(Poller& poller, Endpoint server,
                           StreamMaker make_stream, std::ostream& err)
    : poller_(poller),
      server_(std::move(server)),
      make_stream_(std::move(make_stream)),
      err_(err),
      buffer_(kBufferSize) {}

absl::Status StreamServer::Run() {
  absl::Status status = server_.socket.SetTimeout(absl::ZeroDuration());
  if (status.ok()) {
    status = poller_.Register(server_.socket, PollEvents::kReadable, kListener);
  }
  PollResult ready;
  while (status.ok()) {
    status = poller_.Wait(timers_.UntilNext(), &ready);
    for (const PollEvent& event : ready) {
      status.Update(event.key == kListener ? Accept() : Serve(event.key));
    }
    status.Update(AfterWait());
    if (Stopping().IsCancelled() && accepting_ != Accepting::kEnded) {
      status.Update(BeginToStop());
    }
    status.Update(HandleTimers());
    if (!status.ok() || accepting_ != Accepting::kEnded) continue;
    if (!clients_.empty()) continue;
    absl::Status done = CheckDone();
    if (done.ok() || is_cut_off_) return done;
  }
  return status;
}

absl::Status StreamServer::Accept() {
  for (int i = 0; i < kAcceptsPerEvent; ++i) {
    absl::StatusOr<AcceptResult> accepted = server_.socket.Accept();
    if (accepted.ok()) {
      Add(*std::move(accepted));
    } else if (IsWouldBlock(accepted.status())) {
      has_said_why_ = false;
      return absl::OkStatus();
    } else {
      return absl::IsResourceExhausted(accepted.status())
                 ? PauseAccepting(accepted.status())
                 : accepted.status();
    }
  }
  return absl::OkStatus();
}

void StreamServer::Add(AcceptResult accepted) {
  absl::Status status = accepted.socket.SetTimeout(absl::ZeroDuration());
  absl::StatusOr<std::unique_ptr<Stream>> stream =
      make_stream_(std::move(accepted.socket));
  status.Update(stream.status());
  if (status.ok()) {
    auto client =
        std::make_unique<Client>(*std::move(stream), accepted.address, poller_);
    client->Register(++last_key_);
    status = client->status();
    if (status.ok()) clients_.emplace(last_key_, std::move(client));
  }
  if (!status.ok()) FailClient(accepted.address, status, err_);
}

absl::Status StreamServer::PauseAccepting(const absl::Status& why) {
  if (!has_said_why_) {
    Fail(absl::Status(why.code(),
                      absl::StrCat(why.message(), "; further clients wait")),
         err_);
  }
  has_said_why_ = true;
  accepting_ = Accepting::kPaused;
  resuming_ = timers_.Add(kPause, kResume);
  return poller_.Modify(server_.socket, PollEvents::kNone);
}

absl::Status StreamServer::ResumeAccepting() {
  if (accepting_ != Accepting::kPaused) return absl::OkStatus();
  accepting_ = Accepting::kYes;
  timers_.Cancel(*resuming_);
  return poller_.Modify(server_.socket, PollEvents::kReadable);
}

absl::Status StreamServer::Serve(std::uint64_t key) {
  Client& client = *clients_.at(key);
  client.SendUnsent();
  if (MayReceive(client)) {
    const absl::string_view data = client.Receive(absl::MakeSpan(buffer_));
    if (!data.empty()) Received(client, data);
  }
  return Settle(key);
}

absl::Status StreamServer::Settle(std::uint64_t key) {
  Client& client = *clients_.at(key);
  client.Await(MayReceive(client));
  return client.is_over() ? Remove(key) : absl::OkStatus();
}

std::vector<std::uint64_t> StreamServer::Keys() const {
  std::vector<std::uint64_t> keys;
  keys.reserve(clients_.size());
  for (const auto& [key, client] : clients_) keys.push_back(key);
  return keys;
}

absl::Status StreamServer::SettleAll() {
  absl::Status status;
  for (const std::uint64_t key : Keys()) status.Update(Settle(key));
  return status;
}

absl::Status StreamServer::Remove(std::uint64_t key) {
  const auto client = clients_.extract(key);
  const absl::Status& status = client.mapped()->status();
  if (!status.ok()) FailClient(client.mapped()->address(), status, err_);
  // The descriptor must be free before the next client may come.
  client.mapped() = nullptr;
  return ResumeAccepting();
}

absl::Status StreamServer::BeginToStop() {
  absl::Status status = Accept();
  accepting_ = Accepting::kEnded;
  status.Update(server_.socket.Close());
  server_ = Endpoint();
  for (const auto& [key, client] : clients_) client->TakeHasMoved();
  timers_.Add(kSilence, kEndThePaused);
  timers_.Add(kGrace, kCutOff);
  return status;
}

absl::Status StreamServer::EndThePaused() {
  absl::Status status;
  for (const std::uint64_t key : Keys()) {
    bool moved = clients_.at(key)->TakeHasMoved();
    const bool was_ending = clients_.at(key)->is_ending();
    // It may have sent something just now.
    status.Update(Serve(key));
    const auto found = clients_.find(key);
    if (found == clients_.end()) continue;
    Client& client = *found->second;
    moved |= client.TakeHasMoved();
    if (moved || client.unsent() > 0 || !MayReceive(client)) continue;
    client.EndSending();
    // It has had the time to end by itself.
    status.Update(was_ending ? Remove(key) : Settle(key));
  }
  timers_.Add(kSilence, kEndThePaused);
  return status;
}

void StreamServer::CutOff() {
  for (const auto& [key, client] : clients_) {
    // It has everything that it was to be sent.
    if (client->is_ending() && client->unsent() == 0) continue;
    FailClient(client->address(),
               absl::DeadlineExceededError("cut off, because the program ends"),
               err_);
  }
  clients_.clear();
  is_cut_off_ = true;
}

absl::Status StreamServer::HandleTimers() {
  absl::Status status;
  while (const auto due = timers_.PopDue()) {
    switch (due->key) {
      case kResume:
        status.Update(ResumeAccepting());
        break;
      case kEndThePaused:
        status.Update(EndThePaused());
        break;
      case kCutOff:
        CutOff();
        break;
    }
  }
  return status;
}

}  // namespace mortise::program
