// What all simulated sockets have in common.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_SOCKET_H_
#define MORTISE_PLATFORM_SIM_KERNEL_SOCKET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

class Kernel;

// What is shown of a socket.
struct SocketStatus {
  // Such as "tcp", "udp6" or "unix-stream".
  const char* protocol = "";
  // Such as "ESTABLISHED". Empty if the socket has no state.
  const char* state = "";
  // Bytes that nobody has received yet, and bytes that were sent and that the
  // peer's host does not have, or its program if the socket is of AF_UNIX (and
  // then with what each message costs). For a listener of TCP: connections that
  // wait to be accepted, and its backlog.
  std::size_t receive_queue = 0;
  std::size_t send_queue = 0;
  SockAddr local;
  // Empty if there is no peer.
  std::optional<SockAddr> remote;
};

// A socket of a kernel. Every operation is tried once, and says kEagain where
// it would have to wait. `kernel` must outlive it.
//
// Lifetime: open files and the kernel's tables share it. A TCP connection lives
// on after the last file is closed, until it has ended.
//
// Thread safety: none; the lock of the simulation guards it. Nothing blocks.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  Socket(Kernel& kernel, int family, int type, int protocol);
  virtual ~Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int family() const { return family_; }
  int type() const { return type_; }
  int protocol() const { return protocol_; }
  // No other socket of the kernel has ever had this number.
  std::uint64_t identity() const { return identity_; }
  Kernel& kernel() const { return kernel_; }

  bool is_blocking() const { return is_blocking_; }
  void set_blocking(bool blocking) { is_blocking_ = blocking; }

  const OptionValues& options() const { return options_; }

  virtual ErrorCode Bind(const SockAddr& address) = 0;
  virtual ErrorCode Listen(int backlog) = 0;
  // `*peer` becomes the address of the new socket's peer.
  virtual Result<std::shared_ptr<Socket>> Accept(SockAddr* peer) = 0;
  // Says kEinprogress if the connection needs time. kWritable tells its end.
  virtual ErrorCode Connect(const SockAddr& address) = 0;
  virtual ErrorCode Disconnect() = 0;
  virtual ErrorCode Shutdown(bool receiving, bool sending) = 0;
  // Sends from byte `offset` of the message on; only streams are asked with
  // another offset than 0. Returns how many bytes were taken.
  virtual Result<std::size_t> Send(const Outgoing& message,
                                   std::size_t offset) = 0;
  // Appends to what `message` has: only streams are asked again.
  virtual ErrorCode Receive(Incoming* message) = 0;
  virtual SockAddr LocalName() const = 0;
  virtual Result<SockAddr> PeerName() const = 0;
  // The events that are there now.
  virtual Events Ready() = 0;
  virtual SocketStatus Status() const = 0;

  // Called when the last file of the socket is closed.
  virtual void Release() = 0;
  // Whether what was sent before Release is still on its way.
  virtual bool IsSending() const { return false; }

  ErrorCode SetOption(int level, int name, absl::Span<const char> value);
  Result<std::string> GetOption(int level, int name);
  // Sets an option that the library itself wants.
  ErrorCode SetFlag(Option option, bool on);

  // The pending error, which is then taken back.
  ErrorCode TakeError();

  void Watch(Watcher& watcher) { watchers_.Add(watcher); }
  // Tells all watchers that the socket is gone for them.
  void DropWatchers() { watchers_.Clear(); }

 protected:
  // The options that this kind of socket has.
  virtual Holders Transports() const = 0;
  virtual Holders Families() const = 0;
  // Whether an option may have its new value now. `options()` has the old one.
  virtual ErrorCode CheckOption(Option, const OptionValues&) { return kDone; }
  // Called after an option has been set.
  virtual void OnOption(Option) {}
  // The value of an option that is not in `options()`.
  virtual Result<std::string> ComputedOption(const OptionRow& row);
  virtual bool Accepts() const { return false; }

  OptionValues& mutable_options() { return options_; }
  bool has_error() const { return error_ != kDone; }
  // Keeps `error` for the next call that reports it.
  void SetError(ErrorCode error) { error_ = error; }
  void Notify(Events events) { watchers_.Notify(events); }

 private:
  bool HasOption(const OptionRow& row) const;
  // What a call about an option says that the socket does not have.
  ErrorCode ErrorOfLackedOption(int level, const OptionRow* row,
                                bool is_read) const;

  Kernel& kernel_;
  const int family_;
  const int type_;
  const int protocol_;
  const std::uint64_t identity_;
  bool is_blocking_ = true;
  ErrorCode error_ = kDone;
  OptionValues options_;
  WatchList watchers_;
};

// What handles and descriptors on their way refer to. When the last of them is
// gone, the socket is released. Thread safety as of Socket.
class OpenFile {
 public:
  explicit OpenFile(std::shared_ptr<Socket> socket, std::string owner = "")
      : socket_(std::move(socket)), owner_(std::move(owner)) {}
  ~OpenFile() { Close(); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // Releases the socket, unless that has been done.
  void Close() {
    if (is_closed_) return;
    is_closed_ = true;
    socket_->DropWatchers();
    socket_->Release();
  }

  Socket& socket() const { return *socket_; }
  const std::shared_ptr<Socket>& shared_socket() const { return socket_; }
  // The thread that made it, as KernelOptions::caller has told, for people.
  const std::string& owner() const { return owner_; }

 private:
  const std::shared_ptr<Socket> socket_;
  bool is_closed_ = false;
  const std::string owner_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_SOCKET_H_
