// A socket of AF_UNIX: streams, datagrams, and sequences of packets. Source:
// unix(7), and observation of Linux where that is silent.
//
//   unix_socket.cc   names, ends, readiness
//   unix_connect.cc  listeners and peers
//   unix_message.cc  what is sent and received

#ifndef MORTISE_PLATFORM_SIM_KERNEL_UNIX_SOCKET_H_
#define MORTISE_PLATFORM_SIM_KERNEL_UNIX_SOCKET_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

// Thread safety and lifetime as of Socket. Peers own each other until one of
// them is released.
class UnixSocket final : public Socket {
 public:
  UnixSocket(Kernel& kernel, int type);

  // Makes the two each other's peers, as socketpair(2) does.
  static void Pair(const std::shared_ptr<UnixSocket>& a,
                   const std::shared_ptr<UnixSocket>& b);

  ErrorCode Bind(const SockAddr& address) override;
  ErrorCode Listen(int backlog) override;
  Result<std::shared_ptr<Socket>> Accept(SockAddr* peer) override;
  ErrorCode Connect(const SockAddr& address) override;
  ErrorCode Disconnect() override;
  ErrorCode Shutdown(bool receiving, bool sending) override;
  Result<std::size_t> Send(const Outgoing& message,
                           std::size_t offset) override;
  ErrorCode Receive(Incoming* message) override;
  SockAddr LocalName() const override;
  Result<SockAddr> PeerName() const override;
  Events Ready() override;
  SocketStatus Status() const override;
  void Release() override;

 protected:
  Holders Transports() const override { return kUnixHolds; }
  Holders Families() const override { return 0; }
  Result<std::string> ComputedOption(const OptionRow& row) override;
  bool Accepts() const override { return is_listening_; }

 private:
  // What waits to be received.
  struct Message {
    std::string data;
    std::size_t taken = 0;
    std::size_t cost = 0;
    Ancillary ancillary;
    // Whose buffer it fills.
    std::shared_ptr<UnixSocket> sender;
  };

  bool is_stream() const;
  // Whether it is a connection: a stream or a sequence of packets.
  bool is_connection() const { return !is_datagram_; }
  std::shared_ptr<UnixSocket> Self();

  // --- unix_connect.cc ---
  ErrorCode ConnectDatagram(const std::shared_ptr<UnixSocket>& other);
  ErrorCode ConnectStream(const std::shared_ptr<UnixSocket>& other);
  Result<std::shared_ptr<UnixSocket>> FindOther(const SockAddr& address) const;
  ErrorCode Autobind();
  // The name by which UnixNames knows a socket of this type.
  std::string TableName(absl::string_view name) const;
  void DropPeer();
  // Tells this socket when `other` has room.
  void AwaitRoomIn(UnixSocket& other);
  void NotifyWaiting();

  // --- unix_message.cc ---
  Result<std::size_t> SendOnConnection(const Outgoing& message,
                                       std::size_t offset);
  Result<std::size_t> SendDatagram(const Outgoing& message);
  ErrorCode CheckCredentials(const Ancillary* ancillary) const;
  std::size_t Room() const;
  void Enqueue(UnixSocket& to, std::string data, const Outgoing& message,
               bool with_ancillary);
  ErrorCode ReceiveStream(Incoming* message);
  ErrorCode ReceiveWhole(Incoming* message);
  static SockAddr NameOfSender(const Message& message);
  void Forget(const Message& message);
  void ClearQueue();
  bool IsQueueFullFor(const UnixSocket& sender) const;

  const bool is_datagram_;
  bool is_listening_ = false;
  bool is_released_ = false;
  bool receiving_has_ended_ = false;
  bool sending_has_ended_ = false;
  // The name, without the terminator of a path. Empty without a name.
  std::string name_;
  // Whether the name is that of the listener, which made this socket.
  bool shares_name_ = false;
  std::shared_ptr<UnixSocket> peer_;
  ControlCredentials peer_credentials_;

  std::size_t backlog_ = 0;
  std::deque<std::shared_ptr<UnixSocket>> accepted_;
  std::deque<Message> queue_;
  // The cost of what it has sent and nobody has received.
  std::size_t in_flight_ = 0;
  // Those that wait for room in the queue.
  std::vector<std::weak_ptr<UnixSocket>> waiting_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_UNIX_SOCKET_H_
