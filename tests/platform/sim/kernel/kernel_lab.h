// A kernel on a bench: the test says what time it is and what becomes of each
// packet.

#ifndef MORTISE_TESTS_PLATFORM_SIM_KERNEL_KERNEL_LAB_H_
#define MORTISE_TESTS_PLATFORM_SIM_KERNEL_KERNEL_LAB_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/outbox.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

// Keeps the packets of a kernel until the test takes them.
class Wire final : public Outbox {
 public:
  void Send(Kernel&, std::uint32_t, Packet packet) override {
    packets.push_back(std::move(packet));
  }

  std::vector<Packet> packets;
};

using File = std::shared_ptr<OpenFile>;

// For one thread.
class KernelLab {
 public:
  explicit KernelLab(KernelOptions options = {});

  Kernel& kernel() { return kernel_; }

  // Makes sockets, which are closed when the last copy of the file is gone.
  File NewTcp(bool is_v4 = true);
  File NewUdp(bool is_v4 = true);
  File NewUnix(int type);
  // A listener at 127.0.0.1, or ::1, and a port that the kernel chooses.
  File Listen(int backlog = 16, bool is_v4 = true);
  // The next connection of `listener`, or nullptr.
  File Accept(const File& listener);
  // A client that is connected to `listener`, and the server.
  std::pair<File, File> Connect(const File& listener);

  // The packets that were sent since the last time, which are lost unless the
  // test delivers them.
  std::vector<Packet> Take();
  void Deliver(const Packet& packet) { kernel_.Deliver(packet); }
  // Delivers all packets, and those that are sent because of them.
  void Settle();
  // Lets time pass up to `time`, timer by timer. Packets that are sent are
  // lost. Returns when they were sent.
  std::vector<Time> LoseUntil(Time time);
  // The same, but all packets arrive at once.
  void RunUntil(Time time);

 private:
  ErrorTable errors_;
  Wire wire_;
  Kernel kernel_;
};

SockAddr Ipv4(absl::string_view dotted, std::uint16_t port);
SockAddr Ipv6Loopback(std::uint16_t port);
SockAddr UnixName(absl::string_view name);

// Sends as much of `data` as fits, and returns how much that was. An error is
// returned as its name.
std::string Send(const File& file, absl::string_view data);
// Receives at most `most` bytes. An error is returned as its name.
std::string Receive(const File& file, std::size_t most = 1 << 20);

// Sets an option whose value is an int, which has to succeed.
void SetInt(const File& file, int level, int name, int value);

std::string ErrorName(ErrorCode error);
// "SYN", "SYN ACK", "ACK 5" (with 5 bytes), "FIN ACK", "RST", …
std::string Describe(const Packet& packet);
std::vector<std::string> Describe(const std::vector<Packet>& packets);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_KERNEL_KERNEL_LAB_H_
