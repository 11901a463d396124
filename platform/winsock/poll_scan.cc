// select, and not WSAPoll: before Windows 10 version 2004, WSAPoll does not
// report that a connection attempt has failed.

#include "mortise/platform/winsock/poll_scan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/scanning_poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/platform/winsock/interrupt.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

// An fd_set of any size: a number, and an array of sockets. select takes any
// number of them. FD_SETSIZE is the room of the type only.
class SocketSet {
 public:
  explicit SocketSet(std::size_t capacity) : words_(kHeader + capacity) {}

  void Clear() { size_ = 0; }
  void Add(SOCKET socket) { words_[kHeader + size_++] = socket; }

  // For select, which leaves in it the sockets that are ready. nullptr if it is
  // empty.
  fd_set* Lend() {
    if (size_ == 0) return nullptr;
    const auto count = static_cast<u_int>(size_);
    std::memcpy(words_.data(), &count, sizeof(count));
    return reinterpret_cast<fd_set*>(words_.data());
  }
  // Afterwards. No documentation promises an order, so it makes one.
  void TakeBack() {
    if (size_ == 0) return;
    u_int count;
    std::memcpy(&count, words_.data(), sizeof(count));
    size_ = count;
    std::sort(words_.begin() + kHeader, words_.begin() + kHeader + size_);
  }
  bool Has(SOCKET socket) const {
    return std::binary_search(words_.begin() + kHeader,
                              words_.begin() + kHeader + size_, socket);
  }

 private:
  // The number takes up one place of the array, or its half and padding.
  static constexpr std::size_t kHeader = 1;
  static_assert(offsetof(fd_set, fd_array) == kHeader * sizeof(SOCKET));

  std::vector<SOCKET> words_;
  std::size_t size_ = 0;
};

bool IsSocket(SOCKET socket) {
  int type;
  int size = sizeof(type);
  return getsockopt(socket, SOL_SOCKET, SO_TYPE, reinterpret_cast<char*>(&type),
                    &size) == 0 ||
         WSAGetLastError() != WSAENOTSOCK;
}

bool HasPeer(SOCKET socket) {
  sockaddr_storage name;
  int size = sizeof(name);
  return getpeername(socket, reinterpret_cast<sockaddr*>(&name), &size) == 0;
}

class Scan final : public PollScan {
 public:
  explicit Scan(std::size_t capacity)
      : readable_(capacity + 1), writable_(capacity), failed_(capacity) {
    entries_.reserve(capacity);
  }

  void Clear() override { entries_.clear(); }
  void Add(NativeHandle handle, PollEvents wanted) override {
    entries_.push_back({AsSocket(handle), wanted, PollEvents::kNone});
  }

  SysResult<void> Run(WaitInterrupt& interrupt,
                      absl::Duration timeout) override {
    const SOCKET wake = Interrupt::Of(interrupt).socket();
    Fill(wake);
    const int milliseconds = PollMilliseconds(timeout);
    timeval time = {};
    time.tv_sec = milliseconds / 1000;
    time.tv_usec = milliseconds % 1000 * 1000;
    if (select(0, readable_.Lend(), writable_.Lend(), failed_.Lend(),
               milliseconds < 0 ? nullptr : &time) == SOCKET_ERROR) {
      const int error = WSAGetLastError();
      return {error == WSAENOTSOCK && FindClosed() ? 0 : error};
    }
    for (SocketSet* const set : {&readable_, &writable_, &failed_}) {
      set->TakeBack();
    }
    if (readable_.Has(wake)) interrupt.DrainUnlessSet();
    for (Entry& entry : entries_) entry.found = EventsOf(entry);
    return {0};
  }

  PollEvents Found(std::size_t index) const override {
    return entries_[index].found;
  }

 private:
  struct Entry {
    SOCKET socket;
    PollEvents wanted;
    PollEvents found;
  };

  void Fill(SOCKET wake) {
    for (SocketSet* const set : {&readable_, &writable_, &failed_}) {
      set->Clear();
    }
    readable_.Add(wake);
    for (const Entry& entry : entries_) {
      if (mortise::Has(entry.wanted, PollEvents::kReadable)) {
        readable_.Add(entry.socket);
      }
      if (mortise::Has(entry.wanted, PollEvents::kWritable)) {
        writable_.Add(entry.socket);
      }
      // An attempt that fails is in this set only. A connected socket with
      // urgent data is in it too, which no receive would end.
      if (!HasPeer(entry.socket)) failed_.Add(entry.socket);
    }
  }

  PollEvents EventsOf(const Entry& entry) const {
    PollEvents found = PollEvents::kNone;
    // It may have been connected meanwhile.
    if (failed_.Has(entry.socket) && !HasPeer(entry.socket)) {
      found |= entry.wanted | PollEvents::kFailed;
    }
    if (mortise::Has(entry.wanted, PollEvents::kReadable) &&
        readable_.Has(entry.socket)) {
      found |= PollEvents::kReadable;
    }
    if (mortise::Has(entry.wanted, PollEvents::kWritable) &&
        writable_.Has(entry.socket)) {
      found |= PollEvents::kWritable;
    }
    return found;
  }

  // select does not say which socket has been closed. Such a socket has failed.
  bool FindClosed() {
    bool found = false;
    for (Entry& entry : entries_) {
      const bool is_closed = !IsSocket(entry.socket);
      entry.found =
          is_closed ? entry.wanted | PollEvents::kFailed : PollEvents::kNone;
      found = found || is_closed;
    }
    return found;
  }

  std::vector<Entry> entries_;
  SocketSet readable_;
  SocketSet writable_;
  SocketSet failed_;
};

std::unique_ptr<PollScan> NewScan(std::size_t capacity) {
  return std::make_unique<Scan>(capacity);
}

}  // namespace

int PollRefusal(NativeHandle handle) {
  const SOCKET socket = AsSocket(handle);
  if (IsSocket(socket)) return 0;
  // As a HANDLE, this would be the process itself.
  if (socket == INVALID_SOCKET) return WSAENOTSOCK;
  DWORD flags;
  return GetHandleInformation(reinterpret_cast<HANDLE>(socket), &flags) != 0
             ? kNotSupportedError
             : WSAENOTSOCK;
}

SysResult<std::unique_ptr<PollSet>> NewScanningPollSet() {
  return mortise::NewScanningPollSet({Interrupt::Make, NewScan, PollRefusal,
                                      WSAEINVAL, ERROR_FILE_EXISTS,
                                      ERROR_FILE_NOT_FOUND});
}

}  // namespace winsock
}  // namespace mortise
