// Partitions, clogs and links that are replaced.

#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/link_options.h"
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
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Partitions = FaultsLab;
using Clogs = FaultsLab;

// --- Partitions --------------------------------------------------------------

TEST_F(Partitions, APartitionHoldsInBothDirectionsAndNotForOthers) {
  const File at_a = lab_.Receiver(a_, 7);
  const File at_c = lab_.Receiver(c_, 7);
  const Rule rule = faults_.Partition({a_}, {b_});
  EXPECT_THAT(Exchange(1), IsEmpty());
  Send(lab_.Sender(b_, AddressOf(a_, 7)), "back");
  Send(lab_.Sender(b_, AddressOf(c_, 7)), "to c");
  Send(lab_.Sender(c_, AddressOf(a_, 7)), "from c");
  lab_.RunFor(kMillisecond);
  EXPECT_THAT(Arrived(at_a), ElementsAre("from c"));
  EXPECT_THAT(Arrived(at_c), ElementsAre("to c"));
  EXPECT_EQ(rule.hits(), 2);
}

TEST_F(Partitions, APartitionMayHaveOneDirection) {
  const File at_a = lab_.Receiver(a_, 7);
  const File back = lab_.Sender(b_, AddressOf(a_, 7));
  for (const Direction direction :
       {Direction::kForward, Direction::kBackward}) {
    const Rule rule = faults_.Partition({a_}, {b_, c_}, direction);
    const bool forward = direction == Direction::kForward;
    EXPECT_THAT(Exchange(1), SizeIs(forward ? 0 : 1));
    Send(back, "back");
    lab_.RunFor(kMillisecond);
    EXPECT_THAT(Arrived(at_a), SizeIs(forward ? 1 : 0));
  }
}

TEST_F(Partitions, APartitionLosesWhatIsOnItsWay) {
  Log log;
  lab_.fabric().set_tap(&log);
  Send(sender_, "before");
  lab_.RunFor(kLatency / 2);
  {
    const Rule rule = faults_.Partition({a_}, {b_});
    Send(sender_, "during");
    lab_.RunFor(kLatency / 2);
    EXPECT_EQ(rule.hits(), 2);
  }
  lab_.RunFor(kMillisecond);
  EXPECT_THAT(Arrived(), IsEmpty());
  EXPECT_THAT(log.Take("partition"),
              ElementsAre(HasSubstr("sent by 1"), HasSubstr("lost for 2")));
  EXPECT_THAT(Exchange(1), ElementsAre("1"));
}

TEST_F(Partitions, AConnectionSurvivesAPartition) {
  const File listener = lab_.Listen(b_, 80);
  auto [client, server] = lab_.Connect(a_, listener, AddressOf(b_, 80));
  {
    const Rule rule = faults_.Partition({a_}, {b_});
    Send(client, "late");
    lab_.RunFor(60 * kSecond);
    EXPECT_EQ(Receive(server), "EAGAIN");
  }
  lab_.RunFor(120 * kSecond);
  EXPECT_EQ(Receive(server), "late");
}

// --- Clogs and links ---------------------------------------------------------

TEST_F(Clogs, WhatAClogHoldsBackComesInOrderWhenItEnds) {
  const File at_a = lab_.Receiver(a_, 7);
  Send(sender_, "0");
  {
    const Rule rule = faults_.Clog(a_, b_);
    EXPECT_THAT(Exchange(3), IsEmpty());
    EXPECT_EQ(rule.hits(), 4);
    Send(lab_.Sender(b_, AddressOf(a_, 7)), "back");
    lab_.RunFor(kSecond);
    EXPECT_THAT(Arrived(at_a), ElementsAre("back"));
    EXPECT_EQ(lab_.fabric().next(), kNever);
  }
  EXPECT_EQ(lab_.fabric().next(), lab_.now());
  lab_.RunFor(0);
  EXPECT_THAT(Arrived(), ElementsAre("0", "1", "2", "3"));
}

TEST_F(Clogs, WhatAClogHeldBackComesBeforeWhatIsSentAfterwards) {
  LinkOptions no_latency;
  no_latency.latency_min = no_latency.latency_mean = absl::ZeroDuration();
  lab_.fabric().SetLink(a_, b_, no_latency);
  {
    const Rule rule = faults_.Clog(a_, b_);
    Send(sender_, "first");
    lab_.RunFor(0);
    Send(sender_, "second");
  }
  lab_.RunFor(0);
  EXPECT_THAT(Arrived(), ElementsAre("first", "second"));
}

TEST_F(Clogs, APacketThatTwoClogsHoldWaitsForBoth) {
  auto first = std::make_unique<Rule>(faults_.Clog(a_, b_));
  auto second = std::make_unique<Rule>(faults_.Clog(a_, b_));
  EXPECT_THAT(Exchange(1), IsEmpty());
  { const Rule other = faults_.Clog(c_, b_); }
  lab_.RunFor(0);
  EXPECT_EQ(first->hits(), 1) << "it has held the packet twice";
  first.reset();
  lab_.RunFor(kSecond);
  EXPECT_THAT(Arrived(), IsEmpty());
  second.reset();
  lab_.RunFor(0);
  EXPECT_THAT(Arrived(), ElementsAre("1"));
}

TEST_F(Clogs, WhatAClogHoldsBackIsLostWithThePartitionThatFollows) {
  auto clog = std::make_unique<Rule>(faults_.Clog(a_, b_));
  EXPECT_THAT(Exchange(1), IsEmpty());
  const Rule partition = faults_.Partition({a_}, {b_});
  clog.reset();
  lab_.RunFor(kSecond);
  EXPECT_THAT(Arrived(), IsEmpty());
}

TEST_F(Clogs, SlowReplacesTheLinkWhileItLives) {
  LinkOptions slow;
  slow.latency_min = slow.latency_mean = absl::Milliseconds(100);
  {
    const Rule rule = faults_.Slow(b_, a_, slow);
    Send(sender_, "slow");
    lab_.RunFor(100 * kMillisecond - 1);
    EXPECT_THAT(Arrived(), IsEmpty());
    lab_.RunFor(1);
    EXPECT_THAT(Arrived(), ElementsAre("slow"));
    EXPECT_EQ(rule.hits(), 1);
  }
  Send(sender_, "fast");
  lab_.RunFor(kLatency);
  EXPECT_THAT(Arrived(), ElementsAre("fast"));
}

TEST_F(Clogs, ASlowLinkWithLossTakesNoLargeSegments) {
  const File listener = lab_.Listen(b_, 80);
  auto [client, server] = lab_.Connect(a_, listener, AddressOf(b_, 80));
  Send(client, "x");
  lab_.RunFor(kSecond);
  LinkOptions slow;
  slow.rate = 1000000;
  const Rule rule = faults_.Slow(a_, b_, slow);
  Send(client, std::string(14600, 'x'));
  EXPECT_EQ(rule.hits(), 10);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
