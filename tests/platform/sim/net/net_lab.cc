#include "mortise/tests/platform/sim/net/net_lab.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/net/address_table.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/tap.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

namespace mortise {
namespace sim {
namespace {

File NewFile(Kernel& kernel, bool is_v4, int type) {
  const Result<std::int64_t> handle =
      kernel.NewSocket(is_v4 ? kAfInet : kAfInet6, type, 0);
  EXPECT_EQ(handle.error, kDone);
  return kernel.handles().Remove(handle.value);
}

SockAddr V6Address(const IpAddress& ip, std::uint16_t port) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(kAfInet6);
  address.size = 16;
  address.port = port;
  std::memcpy(address.bytes, ip.bytes(), 16);
  return address;
}

}  // namespace

NetLab::NetLab(const FabricOptions& options) : fabric_(options) {}

NetLab::~NetLab() {
  for (const auto& [host, kernel] : kernels_) fabric_.PowerOff(host);
}

HostId NetLab::AddHost(absl::string_view name) {
  const HostId next(static_cast<std::uint32_t>(interfaces_.size()) + 1);
  return AddHost(name, {DefaultInterface(next)});
}

HostId NetLab::AddHost(absl::string_view name,
                       std::vector<Interface> interfaces) {
  const HostId host = fabric_.AddHost(name);
  interfaces_[host] = std::move(interfaces);
  PowerOn(host);
  return host;
}

void NetLab::PowerOff(HostId host) {
  fabric_.PowerOff(host);
  kernels_.erase(host);
}

void NetLab::PowerOn(HostId host) {
  KernelOptions options;
  options.seed = host.number();
  options.errors = &errors_;
  options.interfaces = interfaces_.at(host);
  kernels_[host] = std::make_unique<Kernel>(options, fabric_);
  kernels_[host]->AdvanceTo(now_);
  EXPECT_EQ(fabric_.PowerOn(host, *kernels_[host]), kDone);
}

void NetLab::RunUntil(Time time) {
  for (;;) {
    Time next = std::min(time, fabric_.next());
    for (const auto& [host, kernel] : kernels_) {
      next = std::min(next, kernel->next_timer());
    }
    now_ = std::max(now_, next);
    for (const auto& [host, kernel] : kernels_) kernel->AdvanceTo(now_);
    fabric_.RunDue(now_);
    if (now_ == time && fabric_.next() > time) return;
  }
}

File NetLab::NewTcp(HostId host, bool is_v4) {
  return NewFile(kernel(host), is_v4, kSockStream);
}

File NetLab::NewUdp(HostId host, bool is_v4) {
  return NewFile(kernel(host), is_v4, kSockDgram);
}

File NetLab::Receiver(HostId host, std::uint16_t port, bool is_v4) {
  File file = NewUdp(host, is_v4);
  const SockAddr any =
      is_v4 ? Ipv4("0.0.0.0", port) : V6Address(IpAddress::Any(false), port);
  EXPECT_EQ(file->socket().Bind(any), kDone);
  return file;
}

File NetLab::Sender(HostId from, const SockAddr& to) {
  File file = NewUdp(from, to.family == kAfInet);
  EXPECT_EQ(file->socket().Connect(to), kDone);
  return file;
}

File NetLab::Listen(HostId host, std::uint16_t port) {
  File listener = NewTcp(host);
  EXPECT_EQ(listener->socket().Bind(Ipv4("0.0.0.0", port)), kDone);
  EXPECT_EQ(listener->socket().Listen(16), kDone);
  return listener;
}

File NetLab::Accept(const File& listener) {
  SockAddr peer;
  Result<std::shared_ptr<Socket>> accepted = listener->socket().Accept(&peer);
  if (!accepted.ok()) return nullptr;
  return std::make_shared<OpenFile>(std::move(accepted.value));
}

std::pair<File, File> NetLab::Connect(HostId host, const File& listener,
                                      const SockAddr& address) {
  File client = NewTcp(host);
  EXPECT_EQ(client->socket().Connect(address), ErrorCode::kEinprogress);
  File server = nullptr;
  for (int i = 0; i < 1000 && server == nullptr; ++i) {
    RunFor(100 * kMillisecond);
    server = Accept(listener);
  }
  EXPECT_NE(server, nullptr);
  EXPECT_EQ(client->socket().TakeError(), kDone);
  return {std::move(client), std::move(server)};
}

SockAddr AddressOf(HostId host, std::uint16_t port) {
  return Ipv4(absl::StrCat("10.0.0.", host.number()), port);
}

SockAddr V6AddressOf(HostId host, std::uint16_t port) {
  return V6Address(DefaultInterface(host).addresses[1].ip, port);
}

SockAddr LinkLocalAddressOf(HostId host, std::uint16_t port,
                            std::uint32_t scope_id) {
  SockAddr address = V6Address(DefaultInterface(host).addresses[2].ip, port);
  address.scope_id = scope_id;
  return address;
}

void Log::OnPacket(const Sighting& sighting) {
  absl::string_view what = "sent by";
  if (sighting.kind == Sighting::Kind::kArrived) what = "arrived at";
  if (sighting.kind == Sighting::Kind::kLost) what = "lost for";
  lines_.push_back(absl::StrFormat("%d %s %d: %s", sighting.time, what,
                                   sighting.host.number(),
                                   Describe(sighting.packet)));
  if (!sighting.comment.empty()) {
    absl::StrAppend(&lines_.back(), " (", sighting.comment, ")");
  }
}

std::vector<std::string> Log::Take() { return Take(""); }

std::vector<std::string> Log::Take(absl::string_view part) {
  std::vector<std::string> taken;
  for (std::string& line : lines_) {
    if (line.find(std::string(part)) != std::string::npos) {
      taken.push_back(std::move(line));
    }
  }
  lines_.clear();
  return taken;
}

}  // namespace sim
}  // namespace mortise
