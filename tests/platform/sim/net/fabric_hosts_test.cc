// Addresses that come and go, and hosts that go off and on.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/net/address_table.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"
#include "mortise/tests/platform/sim/net/net_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Show(const SockAddr& address) {
  const absl::string_view bytes(reinterpret_cast<const char*>(address.bytes),
                                address.size);
  return absl::StrCat(absl::BytesToHexString(bytes), " port ", address.port,
                      " scope ", address.scope_id);
}

// Receives a datagram and returns whom it is from.
SockAddr ReceiveFrom(const File& file) {
  char room[16];
  const absl::Span<char> buffer(room, sizeof(room));
  Incoming message;
  message.buffers = absl::MakeConstSpan(&buffer, 1);
  message.room = sizeof(room);
  EXPECT_EQ(file->socket().Receive(&message), kDone);
  return message.from;
}

// --- Addresses and interfaces ------------------------------------------------

TEST(FabricHosts, HostsHaveAddressesInTheOrderOfCreation) {
  NetLab lab;
  lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File sender = lab.Sender(b, Ipv4("10.0.0.1", 7));
  const SockAddr local = sender->socket().LocalName();
  EXPECT_EQ(Show(local), Show(AddressOf(b, local.port)));
  const Interface later = DefaultInterface(HostId(0x10203));
  EXPECT_EQ(later.addresses[0].ip, IpAddress::V4(10, 1, 2, 3));
}

TEST(FabricHosts, AnInterfaceThatIsDownNeitherSendsNorReceives) {
  NetLab lab;
  Log log;
  lab.fabric().set_tap(&log);
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File receiver = lab.Receiver(b, 7);
  const File sender = lab.Sender(a, AddressOf(b, 7));
  Send(sender, "on its way");
  EXPECT_EQ(lab.fabric().SetUp(b, "eth0", false), kDone);
  lab.RunFor(kMillisecond);
  EXPECT_EQ(Receive(receiver), "EAGAIN");
  EXPECT_THAT(log.Take("lost"),
              ElementsAre(HasSubstr("the interface is down")));
  EXPECT_EQ(Send(lab.NewUdp(b), ""), "EDESTADDRREQ");
  EXPECT_EQ(lab.NewUdp(b)->socket().Connect(AddressOf(a, 7)),
            ErrorCode::kEnetunreach);
  EXPECT_EQ(lab.fabric().SetUp(b, "eth0", true), kDone);
  Send(sender, "again");
  lab.RunFor(kMillisecond);
  EXPECT_EQ(Receive(receiver), "again");
  EXPECT_EQ(lab.fabric().SetUp(b, "eth9", true), ErrorCode::kEnodev);
}

TEST(FabricHosts, AnAddressCanMoveToAnotherHost) {
  NetLab lab;
  Log log;
  lab.fabric().set_tap(&log);
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const HostId c = lab.AddHost("c");
  const InterfaceAddress shared{IpAddress::V4(10, 1, 1, 1), 8};
  EXPECT_EQ(lab.fabric().AddAddress(b, "eth0", shared), kDone);
  const File at_b = lab.Receiver(b, 7);
  const File at_c = lab.Receiver(c, 7);
  const File sender = lab.Sender(a, Ipv4("10.1.1.1", 7));
  Send(sender, "to b");
  lab.RunFor(kMillisecond);
  EXPECT_EQ(Receive(at_b), "to b");
  Send(sender, "to nobody");
  EXPECT_EQ(lab.fabric().RemoveAddress(b, "eth0", shared.ip), kDone);
  EXPECT_EQ(lab.fabric().AddAddress(c, "eth0", shared), kDone);
  Send(sender, "to c");
  lab.RunFor(kMillisecond);
  EXPECT_EQ(Receive(at_b), "EAGAIN");
  EXPECT_EQ(Receive(at_c), "to c");
  EXPECT_THAT(log.Take("lost"), ElementsAre(HasSubstr("the address is gone")));
}

TEST(FabricHosts, AnAddressIsRefusedForAReason) {
  NetLab lab;
  Fabric& fabric = lab.fabric();
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const IpAddress ip = IpAddress::V4(10, 1, 1, 1);
  EXPECT_EQ(fabric.AddAddress(a, "eth1", {ip, 8}), ErrorCode::kEnodev);
  EXPECT_EQ(fabric.AddAddress(a, "eth0", {ip, 33}), ErrorCode::kEinval);
  EXPECT_EQ(fabric.AddAddress(a, "eth0", {ip, 8}), kDone);
  EXPECT_EQ(fabric.AddAddress(a, "eth0", {ip, 8}), ErrorCode::kEexist);
  EXPECT_EQ(fabric.AddAddress(b, "eth0", {ip, 8}), ErrorCode::kEaddrinuse);
  EXPECT_EQ(fabric.RemoveAddress(b, "eth0", ip), ErrorCode::kEaddrnotavail);
  EXPECT_EQ(fabric.RemoveAddress(a, "eth1", ip), ErrorCode::kEnodev);
  lab.PowerOff(a);
  EXPECT_EQ(fabric.AddAddress(a, "eth0", {ip, 8}), ErrorCode::kEhostdown);
  EXPECT_EQ(fabric.RemoveAddress(a, "eth0", ip), ErrorCode::kEhostdown);
  EXPECT_EQ(fabric.SetUp(a, "eth0", true), ErrorCode::kEhostdown);
  EXPECT_EQ(fabric.AddAddress(b, "eth0", {ip, 8}), kDone)
      << "a host that is off has no addresses";
}

TEST(FabricHosts, LinkLocalAddressesHaveTheScopeOfEachEnd) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  Interface first;
  first.name = "eth0";
  first.addresses = {{IpAddress::V4(172, 16, 0, 1), 12}};
  Interface second = DefaultInterface(HostId(2));
  second.name = "eth1";
  const HostId b = lab.AddHost("b", {first, second});
  const File receiver = lab.Receiver(b, 7, /*is_v4=*/false);
  const File sender = lab.Sender(a, LinkLocalAddressOf(b, 7, 2));
  Send(sender, "x");
  lab.RunFor(kMillisecond);
  const SockAddr from = ReceiveFrom(receiver);
  EXPECT_EQ(Show(from), Show(LinkLocalAddressOf(a, from.port, 3)));
  Send(lab.Sender(b, from), "no");
  const File answer = lab.NewUdp(b, false);
  ASSERT_EQ(answer->socket().Bind(LinkLocalAddressOf(b, 9, 3)), kDone);
  ASSERT_EQ(answer->socket().Connect(from), kDone);
  Send(answer, "answer");
  const File closed = lab.Sender(a, LinkLocalAddressOf(b, 8, 2));
  Send(closed, "x");
  lab.RunFor(kMillisecond);
  EXPECT_EQ(Receive(sender), "EAGAIN") << "it is connected to port 7";
  EXPECT_EQ(Receive(closed), "ECONNREFUSED");
}

TEST(FabricHosts, ABroadcastReachesAllHostsOfTheNetwork) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const HostId c = lab.AddHost("c");
  Interface elsewhere;
  elsewhere.name = "eth0";
  elsewhere.addresses = {{IpAddress::V4(172, 16, 0, 1), 12}};
  const HostId d = lab.AddHost("d", {elsewhere});
  std::vector<File> receivers;
  for (const HostId host : {a, b, c, d}) {
    receivers.push_back(lab.Receiver(host, 7));
  }
  const File sender = lab.NewUdp(a);
  ASSERT_EQ(sender->socket().SetFlag(Option::kBroadcast, true), kDone);
  ASSERT_EQ(sender->socket().Connect(Ipv4("255.255.255.255", 7)), kDone);
  Send(sender, "all");
  lab.RunFor(kMillisecond);
  EXPECT_EQ(Receive(receivers[0]), "all");
  EXPECT_EQ(Receive(receivers[1]), "all");
  EXPECT_EQ(Receive(receivers[2]), "all");
  EXPECT_EQ(Receive(receivers[3]), "EAGAIN");
}

// --- Off and on --------------------------------------------------------------

TEST(FabricHosts, WhatIsOnItsWayToAHostThatGoesOffIsLost) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File sender = lab.Sender(a, AddressOf(b, 7));
  Send(sender, "x");
  lab.PowerOff(b);
  lab.RunFor(kSecond);
  EXPECT_EQ(Receive(sender), "EAGAIN");
  EXPECT_EQ(lab.fabric().next(), kNever);
}

TEST(FabricHosts, WhatAHostHasSentGoesOnItsWay) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File receiver = lab.Receiver(b, 7);
  Send(lab.Sender(a, AddressOf(b, 7)), "last words");
  lab.PowerOff(a);
  lab.RunFor(kMillisecond);
  EXPECT_EQ(Receive(receiver), "last words");
}

TEST(FabricHosts, AHostThatWasRestartedResetsOldConnections) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  File listener = lab.Listen(b, 80);
  auto [client, server] = lab.Connect(a, listener, AddressOf(b, 80));
  listener.reset();
  // The power is cut: the kernel says nothing more.
  lab.fabric().PowerOff(b);
  server.reset();
  lab.PowerOff(b);
  lab.RunFor(kSecond);
  Send(client, "hello?");
  lab.RunFor(kSecond);
  EXPECT_EQ(Receive(client), "EAGAIN");
  lab.PowerOn(b);
  lab.RunFor(kSecond);
  EXPECT_EQ(Receive(client), "ECONNRESET");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
