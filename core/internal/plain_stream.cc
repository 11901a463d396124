#include "mortise/core/internal/plain_stream.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/internal/believed_size.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/platform/wait_registry.h"

namespace mortise {
namespace internal {
namespace {

// Linux calls an AF_UNIX datagram socket writable while the receiver's queue is
// full. A pause before each wait keeps a sender of datagrams from spinning.
constexpr absl::Duration kPauseBeforeFalseReadiness = absl::Milliseconds(1);

// What is waited for on the halves that `how` ends.
WaitEvents HalvesOf(ShutdownHow how) {
  switch (how) {
    case ShutdownHow::kRead:
      return WaitEvents::kReadable;
    case ShutdownHow::kWrite:
      return WaitEvents::kWritable;
    case ShutdownHow::kBoth:
      break;
  }
  return WaitEvents::kReadable | WaitEvents::kWritable;
}

}  // namespace

bool IsInterrupted(const Platform& platform, int native) {
  return native != 0 &&
         PortableCode(platform, ErrorDomain::kOs, native) == ErrorCode::kEintr;
}

StreamTry FailedTry(const WaitingCall& call, int native) {
  StreamTry failed;
  // On a blocking socket, a would-block of a call that may wait is either a
  // time limit of the system's own, or the work of somebody who has made the
  // descriptor non-blocking.
  if (PortableCode(call.platform, ErrorDomain::kOs, native) ==
          ErrorCode::kEagain &&
      (call.timeout < absl::InfiniteDuration() || call.flags != 0 ||
       MayWait(call))) {
    failed.wait = call.events;
  } else {
    failed.status = CallError(call, native);
  }
  return failed;
}

absl::StatusOr<std::unique_ptr<Stream>> PlainStream::Dup() const {
  absl::StatusOr<Socket> copy = socket_.Dup();
  if (!copy.ok()) return copy.status();
  return std::make_unique<PlainStream>(*std::move(copy));
}

inline int PlainStream::Flags(TryMode mode, bool sends) {
  if (mode == TryMode::kMayWait) return socket_.wait_flags();
  const WaitFlags& flags = socket_.platform()->facts().wait_flags;
  const bool heeded =
      sends ? flags.keep_all_from_waiting() : flags.do_not_wait != 0;
  if (!heeded) KeepFromWaiting();
  return flags.do_not_wait;
}

void PlainStream::KeepFromWaiting() {
  // A socket with a timeout has a non-blocking descriptor already.
  if (socket_.GetTimeout() < absl::InfiniteDuration()) return;
  socket_.platform()->sockets().SetBlocking(socket_.native_handle(), false);
}

WaitingCall PlainStream::Call(Operation operation, WaitEvents events,
                              int flags) const {
  return {*socket_.platform(),
          socket_.native_handle(),
          socket_.family(),
          socket_.GetTimeout(),
          socket_.cancellation(),
          operation,
          events,
          nullptr,
          flags};
}

StreamTry PlainStream::TryRead(absl::Span<char> buffer, TryMode mode) {
  if (!socket_.is_open()) return {0, {}, ClosedError(Operation::kRead)};
  if (buffer.empty()) return {};
  const Platform& platform = *socket_.platform();
  const int flags = Flags(mode, /*sends=*/false);
  const std::uint64_t moment = MomentOf(platform);
  SysResult<std::size_t> size;
  do {
    size = platform.sockets().Recv(socket_.native_handle(), buffer, flags);
  } while (IsInterrupted(platform, size.error));
  StreamTry tried;
  if (size.ok()) {
    tried.size = BelievedReceived(size.value, buffer.size(), flags);
  } else {
    tried = FailedTry(Call(Operation::kRead, WaitEvents::kReadable, flags),
                      size.error);
    tried.moment = moment;
  }
  return tried;
}

StreamTry PlainStream::TryWrite(absl::string_view data, TryMode mode) {
  if (!socket_.is_open()) return {0, {}, ClosedError(Operation::kWrite)};
  // What was taken before is with the operating system.
  if (data.empty()) return {};
  const Platform& platform = *socket_.platform();
  const int flags = Flags(mode, /*sends=*/true);
  const std::uint64_t moment = MomentOf(platform);
  SysResult<std::size_t> size;
  do {
    size = BelievedProgress(
        platform, platform.sockets().Send(socket_.native_handle(), data, flags),
        data.size());
  } while (IsInterrupted(platform, size.error));
  StreamTry tried;
  if (size.ok()) {
    tried.size = size.value;
  } else {
    tried = FailedTry(Call(Operation::kWrite, WaitEvents::kWritable, flags),
                      size.error);
    tried.moment = moment;
  }
  return tried;
}

StreamTry PlainStream::TryShutdown(ShutdownHow how) {
  const WaitEvents halves = HalvesOf(how);
  // Before the system knows it, because that wakes the waits. One that begins
  // afterwards sees this.
  const std::uint8_t before =
      ended_.fetch_or(static_cast<std::uint8_t>(halves));
  StreamTry done;
  done.status = socket_.Shutdown(how);
  if (!done.status.ok()) {
    ended_.fetch_and(
        static_cast<std::uint8_t>(before | ~static_cast<unsigned>(halves)));
  }
  return done;
}

absl::StatusOr<bool> PlainStream::Wait(
    const StreamTry& tried, absl::Duration timeout,
    absl::Span<WaitInterrupt* const> interrupts) {
  if (!socket_.is_open()) return ClosedError(Operation::kRead);
  const Platform& platform = *socket_.platform();
  if (socket_.type() != kSockStream && Has(tried.wait, WaitEvents::kWritable)) {
    const absl::Duration pause = std::min(kPauseBeforeFalseReadiness, timeout);
    if (interrupts.empty()) {
      platform.readiness().Sleep(pause);
    } else {
      platform.readiness().WaitInterruptibly({}, interrupts, pause);
    }
  }
  RegisteredWait registered;
  // Streams on top of this one have added theirs.
  if (interrupts.size() >= ReadinessCalls::kMaxInterrupts) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kRead,
                         "interrupts", "are too many");
  }
  std::array<WaitInterrupt*, ReadinessCalls::kMaxInterrupts> all;
  if (RegisterWait(Call(Operation::kRead, tried.wait, 0), &registered)) {
    if (tried.moment != 0 && tried.moment != MomentOf(platform)) return true;
    std::copy(interrupts.begin(), interrupts.end(), all.begin());
    all[interrupts.size()] = registered.interrupts()[0];
    interrupts = absl::MakeConstSpan(all.data(), interrupts.size() + 1);
  }
  if ((ended_.load() & static_cast<std::uint8_t>(tried.wait)) != 0) return true;
  const WaitTarget target = {socket_.native_handle(), tried.wait};
  const SysResult<std::size_t> first = platform.readiness().WaitInterruptibly(
      absl::MakeConstSpan(&target, 1), interrupts, timeout);
  if (registered.TakeWake()) return true;
  if (first.ok()) return first.value == 0;
  if (IsInterrupted(platform, first.error)) return false;
  return OsError(platform, Operation::kRead, first.error);
}

}  // namespace internal

}  // namespace mortise
