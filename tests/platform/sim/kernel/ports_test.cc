// Which sockets may have which addresses.

#include <cstdint>
#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::uint16_t kPort = 5000;

SockAddr Ipv6Any(std::uint16_t port) {
  SockAddr address = Ipv6Loopback(port);
  address.bytes[15] = 0;
  return address;
}

ErrorCode Bind(const File& file, const SockAddr& address) {
  return file->socket().Bind(address);
}

TEST(PortsTest, AnAddressHasOneOwner) {
  KernelLab lab;
  const File owner = lab.NewTcp();
  EXPECT_EQ(Bind(owner, Ipv4("127.0.0.1", kPort)), kDone);
  EXPECT_EQ(Bind(owner, Ipv4("127.0.0.1", kPort + 1)), ErrorCode::kEinval);
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("127.0.0.1", kPort)),
            ErrorCode::kEaddrinuse);
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("0.0.0.0", kPort)), ErrorCode::kEaddrinuse);
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("127.0.0.2", kPort)), kDone);
  EXPECT_EQ(Bind(lab.NewUdp(), Ipv4("127.0.0.1", kPort)), kDone);
}

TEST(PortsTest, TheAddressOfZerosOverlapsAllOthers) {
  KernelLab lab;
  const File owner = lab.NewTcp();
  EXPECT_EQ(Bind(owner, Ipv4("0.0.0.0", kPort)), kDone);
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("127.0.0.1", kPort)),
            ErrorCode::kEaddrinuse);
  EXPECT_EQ(Bind(lab.NewTcp(false), Ipv6Loopback(kPort)), kDone);
}

TEST(PortsTest, ASocketOfIpv6OverlapsIpv4UnlessItIsLimited) {
  for (const bool is_limited : {false, true}) {
    KernelLab lab;
    const File owner = lab.NewTcp(false);
    ASSERT_EQ(owner->socket().SetFlag(Option::kV6Only, is_limited), kDone);
    ASSERT_EQ(Bind(owner, Ipv6Any(kPort)), kDone);
    EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("127.0.0.1", kPort)),
              is_limited ? kDone : ErrorCode::kEaddrinuse);
    EXPECT_EQ(Bind(lab.NewTcp(false), Ipv6Loopback(kPort)),
              ErrorCode::kEaddrinuse);
    // Whom it overlaps does not change any more.
    EXPECT_EQ(owner->socket().SetOption(kIpprotoIpv6, kIpv6V6only,
                                        IntOption(is_limited ? 0 : 1)),
              ErrorCode::kEinval);
  }
}

TEST(PortsTest, SocketsThatAllAskForItShareUntilOneListens) {
  KernelLab lab;
  const File one = lab.NewTcp();
  const File two = lab.NewTcp();
  const File strict = lab.NewTcp();
  ASSERT_EQ(one->socket().SetFlag(Option::kReuseAddress, true), kDone);
  ASSERT_EQ(two->socket().SetFlag(Option::kReuseAddress, true), kDone);
  ASSERT_EQ(Bind(one, Ipv4("127.0.0.1", kPort)), kDone);
  EXPECT_EQ(Bind(strict, Ipv4("127.0.0.1", kPort)), ErrorCode::kEaddrinuse);
  EXPECT_EQ(Bind(two, Ipv4("127.0.0.1", kPort)), kDone);
  EXPECT_EQ(one->socket().Listen(1), kDone);
  EXPECT_EQ(two->socket().Listen(1), ErrorCode::kEaddrinuse);
}

TEST(PortsTest, ListenersShareWithReusePort) {
  KernelLab lab;
  std::vector<File> listeners;
  for (int i = 0; i < 3; ++i) {
    listeners.push_back(lab.NewTcp());
    ASSERT_EQ(listeners[i]->socket().SetFlag(Option::kReusePort, true), kDone);
    ASSERT_EQ(Bind(listeners[i], Ipv4("127.0.0.1", kPort)), kDone);
    ASSERT_EQ(listeners[i]->socket().Listen(1000), kDone);
  }
  std::vector<File> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(lab.NewTcp());
    clients[i]->socket().Connect(Ipv4("127.0.0.1", kPort));
  }
  lab.Settle();
  for (const File& listener : listeners) {
    EXPECT_NE(lab.Accept(listener), nullptr) << "each gets some";
  }
}

TEST(PortsTest, APortThatIsChosenIsInTheRangeAndFree) {
  KernelOptions options;
  options.port_range = {40000, 40009};
  KernelLab lab(options);
  std::vector<File> files;
  std::set<std::uint16_t> ports;
  for (int i = 0; i < 10; ++i) {
    files.push_back(lab.NewTcp());
    ASSERT_EQ(Bind(files.back(), Ipv4("127.0.0.1", 0)), kDone);
    ports.insert(files.back()->socket().LocalName().port);
  }
  EXPECT_EQ(ports.size(), 10u);
  EXPECT_EQ(*ports.begin(), 40000);
  EXPECT_EQ(*ports.rbegin(), 40009);
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("127.0.0.1", 0)), ErrorCode::kEaddrinuse);
  files.pop_back();
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("127.0.0.1", 0)), kDone);
}

TEST(PortsTest, TheSeedChoosesThePorts) {
  std::set<std::uint16_t> ports;
  for (const std::uint64_t seed : {1, 1, 2}) {
    KernelOptions options;
    options.seed = seed;
    KernelLab lab(options);
    const File file = lab.NewTcp();
    ASSERT_EQ(Bind(file, Ipv4("127.0.0.1", 0)), kDone);
    ports.insert(file->socket().LocalName().port);
  }
  EXPECT_EQ(ports.size(), 2u);
}

TEST(PortsTest, ConnectionsToOthersShareAPort) {
  KernelOptions options;
  options.port_range = {40000, 40000};
  KernelLab lab(options);
  const File one = lab.NewTcp();
  const File two = lab.NewTcp();
  ASSERT_EQ(Bind(one, Ipv4("127.0.0.1", 5001)), kDone);
  ASSERT_EQ(Bind(two, Ipv4("127.0.0.1", 5002)), kDone);
  ASSERT_EQ(one->socket().Listen(4), kDone);
  ASSERT_EQ(two->socket().Listen(4), kDone);
  const File first = lab.NewTcp();
  const File second = lab.NewTcp();
  const File third = lab.NewTcp();
  EXPECT_EQ(first->socket().Connect(Ipv4("127.0.0.1", 5001)),
            ErrorCode::kEinprogress);
  EXPECT_EQ(second->socket().Connect(Ipv4("127.0.0.1", 5002)),
            ErrorCode::kEinprogress);
  EXPECT_EQ(third->socket().Connect(Ipv4("127.0.0.1", 5002)),
            ErrorCode::kEaddrnotavail);
  EXPECT_EQ(first->socket().LocalName().port, 40000);
  EXPECT_EQ(second->socket().LocalName().port, 40000);
}

TEST(PortsTest, LowPortsMayNeedARight) {
  KernelOptions options;
  options.first_free_port = 1024;
  KernelLab lab(options);
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("127.0.0.1", 1023)), ErrorCode::kEacces);
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("127.0.0.1", 1024)), kDone);
  KernelLab free;
  EXPECT_EQ(Bind(free.NewTcp(), Ipv4("127.0.0.1", 80)), kDone);
}

TEST(PortsTest, OnlyAddressesOfTheHostCanBeBound) {
  KernelLab lab;
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("192.0.2.1", 0)),
            ErrorCode::kEaddrnotavail);
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv4("127.9.9.9", 0)), kDone);
  EXPECT_EQ(Bind(lab.NewTcp(false), Ipv4("127.0.0.1", 0)), ErrorCode::kEinval);
  EXPECT_EQ(Bind(lab.NewTcp(), Ipv6Loopback(0)), ErrorCode::kEafnosupport);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
