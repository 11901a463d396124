#include "mortise/core/poller.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/internal/check_handle.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/core/internal/poller_link.h"
#include "mortise/core/internal/poller_place.h"
#include "mortise/core/internal/poller_state.h"
#include "mortise/core/poll_source.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

using internal::ArgumentError;
using internal::Operation;
using internal::PollerState;

namespace {

absl::Status MovedFrom(Operation operation) {
  return ArgumentError(absl::StatusCode::kFailedPrecondition, operation,
                       "poller", "it was moved from");
}

std::uint64_t NextNumber() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

absl::Status NoSocket(Operation operation) {
  return ArgumentError(absl::StatusCode::kInvalidArgument, operation, "stream",
                       "it has no socket to wait for");
}

}  // namespace

Poller::Poller(std::shared_ptr<PollerState> state) : state_(std::move(state)) {}
Poller::Poller(Poller&&) noexcept = default;

Poller& Poller::operator=(Poller&& other) noexcept {
  if (this == &other) return *this;
  if (state_ != nullptr) state_->End();
  state_ = std::move(other.state_);
  return *this;
}

Poller::~Poller() {
  if (state_ != nullptr) state_->End();
}

absl::StatusOr<Poller> Poller::Create(Platform* platform) {
  const Platform& chosen = internal::OrDefault(platform);
  SysResult<std::unique_ptr<PollSet>> set = chosen.readiness().NewPollSet();
  if (!set.ok()) {
    return internal::OsError(chosen, Operation::kPoller, set.error);
  }
  return Poller(std::make_shared<PollerState>(chosen, std::move(set.value)));
}

absl::Status Poller::Register(NativeHandle handle, PollEvents events,
                              std::uint64_t key, PollMode mode) {
  if (state_ == nullptr) return MovedFrom(Operation::kRegister);
  absl::Status status = internal::CheckHandle(
      state_->platform().sockets(), Operation::kRegister, "handle", handle);
  if (!status.ok()) return status;
  return state_->Add(handle, {events, key, mode});
}

absl::Status Poller::Modify(NativeHandle handle, PollEvents events) {
  if (state_ == nullptr) return MovedFrom(Operation::kModify);
  return state_->Change(handle, events, /*is_sockets=*/false);
}

absl::Status Poller::Unregister(NativeHandle handle) {
  if (state_ == nullptr) return MovedFrom(Operation::kUnregister);
  return state_->Remove(handle, /*is_sockets=*/false);
}

absl::Status Poller::RegisterSocket(Socket& socket,
                                    const internal::PollWishes& wish,
                                    std::uint64_t number,
                                    std::shared_ptr<PollSource> source) {
  if (!socket.is_open()) return internal::ClosedError(Operation::kRegister);
  if (&socket.platform()->readiness() != &state_->platform().readiness()) {
    return ArgumentError(absl::StatusCode::kInvalidArgument,
                         Operation::kRegister, "socket",
                         "its platform is not the poller's");
  }
  internal::PollerLink& link = socket.extras_.poller_link();
  if (!internal::Claim(link, state_, number)) {
    return ArgumentError(absl::StatusCode::kAlreadyExists, Operation::kRegister,
                         "socket", "it is in a poller");
  }
  absl::Status status =
      state_->Add(socket.native_handle(), wish, std::move(source));
  if (!status.ok()) internal::Release(link, *state_);
  return status;
}

absl::Status Poller::Register(Socket& socket, PollEvents events,
                              std::uint64_t key, PollMode mode) {
  absl::Status status = CheckUsable(Operation::kRegister);
  if (!status.ok()) return status;
  return RegisterSocket(socket, {events, key, mode, /*is_sockets=*/true},
                        NextNumber(), nullptr);
}

absl::Status Poller::Modify(Socket& socket, PollEvents events) {
  const absl::Status status = CheckMember(socket, Operation::kModify);
  if (!status.ok()) return status;
  return state_->Change(socket.native_handle(), events, /*is_sockets=*/true);
}

absl::Status Poller::Unregister(Socket& socket) {
  absl::Status status = CheckMember(socket, Operation::kUnregister);
  if (!status.ok()) return status;
  status = state_->Remove(socket.native_handle(), /*is_sockets=*/true);
  if (status.ok()) internal::Release(socket.extras_.poller_link(), *state_);
  return status;
}

absl::Status Poller::Register(Stream& stream, PollEvents events,
                              std::uint64_t key, PollMode mode) {
  // First: in a forked child, a stream may be locked for ever.
  absl::Status status = CheckUsable(Operation::kRegister);
  if (!status.ok()) return status;
  if (!stream.is_open()) return internal::ClosedError(Operation::kRegister);
  Socket* const socket = stream.socket();
  if (socket == nullptr) return NoSocket(Operation::kRegister);
  std::shared_ptr<PollSource> source = stream.poll_source();
  if (source == nullptr && !stream.bytes_are_plain()) {
    return ArgumentError(absl::StatusCode::kInvalidArgument,
                         Operation::kRegister, "stream",
                         "it does not say when it is ready");
  }
  const std::uint64_t number = NextNumber();
  status = RegisterSocket(*socket, {events, key, mode, /*is_sockets=*/true},
                          number, std::move(source));
  if (status.ok()) stream.poller_number_ = number;
  return status;
}

absl::Status Poller::Modify(Stream& stream, PollEvents events) {
  if (!stream.is_open()) return internal::ClosedError(Operation::kModify);
  Socket* const socket = stream.socket();
  return socket == nullptr ? NoSocket(Operation::kModify)
                           : Modify(*socket, events);
}

absl::Status Poller::Unregister(Stream& stream) {
  if (!stream.is_open()) return internal::ClosedError(Operation::kUnregister);
  Socket* const socket = stream.socket();
  if (socket == nullptr) return NoSocket(Operation::kUnregister);
  return Unregister(*socket);
}

absl::Status Poller::CheckUsable(Operation operation) const {
  if (state_ == nullptr) return MovedFrom(operation);
  if (!state_->maker().IsOfThisProcess()) {
    return state_->NotOfThisProcess(operation);
  }
  return absl::OkStatus();
}

absl::Status Poller::CheckMember(const Socket& socket,
                                 Operation operation) const {
  absl::Status status = CheckUsable(operation);
  if (!status.ok()) return status;
  if (!socket.is_open()) return internal::ClosedError(operation);
  const internal::PollerLink* const link = socket.extras_.FindPollerLink();
  if (link != nullptr && internal::IsIn(*link, *state_)) {
    return absl::OkStatus();
  }
  return ArgumentError(absl::StatusCode::kNotFound, operation, "socket",
                       "it is not in this poller");
}

absl::Status Poller::Wait(absl::Duration timeout, PollResult* result) {
  if (state_ == nullptr) return MovedFrom(Operation::kSelect);
  return state_->Wait(timeout, result);
}

void Poller::Wake() {
  if (state_ != nullptr) state_->Wake();
}

std::size_t Poller::size() const {
  return state_ == nullptr ? 0 : state_->size();
}

NativeHandle Poller::native_handle() const {
  return state_ == nullptr ? NativeHandle() : state_->native_handle();
}

}  // namespace mortise
