#include "mortise/tests/platform/sim/differential/execution.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_calls.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/sim/differential/names.h"

namespace mortise {
namespace differential {
namespace {

// A few bytes, so that a reader sees what came, and a number that depends on
// all of them.
std::string BytesText(absl::string_view bytes) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<std::uint8_t>(byte)) * 1099511628211u;
  }
  return absl::StrCat("\"", absl::CEscape(bytes.substr(0, 8)), "\" #",
                      absl::Hex(hash & 0xffffff));
}

std::string EventsText(PollEvents events) {
  std::string text;
  text += Has(events, PollEvents::kReadable) ? 'r' : '-';
  text += Has(events, PollEvents::kWritable) ? 'w' : '-';
  text += Has(events, PollEvents::kEnded) ? 'e' : '-';
  text += Has(events, PollEvents::kFailed) ? 'f' : '-';
  return text;
}

class Execution {
 public:
  Execution(Platform& platform, Settle settle, absl::string_view directory)
      : platform_(platform),
        sockets_(platform.sockets()),
        settle_(settle),
        directory_(directory),
        names_(directory),
        poll_set_(std::move(platform.readiness().NewPollSet().value)) {}

  ~Execution() {
    for (const auto& [number, open] : open_) Close(open.handle);
    settle_();
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      std::filesystem::remove(entry.path());
    }
  }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  Step Do(const Call& call) {
    Step step;
    ++calls_;
    const bool needs_socket =
        call.kind != CallKind::kSocket && call.kind != CallKind::kPair;
    const auto found = open_.find(call.socket);
    if (needs_socket && found == open_.end()) return step;
    if (call.address.place == Place::kOfSocket &&
        last_names_.count(call.address.number) == 0) {
      return step;
    }
    step.is_made = true;
    handle_ = needs_socket ? found->second.handle : NativeHandle();
    Make(call, &step);
    settle_();
    LookAtSockets(&step);
    return step;
  }

 private:
  struct Open {
    NativeHandle handle;
    // The poll set wants pointers that are aligned so.
    alignas(kPollCookieAlignment) PollEvents events = PollEvents::kNone;
  };

  // --- What a call returns ---------------------------------------------------

  template <typename Value>
  bool Note(const SysResult<Value>& result, Step* step) {
    if (result.ok()) {
      step->text = "ok";
      return true;
    }
    step->error = platform_.facts().errors.Code(ErrorDomain::kOs, result.error);
    step->text = std::string(ErrorCodeName(step->error));
    if (step->text.empty()) step->text = absl::StrCat("error ", result.error);
    return false;
  }
  void NoteSize(const SysResult<std::size_t>& result, Step* step) {
    if (!Note(result, step)) return;
    step->size = result.value;
    step->text = absl::StrCat(result.value);
  }
  void NoteReceived(const SysResult<std::size_t>& result,
                    absl::string_view buffer, Step* step) {
    NoteSize(result, step);
    if (!result.ok()) return;
    absl::StrAppend(&step->text, " ",
                    BytesText(buffer.substr(0, result.value)));
  }

  void Keep(int number, NativeHandle handle) {
    sockets_.SetBlocking(handle, false);
    Open& open = open_[number];
    open.handle = handle;
    PollWish wish;
    wish.handle = handle;
    wish.events = PollEvents::kReadable | PollEvents::kWritable;
    wish.cookie = &open.events;
    poll_set_->Add(wish);
  }
  void KeepNew(int number, NativeHandle handle) {
    // How long small pieces are held back is a matter of time.
    constexpr int kOn = 1;
    sockets_.SetSockOpt(
        handle, kIpprotoTcp, kTcpNodelay,
        absl::MakeConstSpan(reinterpret_cast<const char*>(&kOn), sizeof(kOn)));
    Keep(number, handle);
  }

  // --- Calls -----------------------------------------------------------------

  SockAddr AddressOf(const PlacedAddress& address) const {
    return address.place == Place::kOfSocket ? last_names_.at(address.number)
                                             : names_.Make(address);
  }

  // Bytes that differ from call to call.
  std::string BytesToSend(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<char>('a' + (calls_ * 7 + i + i / 26) % 26);
    }
    return bytes;
  }

  void Make(const Call& call, Step* step) {
    switch (call.kind) {
      case CallKind::kSocket: {
        const SocketKind& kind = KindOf(call.socket_kind);
        const SysResult<NativeHandle> made =
            sockets_.Socket(kind.family, kind.type, 0);
        if (Note(made, step)) KeepNew(call.made, made.value);
        return;
      }
      case CallKind::kPair: {
        const SocketKind& kind = KindOf(call.socket_kind);
        const SysResult<HandlePair> made =
            sockets_.SocketPair(kind.family, kind.type, 0);
        if (!Note(made, step)) return;
        Keep(call.made, made.value.first);
        Keep(call.second_made, made.value.second);
        return;
      }
      case CallKind::kDup: {
        const SysResult<NativeHandle> made = sockets_.Dup(handle_);
        if (Note(made, step)) Keep(call.made, made.value);
        return;
      }
      case CallKind::kAccept: {
        SockAddr peer;
        const SysResult<NativeHandle> made = sockets_.Accept(handle_, &peer);
        if (!Note(made, step)) return;
        Keep(call.made, made.value);
        absl::StrAppend(&step->text, " from ", names_.TextOf(peer));
        return;
      }
      case CallKind::kBind:
        Note(sockets_.Bind(handle_, AddressOf(call.address)), step);
        return;
      case CallKind::kListen:
        Note(sockets_.Listen(handle_, call.backlog), step);
        return;
      case CallKind::kConnect:
        Note(sockets_.Connect(handle_, AddressOf(call.address)), step);
        return;
      case CallKind::kDisconnect:
        Note(sockets_.Disconnect(handle_), step);
        return;
      case CallKind::kShutdown:
        Note(sockets_.Shutdown(handle_, call.how), step);
        return;
      case CallKind::kClose: {
        const SysResult<void> closed = Close(handle_);
        open_.erase(call.socket);
        Note(closed, step);
        return;
      }
      case CallKind::kSetReuse:
        Note(sockets_.SetAddressReuse(handle_, call.reuse), step);
        return;
      case CallKind::kTakeError: {
        const SysResult<int> taken = sockets_.TakeError(handle_);
        if (!Note(taken, step) || taken.value == 0) return;
        Note(SysResult<void>{taken.value}, step);
        step->text = absl::StrCat("pending ", step->text);
        return;
      }
      case CallKind::kSetOption:
      case CallKind::kGetOption:
        MakeOptionCall(call, step);
        return;
      case CallKind::kSend:
      case CallKind::kSendTo:
      case CallKind::kSendMsg:
        Send(call, step);
        return;
      case CallKind::kRecv:
      case CallKind::kRecvFrom:
      case CallKind::kRecvMsg:
        Receive(call, step);
        return;
    }
  }

  void MakeOptionCall(const Call& call, Step* step) {
    const SocketOption& option = Options()[call.option];
    if (call.kind == CallKind::kSetOption) {
      const std::vector<int>& value = option.values[call.value];
      Note(sockets_.SetSockOpt(
               handle_, option.level, option.number,
               absl::MakeConstSpan(reinterpret_cast<const char*>(value.data()),
                                   value.size() * sizeof(int))),
           step);
      return;
    }
    std::array<char, 16> buffer = {};
    const SysResult<std::size_t> got = sockets_.GetSockOpt(
        handle_, option.level, option.number, absl::MakeSpan(buffer));
    NoteSize(got, step);
    if (!got.ok()) return;
    absl::StrAppend(
        &step->text, " 0x",
        absl::BytesToHexString(absl::string_view(buffer.data(), got.value)));
  }

  void Send(const Call& call, Step* step) {
    const std::size_t total =
        std::accumulate(call.sizes.begin(), call.sizes.end(), std::size_t{0});
    const std::string bytes = BytesToSend(total);
    if (call.kind == CallKind::kSend) {
      NoteSize(sockets_.Send(handle_, bytes, call.flags), step);
    } else if (call.kind == CallKind::kSendTo) {
      NoteSize(
          sockets_.SendTo(handle_, bytes, call.flags, AddressOf(call.address)),
          step);
    } else {
      std::vector<absl::string_view> pieces;
      std::size_t begin = 0;
      for (const std::size_t size : call.sizes) {
        pieces.push_back(absl::string_view(bytes).substr(begin, size));
        begin += size;
      }
      NoteSize(sockets_.SendMsg(handle_, pieces, {}, call.flags, nullptr),
               step);
    }
  }

  void Receive(const Call& call, Step* step) {
    const std::size_t total =
        std::accumulate(call.sizes.begin(), call.sizes.end(), std::size_t{0});
    std::string buffer(total, '\0');
    SockAddr from;
    if (call.kind == CallKind::kRecv) {
      NoteReceived(
          sockets_.Recv(handle_, absl::MakeSpan(&buffer[0], total), call.flags),
          buffer, step);
      return;
    }
    if (call.kind == CallKind::kRecvFrom) {
      const SysResult<std::size_t> received = sockets_.RecvFrom(
          handle_, absl::MakeSpan(&buffer[0], total), call.flags, &from);
      NoteReceived(received, buffer, step);
      if (received.ok()) {
        absl::StrAppend(&step->text, " from ", names_.TextOf(from));
      }
      return;
    }
    std::vector<absl::Span<char>> pieces;
    std::size_t begin = 0;
    for (const std::size_t size : call.sizes) {
      pieces.push_back(absl::MakeSpan(&buffer[0] + begin, size));
      begin += size;
    }
    const SysResult<ReceivedMessage> received =
        sockets_.RecvMsg(handle_, pieces, {}, call.flags, &from);
    NoteReceived({received.value.size, received.error}, buffer, step);
    if (!received.ok()) return;
    absl::StrAppend(&step->text, " flags ", received.value.flags, " from ",
                    names_.TextOf(from));
  }

  SysResult<void> Close(NativeHandle handle) {
    poll_set_->Remove(handle);
    return sockets_.Close(handle);
  }

  // --- The state of all sockets ----------------------------------------------

  void LookAtSockets(Step* step) {
    for (auto& [number, open] : open_) open.events = PollEvents::kNone;
    // A socket may come twice, with one event each time.
    std::array<PollReady, 64> ready;
    const SysResult<std::size_t> count =
        poll_set_->Wait(absl::MakeSpan(ready), absl::ZeroDuration());
    for (std::size_t i = 0; i < count.value; ++i) {
      *static_cast<PollEvents*>(ready[i].cookie) |= ready[i].events;
    }
    for (const auto& [number, open] : open_) {
      SocketState state;
      state.number = number;
      state.events = EventsText(open.events);
      SockAddr address;
      if (sockets_.GetSockName(open.handle, &address).ok()) {
        last_names_[number] = address;
        state.local = names_.TextOf(address);
      }
      Step peer;
      if (Note(sockets_.GetPeerName(open.handle, &address), &peer)) {
        peer.text = names_.TextOf(address);
      }
      state.peer = peer.text;
      step->sockets.push_back(std::move(state));
    }
  }

  Platform& platform_;
  SocketCalls& sockets_;
  const Settle settle_;
  const std::string directory_;
  Names names_;
  const std::unique_ptr<PollSet> poll_set_;
  std::map<int, Open> open_;
  // Of sockets that were closed, too.
  std::map<int, SockAddr> last_names_;
  std::size_t calls_ = 0;
  NativeHandle handle_;
};

}  // namespace

std::vector<Step> Execute(const Program& program, Platform& platform,
                          Settle settle, absl::string_view directory) {
  Execution execution(platform, settle, directory);
  std::vector<Step> steps;
  for (const Call& call : program) steps.push_back(execution.Do(call));
  return steps;
}

}  // namespace differential
}  // namespace mortise
