// TCP across links that lose, reorder and delay.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/time.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"
#include "mortise/tests/platform/sim/net/net_lab.h"

namespace mortise {
namespace sim {
namespace {

std::string Pattern(std::size_t size) {
  std::string data(size, '\0');
  Random random(7);
  for (char& byte : data) byte = static_cast<char>(random.Next());
  return data;
}

// What a host got of `data`, which another one sent and then shut down, and
// what was seen of it in the network.
struct Transfer {
  std::string received;
  bool has_ended = false;
  std::vector<std::string> log;
};

Transfer Carry(const FabricOptions& options, const std::string& data) {
  NetLab lab(options);
  Log log;
  lab.fabric().set_tap(&log);
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  lab.AddHost("c");
  const File listener = lab.Listen(b, 80);
  auto [client, server] = lab.Connect(a, listener, AddressOf(b, 80));
  Transfer transfer;
  std::size_t taken = 0;
  bool is_shut = false;
  const Time end = lab.now() + 3600 * kSecond;
  while (!transfer.has_ended && lab.now() < end) {
    if (taken < data.size()) {
      const std::string sent = Send(client, data.substr(taken));
      if (sent != "EAGAIN") taken += std::stoul(sent);
    } else if (!is_shut) {
      is_shut = true;
      EXPECT_EQ(client->socket().Shutdown(false, true), kDone);
    }
    lab.RunFor(10 * kMillisecond);
    const std::string more = Receive(server);
    if (more.empty()) {
      transfer.has_ended = true;
    } else if (more != "EAGAIN") {
      transfer.received += more;
    }
  }
  transfer.log = log.Take();
  return transfer;
}

FabricOptions Bad(std::uint64_t seed) {
  FabricOptions options;
  options.seed = seed;
  options.link.latency_min = absl::Milliseconds(1);
  options.link.latency_mean = absl::Milliseconds(3);
  options.link.loss = {1, 20};
  options.link.duplication = {1, 20};
  options.link.reordering = {1, 20};
  options.link.reordering_delay = absl::Milliseconds(5);
  options.link.rate = 10 * 1000 * 1000;
  options.link.queue = 100 * 1000;
  return options;
}

TEST(Transfer, EveryByteArrivesInOrderWhateverTheLinkDoes) {
  const std::string data = Pattern(300 * 1000);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    const Transfer transfer = Carry(Bad(seed), data);
    EXPECT_TRUE(transfer.has_ended);
    EXPECT_TRUE(transfer.received == data) << transfer.received.size();
  }
}

TEST(Transfer, LargeSegmentsArriveAsWell) {
  const std::string data = Pattern(3000 * 1000);
  const Transfer transfer = Carry(FabricOptions(), data);
  EXPECT_TRUE(transfer.has_ended);
  EXPECT_TRUE(transfer.received == data) << transfer.received.size();
}

TEST(Transfer, TheSameSeedGivesTheSamePackets) {
  const std::string data = Pattern(100 * 1000);
  const Transfer first = Carry(Bad(1), data);
  EXPECT_EQ(Carry(Bad(1), data).log, first.log);
  EXPECT_NE(Carry(Bad(2), data).log, first.log);
  EXPECT_THAT(first.log,
              ::testing::Contains(::testing::HasSubstr("lost on the link")));
}

TEST(Transfer, ARateIsWhatArrives) {
  FabricOptions options;
  options.link.rate = 1000 * 1000;
  NetLab lab(options);
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File listener = lab.Listen(b, 80);
  auto [client, server] = lab.Connect(a, listener, AddressOf(b, 80));
  const Time begin = lab.now();
  const std::string data = Pattern(200 * 1000);
  EXPECT_EQ(Send(client, data), "200000");
  std::string received;
  while (received.size() < data.size() && lab.now() < begin + 10 * kSecond) {
    lab.RunFor(kMillisecond);
    const std::string more = Receive(server);
    if (more != "EAGAIN") received += more;
  }
  EXPECT_TRUE(received == data);
  // 137 segments have 40 bytes of headers each.
  const double seconds = static_cast<double>(lab.now() - begin) / kSecond;
  EXPECT_NEAR(seconds, (200000 + 137 * 40) / 1e6, 0.004);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
