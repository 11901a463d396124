// The vtable: all that the library asks of an operating system.
//
// `core/` validates, waits and reports errors; everything else it hands to a
// `Platform`, whose parts are the small abstract classes below. `posix/` and
// `winsock/` implement them with system calls, tests with mocks, and
// decorators (fault injection, tracing) by wrapping another platform's parts.
//
// Rules that hold for every method:
//   - A call is tried once. A backend neither waits nor retries nor maps errors
//     away: EINTR and would-block are results like any other, and the frontend
//     knows what to do with them. It asks `ErrorCalls` what a number means.
//   - What the platform lacks returns `kNotSupportedError`. Nothing aborts.
//   - Methods are safe to call from any thread, on the same handle too, except
//     that `Close` needs the handle to itself.
//   - Arguments have been validated: handles are valid, addresses fit.

#ifndef MORTISE_PLATFORM_BACKEND_H_
#define MORTISE_PLATFORM_BACKEND_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

struct HandlePair {
  NativeHandle first;
  NativeHandle second;
};

// A socket type without the flags that Linux lets a caller mix into it.
struct PlainSocketType {
  int type = 0;
  bool non_blocking = false;
};

// Calls on sockets. Every handle made here is in blocking mode, is not
// inherited by child processes, and never raises SIGPIPE.
class SocketCalls {
 public:
  virtual ~SocketCalls() = default;

  // Takes SOCK_NONBLOCK and SOCK_CLOEXEC, where the OS has them, out of `type`.
  virtual PlainSocketType SplitType(int type) const = 0;

  // The longest AF_UNIX path, in bytes and without a terminator; 0 where the
  // OS has no AF_UNIX. An abstract name may be one byte longer.
  virtual std::size_t MaxUnixPath() const = 0;

  // The family of a socket pair whose maker does not care.
  virtual int PairFamily() const = 0;

  virtual SysResult<NativeHandle> Socket(int family, int type,
                                         int protocol) = 0;
  virtual SysResult<HandlePair> SocketPair(int family, int type,
                                           int protocol) = 0;
  virtual SysResult<NativeHandle> Dup(NativeHandle handle) = 0;

  // The handle is gone afterwards, whatever the result says. May wait for
  // unsent data iff the caller set SO_LINGER.
  virtual SysResult<void> Close(NativeHandle handle) = 0;
  // The same, but never waits: SO_LINGER is taken back first.
  virtual void CloseWithoutWaiting(NativeHandle handle) = 0;

  virtual SysResult<void> Bind(NativeHandle handle,
                               const SockAddr& address) = 0;
  virtual SysResult<void> Listen(NativeHandle handle, int backlog) = 0;
  virtual SysResult<NativeHandle> Accept(NativeHandle handle,
                                         SockAddr* peer) = 0;

  // On a non-blocking socket whose connection needs time, fails with the number
  // that means `kEinprogress`, on Windows too. `WaitEvent::kConnected` then
  // tells when the attempt has ended, and `TakeError` how.
  virtual SysResult<void> Connect(NativeHandle handle,
                                  const SockAddr& address) = 0;
  // SO_ERROR: the socket's pending error as `value`, which clears it.
  virtual SysResult<int> TakeError(NativeHandle handle) = 0;

  virtual SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how) = 0;

  // 0 bytes are the end of a stream, or an empty datagram. A datagram larger
  // than `buffer` is cut to it, and that is no error, on Windows neither.
  virtual SysResult<std::size_t> Recv(NativeHandle handle,
                                      absl::Span<char> buffer, int flags) = 0;
  // `from` is AF_UNSPEC where the protocol gives no sender.
  virtual SysResult<std::size_t> RecvFrom(NativeHandle handle,
                                          absl::Span<char> buffer, int flags,
                                          SockAddr* from) = 0;
  virtual SysResult<std::size_t> Send(NativeHandle handle,
                                      absl::Span<const char> data,
                                      int flags) = 0;
  virtual SysResult<std::size_t> SendTo(NativeHandle handle,
                                        absl::Span<const char> data, int flags,
                                        const SockAddr& to) = 0;

  virtual SysResult<void> GetSockName(NativeHandle handle,
                                      SockAddr* address) = 0;
  virtual SysResult<void> GetPeerName(NativeHandle handle,
                                      SockAddr* address) = 0;

  // `value` on success: how many bytes of `buffer` the option filled.
  virtual SysResult<std::size_t> GetSockOpt(NativeHandle handle, int level,
                                            int name,
                                            absl::Span<char> buffer) = 0;
  virtual SysResult<void> SetSockOpt(NativeHandle handle, int level, int name,
                                     absl::Span<const char> value) = 0;
  virtual SysResult<void> SetAddressReuse(NativeHandle handle,
                                          AddressReuse reuse) = 0;
  virtual SysResult<void> SetBlocking(NativeHandle handle, bool blocking) = 0;
};

// One piece of ancillary data, which goes along with a message: descriptors,
// the interface it came from. The data is somebody else's bytes.
struct ControlMessage {
  int level = 0;
  int type = 0;
  absl::Span<const char> data;
};

// What RecvMsg received.
struct ReceivedMessage {
  std::size_t size = 0;          // bytes of the buffers that are filled
  std::size_t control_size = 0;  // bytes of `control` that are filled
  int flags = 0;                 // MSG_TRUNC, MSG_CTRUNC and the like
};

// Messages: several buffers in one call, with ancillary data.
class MessageCalls {
 public:
  virtual ~MessageCalls() = default;

  // The buffers are filled one after the other. What does not fit into them, or
  // into `control`, is lost, and `flags` says so. Descriptors that arrive are
  // not inherited by child processes. `from` is AF_UNSPEC where the protocol
  // gives no sender.
  virtual SysResult<ReceivedMessage> RecvMsg(
      NativeHandle handle, absl::Span<const absl::Span<char>> buffers,
      absl::Span<char> control, int flags, SockAddr* from) = 0;
  // `to` is nullptr for the peer of a connected socket.
  virtual SysResult<std::size_t> SendMsg(
      NativeHandle handle, absl::Span<const absl::Span<const char>> buffers,
      absl::Span<const char> control, int flags, const SockAddr* to) = 0;

  // Python's CMSG_LEN and CMSG_SPACE: how many bytes a control message with so
  // much data has, without and with the padding behind it.
  virtual std::size_t ControlLength(std::size_t data_size) const = 0;
  virtual std::size_t ControlSpace(std::size_t data_size) const = 0;
  // Writes `message` to the beginning of `room`. How many bytes it takes there,
  // or 0 if it does not fit, and then nothing is written.
  virtual std::size_t PutControl(const ControlMessage& message,
                                 absl::Span<char> room) const = 0;
  // Takes the first message off the front of `*control`, into which `*message`
  // then points. False, and nothing is changed, iff there is no whole one.
  virtual bool TakeControl(absl::Span<const char>* control,
                           ControlMessage* message) const = 0;
};

// What to wait for.
enum class WaitEvent {
  kReadable,
  kWritable,
  // A connection attempt that was in progress has ended, well or badly.
  kConnected,
};

class ReadinessCalls {
 public:
  virtual ~ReadinessCalls() = default;

  // Waits until `handle` is ready or has failed, for at most `timeout`, which
  // is not negative, may be infinite, and is rounded up to what the system
  // counts in. `value` is false iff the time ran out. May fail with EINTR.
  virtual SysResult<bool> Wait(NativeHandle handle, WaitEvent event,
                               absl::Duration timeout) = 0;

  // Sleeps for `duration`, or less if a signal arrives.
  virtual void Sleep(absl::Duration duration) = 0;
};

class ClockCalls {
 public:
  virtual ~ClockCalls() = default;

  // Time since an arbitrary moment, on a clock that never goes backwards.
  virtual absl::Duration Now() = 0;
};

// A look-up's error number can be of two kinds: EAI_SYSTEM says "look at
// errno", and the backend has then looked.
template <typename T>
struct LookupResult {
  T value{};
  ErrorDomain domain = ErrorDomain::kGetAddrInfo;
  int error = 0;
  // The time ran out; `error` is 0 then.
  bool timed_out = false;
};

// The arguments of getaddrinfo(3); 0 is "any" for the numbers.
struct AddrInfoQuery {
  std::optional<std::string> host;
  std::optional<std::string> service;
  int family = 0;
  int type = 0;
  int protocol = 0;
  int flags = 0;
};

struct AddrInfoEntry {
  int family = 0;
  int type = 0;
  int protocol = 0;
  std::string canonical_name;
  SockAddr address;
};

class NameCalls {
 public:
  virtual ~NameCalls() = default;

  // Gives up after `timeout`, which may be infinite. No entry has an address
  // of another kind than its `family` says.
  // Not named getaddrinfo's way: <ws2tcpip.h> makes a macro of that name.
  virtual LookupResult<std::vector<AddrInfoEntry>> FindAddresses(
      const AddrInfoQuery& query, absl::Duration timeout) = 0;
};

class InterfaceCalls {
 public:
  virtual ~InterfaceCalls() = default;

  // The index of a network interface ("eth0"), and the name of an index.
  virtual SysResult<std::uint32_t> NameToIndex(absl::string_view name) = 0;
  virtual SysResult<std::string> IndexToName(std::uint32_t index) = 0;
};

// What this platform's error numbers mean.
class ErrorCalls {
 public:
  virtual ~ErrorCalls() = default;

  // `kUnmapped` for a number without a portable name.
  virtual ErrorCode Code(ErrorDomain domain, int native) const = 0;
  // The other way; 0 where this platform has no such error.
  virtual int Native(ErrorCode code) const = 0;
  // What the OS says of it: "Connection refused". Safe from any thread.
  virtual std::string Text(ErrorDomain domain, int native) const = 0;
};

// An operating system, a simulated network, a mock. Owns none of its parts,
// which must outlive it; it must outlive every `Socket` made with it.
class Platform {
 public:
  struct Parts {
    SocketCalls* sockets;
    MessageCalls* messages;
    ReadinessCalls* readiness;
    ClockCalls* clock;
    NameCalls* names;
    InterfaceCalls* interfaces;
    ErrorCalls* errors;
  };

  explicit Platform(const Parts& parts) : parts_(parts) {}

  // Not copied: a `Socket` holds its address.
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  // That of the operating system the program was built for. Never destroyed.
  static Platform& Default();

  SocketCalls& sockets() const { return *parts_.sockets; }
  MessageCalls& messages() const { return *parts_.messages; }
  ReadinessCalls& readiness() const { return *parts_.readiness; }
  ClockCalls& clock() const { return *parts_.clock; }
  NameCalls& names() const { return *parts_.names; }
  InterfaceCalls& interfaces() const { return *parts_.interfaces; }
  ErrorCalls& errors() const { return *parts_.errors; }

 private:
  const Parts parts_;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_BACKEND_H_
