// Hosts on a bench, with a network between them: the test says how long time
// passes.

#ifndef MORTISE_TESTS_PLATFORM_SIM_NET_NET_LAB_H_
#define MORTISE_TESTS_PLATFORM_SIM_NET_NET_LAB_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/tap.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

namespace mortise {
namespace sim {

// For one thread.
class NetLab final : public Entrance {
 public:
  explicit NetLab(const FabricOptions& options = {});
  ~NetLab() override;

  Fabric& fabric() { return fabric_; }
  Time now() const { return now_; }

  // Adds a host that is on, with DefaultInterface or with these interfaces.
  HostId AddHost(absl::string_view name);
  HostId AddHost(absl::string_view name, std::vector<Interface> interfaces);
  Kernel& kernel(HostId host) { return *kernels_.at(host); }
  // Destroys the kernel, as a power cut does, or makes a new one. Files of the
  // old kernel must have been closed.
  void PowerOff(HostId host);
  void PowerOn(HostId host);

  // Lets time pass, event by event.
  void RunUntil(Time time);
  void RunFor(Time time) { RunUntil(now_ + time); }

  // Makes sockets, which are closed when the last copy of the file is gone.
  File NewTcp(HostId host, bool is_v4 = true);
  File NewUdp(HostId host, bool is_v4 = true);
  // A socket of UDP that is bound to the port, and one that sends to it.
  File Receiver(HostId host, std::uint16_t port, bool is_v4 = true);
  File Sender(HostId from, const SockAddr& to);
  File Listen(HostId host, std::uint16_t port);
  File Accept(const File& listener);
  // A client on `host` that is connected to `listener`, and the server.
  std::pair<File, File> Connect(HostId host, const File& listener,
                                const SockAddr& address);

  Time Enter() override { return now_; }
  void Leave() override {}

 private:
  const ErrorTable errors_;
  Fabric fabric_;
  Time now_ = 0;
  // In the order of creation.
  std::map<HostId, std::unique_ptr<Kernel>> kernels_;
  std::map<HostId, std::vector<Interface>> interfaces_;
};

// The first IPv4 address of a host, its IPv6 address, and its link-local one
// beyond the interface `scope_id`.
SockAddr AddressOf(HostId host, std::uint16_t port);
SockAddr V6AddressOf(HostId host, std::uint16_t port);
SockAddr LinkLocalAddressOf(HostId host, std::uint16_t port,
                            std::uint32_t scope_id);

// Writes down what it sees: "500000 arrived at 2: UDP 5 (comment)".
class Log final : public Tap {
 public:
  void OnInterfaces(HostId, absl::string_view, const Network&) override {}
  void OnPacket(const Sighting& sighting) override;

  // The lines, and only those that contain `part`. Both forget all lines.
  std::vector<std::string> Take();
  std::vector<std::string> Take(absl::string_view part);

 private:
  std::vector<std::string> lines_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_NET_NET_LAB_H_
