// AFD, the driver beneath Winsock. It can be asked to tell a completion port
// once a socket is ready, which no call of Winsock can.
//
// Microsoft does not document this interface. It has been the same since
// Windows 2000, because Winsock's own select is made of it, and so are wepoll,
// libuv and mio.

#ifndef MORTISE_PLATFORM_WINSOCK_AFD_H_
#define MORTISE_PLATFORM_WINSOCK_AFD_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {

// What the driver takes and gives back: AFD_POLL_HANDLE_INFO and AFD_POLL_INFO,
// which no header of Windows has.
struct AfdHandleInfo {
  HANDLE handle;
  ULONG events;
  NTSTATUS status;
};
static_assert(sizeof(AfdHandleInfo) == sizeof(HANDLE) + 8);
struct AfdPollInfo {
  // In units of 100 ns. A positive one is a point in time.
  LARGE_INTEGER timeout;
  ULONG handle_count;
  ULONG is_exclusive;
  AfdHandleInfo handles[1];
};
static_assert(offsetof(AfdPollInfo, handles) == 16);
static_assert(sizeof(AfdPollInfo) == 32);

// The memory of one poll. The driver writes to it until the packet of the poll
// has come. It must not move or go until then.
struct AfdPoll {
  // First: a packet has its address.
  OVERLAPPED overlapped;
  AfdPollInfo info;
};

// What a poll has come to.
struct AfdAnswer {
  bool is_cancelled = false;
  bool has_failed = false;
  // Bits of afd_events.h.
  std::uint32_t found = 0;
};

// Returns the socket that the driver knows. It differs from `socket` if a
// program has put itself in front of Winsock (a layered service provider).
// Fails with kNotSupportedError if it cannot be found. What is not a socket may
// be found, and is refused by the driver.
SysResult<SOCKET> BaseSocket(SOCKET socket);

// A handle of the driver's.
//
// Thread safety: one thread at a time. No method waits.
class Afd {
 public:
  // Opens one whose packets go to `port`. Fails with kNotSupportedError if this
  // Windows refuses it.
  static SysResult<std::unique_ptr<Afd>> Open(HANDLE port);

  // Owns the handles.
  Afd(HANDLE driver, HANDLE event) : driver_(driver), event_(event) {}
  ~Afd();
  Afd(const Afd&) = delete;
  Afd& operator=(const Afd&) = delete;

  // Begins to wait for `mask` (afd_events.h). If it succeeds, a packet comes
  // once something of it is true, or at once. If it fails, none comes.
  SysResult<void> Begin(SOCKET base, std::uint32_t mask, AfdPoll& poll);
  // Ends a poll that has begun. Its packet comes all the same.
  void Cancel(AfdPoll& poll);
  // Ends all.
  void CancelAll();
  // What the packet of `poll` tells.
  static AfdAnswer Answer(const AfdPoll& poll);

  // What of `mask` is true now.
  SysResult<std::uint32_t> Look(SOCKET base, std::uint32_t mask);

 private:
  const HANDLE driver_;
  // For Look.
  const HANDLE event_;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_AFD_H_
