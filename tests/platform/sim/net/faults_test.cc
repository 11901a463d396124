// Rules about packets.

#include "mortise/platform/sim/faults.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/time.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"
#include "mortise/tests/platform/sim/net/faults_lab.h"
#include "mortise/tests/platform/sim/net/net_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Faults = FaultsLab;

TEST_F(Faults, ARuleActsUntilItIsDestroyed) {
  {
    const Rule rule = faults_.OnPackets({}, PacketFate::Drop());
    EXPECT_THAT(Exchange(2), IsEmpty());
    EXPECT_EQ(rule.hits(), 2);
  }
  EXPECT_THAT(Exchange(2), ElementsAre("1", "2"));
}

TEST_F(Faults, ARuleThatIsKeptActsOn) {
  faults_.OnPackets({}, PacketFate::Drop()).Keep();
  EXPECT_THAT(Exchange(2), IsEmpty());
}

TEST_F(Faults, ARuleThatIsMovedActsOnce) {
  Rule rule = faults_.OnPackets({}, PacketFate::Drop(), When::Nth(2));
  Rule moved = std::move(rule);
  EXPECT_THAT(Exchange(3), ElementsAre("1", "3"));
  EXPECT_EQ(moved.hits(), 1);
  moved = faults_.OnPackets({}, PacketFate::Drop(), When::Nth(3));
  EXPECT_THAT(Exchange(3), ElementsAre("1", "2"))
      << "the assignment has ended the other rule";
}

TEST_F(Faults, WhenSaysWhichPacketsOfTheMatch) {
  const Rule every = faults_.OnPackets({}, PacketFate::Drop(), When::Every(3));
  EXPECT_THAT(Exchange(7), ElementsAre("1", "2", "4", "5", "7"));
  EXPECT_EQ(every.hits(), 2);
}

TEST_F(Faults, TimesAreCountedFromTheMakingOfTheRule) {
  lab_.RunUntil(kSecond);
  const Rule rule = faults_.OnPackets(
      {}, PacketFate::Drop(),
      When::First(2).After(absl::Milliseconds(2)).Until(absl::Milliseconds(5)));
  // Sent after 0, 1, ... milliseconds.
  EXPECT_THAT(Exchange(6), ElementsAre("1", "2", "5", "6"));
}

TEST_F(Faults, AMatchNamesHostsProtocolAndPort) {
  const File listener = lab_.Listen(b_, 80);
  const File other = lab_.Receiver(c_, 7);
  const auto drop = [this](const PacketMatch& match) {
    return faults_.OnPackets(match, PacketFate::Drop());
  };
  PacketMatch match;
  match.to = c_;
  {
    const Rule rule = drop(match);
    EXPECT_THAT(Exchange(1), SizeIs(1));
    Send(lab_.Sender(a_, AddressOf(c_, 7)), "x");
    lab_.RunFor(kMillisecond);
    EXPECT_THAT(Arrived(other), IsEmpty());
  }
  match = {};
  match.from = b_;
  {
    const Rule rule = drop(match);
    EXPECT_THAT(Exchange(1), SizeIs(1));
    EXPECT_EQ(rule.hits(), 0);
  }
  match = {};
  match.protocol = Transport::kTcp;
  {
    const Rule rule = drop(match);
    EXPECT_THAT(Exchange(1), SizeIs(1));
    const File client = lab_.NewTcp(a_);
    client->socket().Connect(AddressOf(b_, 80));
    lab_.RunFor(kMillisecond);
    EXPECT_EQ(rule.hits(), 1);
  }
  match = {};
  match.port = 7;
  {
    const Rule rule = drop(match);
    EXPECT_THAT(Exchange(1), IsEmpty());
  }
  match.port = 8;
  {
    const Rule rule = drop(match);
    EXPECT_THAT(Exchange(1), SizeIs(1));
  }
  match = {};
  match.only = [](const Packet& packet) { return packet.data == "2"; };
  {
    const Rule rule = drop(match);
    EXPECT_THAT(Exchange(3), ElementsAre("1", "3"));
  }
}

TEST_F(Faults, TheFirstRuleThatDoesNotLetPassDecides) {
  const Rule first =
      faults_.OnPackets({}, PacketFate::Duplicate(1), When::Nth(2));
  const Rule second = faults_.OnPackets({}, PacketFate::Drop(), When::First(2));
  // The second one is not left the second packet, so its own are 1 and 3.
  EXPECT_THAT(Exchange(4), ElementsAre("2", "2", "4"));
  EXPECT_EQ(first.hits(), 1);
  EXPECT_EQ(second.hits(), 2);
}

TEST_F(Faults, AFunctionIsAskedAboutWhatIsNotDecided) {
  const Rule first = faults_.OnPackets({}, PacketFate::Drop(), When::Nth(1));
  std::vector<std::string> asked;
  const Rule function = faults_.OnPackets([&asked](const Packet& packet) {
    asked.push_back(packet.data);
    return packet.data == "3" ? PacketFate::Drop() : PacketFate::Pass();
  });
  EXPECT_THAT(Exchange(4), ElementsAre("2", "4"));
  EXPECT_THAT(asked, ElementsAre("2", "3", "4"));
  EXPECT_EQ(function.hits(), 1);
}

TEST_F(Faults, APacketThatIsDelayedIsOvertaken) {
  const Rule rule = faults_.OnPackets(
      {}, PacketFate::Delay(absl::Milliseconds(1)), When::Nth(1));
  Send(sender_, "1");
  Send(sender_, "2");
  lab_.RunFor(kLatency);
  EXPECT_THAT(Arrived(), ElementsAre("2"));
  lab_.RunFor(kMillisecond - 1);
  EXPECT_THAT(Arrived(), IsEmpty());
  lab_.RunFor(1);
  EXPECT_THAT(Arrived(), ElementsAre("1"));
}

TEST_F(Faults, CorruptFlipsOneBitAndDropsWhatHasNoData) {
  const Rule rule = faults_.OnPackets({}, PacketFate::Corrupt());
  const std::string sent(100, 'a');
  Send(sender_, sent);
  Send(sender_, "");
  lab_.RunFor(kMillisecond);
  const std::vector<std::string> arrived = Arrived();
  ASSERT_THAT(arrived, SizeIs(1));
  ASSERT_EQ(arrived[0].size(), sent.size());
  int flipped = 0;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      flipped += ((arrived[0][i] ^ sent[i]) >> bit) & 1;
    }
  }
  EXPECT_EQ(flipped, 1);
}

TEST_F(Faults, AnAnswerEndsAnAttemptToConnect) {
  const File listener = lab_.Listen(b_, 80);
  const auto connect = [&](IcmpKind kind) {
    const Rule rule = faults_.OnPackets({}, PacketFate::Answer(kind));
    const File client = lab_.NewTcp(a_);
    EXPECT_EQ(client->socket().Connect(AddressOf(b_, 80)),
              ErrorCode::kEinprogress);
    lab_.RunFor(kLatency);
    return client->socket().TakeError();
  };
  EXPECT_EQ(connect(IcmpKind::kHostUnreachable), ErrorCode::kEhostunreach);
  EXPECT_EQ(connect(IcmpKind::kNetUnreachable), ErrorCode::kEnetunreach);
  EXPECT_EQ(connect(IcmpKind::kPortUnreachable), ErrorCode::kEconnrefused);
}

// --- Determinism -------------------------------------------------------------

// Which of 200 datagrams to port 7 a rule loses, beside other rules.
std::vector<std::string> WithOtherRule(std::uint64_t seed, bool other_first,
                                       bool other_acts) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  sim::Faults faults(seed, lab.fabric(), lab);
  const auto make = [&faults](std::uint16_t port) {
    PacketMatch match;
    match.port = port;
    faults.OnPackets(match, PacketFate::Drop(), When::OneIn(3)).Keep();
  };
  const auto make_other = [&faults] {
    faults.OnPackets({}, PacketFate::Duplicate(1), When::OneIn(4)).Keep();
  };
  if (other_acts && other_first) make_other();
  make(7);
  if (other_acts && !other_first) make_other();
  const File receiver = lab.Receiver(b, 7);
  const File sender = lab.Sender(a, AddressOf(b, 7));
  std::vector<std::string> arrived;
  for (int i = 0; i < 200; ++i) {
    Send(sender, absl::StrCat(i));
    lab.RunFor(kMillisecond);
    std::string data = Receive(receiver);
    const std::string copy = Receive(receiver);
    // Only whether it arrived: what the other rule does is to double it.
    if (data != "EAGAIN" && copy == "EAGAIN") arrived.push_back(data);
  }
  return arrived;
}

TEST(FaultsAreDetermined, BySeedAndNotByOtherRules) {
  const std::vector<std::string> alone = WithOtherRule(1, false, false);
  EXPECT_NEAR(static_cast<double>(alone.size()), 133, 30);
  EXPECT_EQ(WithOtherRule(1, false, false), alone);
  EXPECT_NE(WithOtherRule(2, false, false), alone);
  // A rule that comes later doubles some of those that arrive, and makes no
  // other difference. A rule that comes before decides about some that would
  // have been lost as well.
  for (const bool other_first : {false, true}) {
    const std::vector<std::string> beside = WithOtherRule(1, other_first, true);
    for (const std::string& number : beside) {
      EXPECT_THAT(alone, ::testing::Contains(number));
    }
    EXPECT_LT(beside.size(), alone.size());
  }
}

TEST(FaultsAreDetermined, RulesThatSayTheSameDecideForThemselves) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  sim::Faults faults(1, lab.fabric(), lab);
  const Rule first = faults.OnPackets({}, PacketFate::Drop(), When::OneIn(2));
  const Rule second = faults.OnPackets({}, PacketFate::Drop(), When::OneIn(2));
  const File sender = lab.Sender(a, AddressOf(b, 7));
  for (int i = 0; i < 400; ++i) Send(sender, "x");
  EXPECT_NEAR(static_cast<double>(first.hits()), 200, 60);
  EXPECT_NEAR(static_cast<double>(second.hits()), 100, 50);
  EXPECT_EQ(first.text(), "drop, OneIn(2)");
}

// --- Arguments ---------------------------------------------------------------

class FaultsDeathTest : public FaultsLab {};

TEST_F(FaultsDeathTest, AnArgumentThatMakesNoSenseIsNamed) {
  EXPECT_DEATH(faults_.Partition({a_, b_}, {b_}).Keep(),
               "Partition: other must have no host in common");
  EXPECT_DEATH(faults_.Clog(a_, HostId()).Keep(), "HostId is not a host");
  EXPECT_DEATH(faults_.OnPackets({}, PacketFate::Drop(), When::Every(0)).Keep(),
               "when: Every\\(0\\): n must be 1 or more");
  EXPECT_DEATH(faults_.OnPackets(nullptr).Keep(), "decide must be a function");
  EXPECT_DEATH(PacketFate::Delay(absl::Nanoseconds(-1)),
               "by must not be negative");
  EXPECT_DEATH(PacketFate::Duplicate(0), "copies must be positive");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
