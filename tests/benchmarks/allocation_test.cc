// The budget "no allocation". It holds for sending and receiving that can be
// done at once, and for the two errors that are everyday results.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/benchmarks/counting_allocator.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr std::size_t kSize = 64;

TEST(CountingAllocatorTest, SeesOperatorNew) {
  EXPECT_GT(AllocationsOf([] { std::make_unique<std::string>(100, 'x'); }), 0);
}

TEST(CountingAllocatorTest, SeesMalloc) {
  if (!CountsMalloc()) GTEST_SKIP() << "only operator new is counted here";
  EXPECT_GT(AllocationsOf([] {
              void* volatile memory = std::malloc(kSize);
              std::free(memory);
            }),
            0);
}

TEST(CountingAllocatorTest, KnowsWhatIsAllocated) {
  if (!CountsMalloc()) GTEST_SKIP() << "only operator new is counted here";
  const std::int64_t before = AllocatedBytes();
  void* volatile memory = std::malloc(kSize);
  EXPECT_GE(AllocatedBytes(), before + static_cast<std::int64_t>(kSize));
  memory = std::realloc(memory, 100 * kSize);
  EXPECT_GE(AllocatedBytes(), before + static_cast<std::int64_t>(100 * kSize));
  memory = std::realloc(memory, 1);
  EXPECT_LE(AllocatedBytes(), before + static_cast<std::int64_t>(kSize));
  std::free(memory);
  EXPECT_EQ(AllocatedBytes(), before);
}

// The calls in each mode, with data that has already arrived.
class ReadyAllocationTest : public testing::TestWithParam<absl::Duration> {
 protected:
  void SetUp() override {
    absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
    ASSERT_TRUE(pair.ok()) << pair.status();
    sender_ = std::move(pair->first);
    receiver_ = std::move(pair->second);
    SetTimeouts();
  }

  void UseDatagrams() {
    for (Socket* const socket : {&sender_, &receiver_}) {
      absl::StatusOr<Socket> made = Socket::Create(kAfInet, kSockDgram);
      ASSERT_TRUE(made.ok()) << made.status();
      *socket = *std::move(made);
      const absl::Status bound = socket->Bind({"127.0.0.1", 0});
      ASSERT_TRUE(bound.ok()) << bound;
    }
    const absl::StatusOr<SocketAddress> address = receiver_.GetSockName();
    ASSERT_TRUE(address.ok()) << address.status();
    address_ = *address;
    SetTimeouts();
  }

  void SetTimeouts() {
    for (Socket* const socket : {&sender_, &receiver_}) {
      const absl::Status set = socket->SetTimeout(GetParam());
      ASSERT_TRUE(set.ok()) << set;
    }
  }

  absl::Span<char> Buffer() { return absl::MakeSpan(buffer_); }
  absl::string_view Data() { return absl::string_view(buffer_, kSize); }

  Socket sender_;
  Socket receiver_;
  SocketAddress address_;
  char buffer_[kSize] = {};
};

INSTANTIATE_TEST_SUITE_P(
    , ReadyAllocationTest,
    testing::Values(absl::InfiniteDuration(), absl::Seconds(10)),
    [](const testing::TestParamInfo<absl::Duration>& info) {
      return info.param == absl::InfiniteDuration() ? "Blocking" : "Timeout";
    });

TEST_P(ReadyAllocationTest, SendAndRecv) {
  EXPECT_EQ(AllocationsOf([&] {
              EXPECT_EQ(sender_.Send(Data()).value_or(0), kSize);
              EXPECT_EQ(receiver_.Recv(Buffer()).value_or(0), kSize);
            }),
            0);
}

TEST_P(ReadyAllocationTest, SendAllAndRecv) {
  EXPECT_EQ(AllocationsOf([&] {
              EXPECT_TRUE(sender_.SendAll(Data()).ok());
              EXPECT_EQ(receiver_.Recv(Buffer()).value_or(0), kSize);
            }),
            0);
}

TEST_P(ReadyAllocationTest, RecvFromOfAStream) {
  EXPECT_EQ(AllocationsOf([&] {
              EXPECT_EQ(sender_.Send(Data()).value_or(0), kSize);
              EXPECT_TRUE(receiver_.RecvFrom(Buffer()).ok());
            }),
            0);
}

TEST_P(ReadyAllocationTest, SendToAndRecvFrom) {
  ASSERT_NO_FATAL_FAILURE(UseDatagrams());
  EXPECT_EQ(AllocationsOf([&] {
              EXPECT_EQ(sender_.SendTo(Data(), address_).value_or(0), kSize);
              EXPECT_TRUE(receiver_.RecvFrom(Buffer()).ok());
            }),
            0);
}

TEST_P(ReadyAllocationTest, SendMsgAndRecvMsg) {
  char control[64];
  EXPECT_EQ(
      AllocationsOf([&] {
        EXPECT_EQ(SendMsg(sender_, {Data().substr(0, 1), Data().substr(1)})
                      .value_or(0),
                  kSize);
        EXPECT_TRUE(RecvMsg(receiver_, {Buffer().first(1), Buffer().subspan(1)},
                            absl::MakeSpan(control))
                        .ok());
      }),
      0);
}

TEST_P(ReadyAllocationTest, SendMsgOfDatagramsWithAncillaryData) {
  ASSERT_NO_FATAL_FAILURE(UseDatagrams());
  AncillaryBuilder builder;
  const SocketAddress any = SocketAddress::Ipv4({127, 0, 0, 1}, 0);
  ASSERT_TRUE(builder.AddPacketInfo({any, 0}).ok());
  const std::optional<Constant> wanted = FindConstant("IP_PKTINFO");
  if (wanted.has_value()) {
    ASSERT_TRUE(
        receiver_.SetSockOpt(kIpprotoIp, static_cast<int>(wanted->value), 1)
            .ok());
  }
  char control[256];
  EXPECT_EQ(AllocationsOf([&] {
              EXPECT_EQ(SendMsg(sender_, {Data()}, builder.bytes(), 0, address_)
                            .value_or(0),
                        kSize);
              const absl::StatusOr<RecvMsgResult> got =
                  RecvMsg(receiver_, {Buffer()}, absl::MakeSpan(control));
              ASSERT_TRUE(got.ok());
              // Reading the ancillary data does not allocate either.
              for (const AncillaryMessage& message : AncillaryMessages(
                       absl::MakeSpan(control).first(got->control_size))) {
                EXPECT_TRUE(message.AsPacketInfo().has_value());
              }
            }),
            0);
}

TEST_P(ReadyAllocationTest, TheEndOfAStream) {
  sender_ = Socket();
  EXPECT_EQ(AllocationsOf([&] {
              EXPECT_EQ(receiver_.Recv(Buffer()).value_or(kSize), 0u);
            }),
            0);
}

class FrequentErrorAllocationTest : public ReadyAllocationTest {};

INSTANTIATE_TEST_SUITE_P(
    , FrequentErrorAllocationTest,
    testing::Values(absl::ZeroDuration(), absl::Milliseconds(1)),
    [](const testing::TestParamInfo<absl::Duration>& info) {
      return info.param == absl::ZeroDuration() ? "WouldBlock" : "Timeout";
    });

bool IsFrequentError(const absl::Status& status) {
  return IsWouldBlock(status) || IsTimeout(status);
}

TEST_P(FrequentErrorAllocationTest, Recv) {
  absl::Status status;
  EXPECT_EQ(AllocationsOf([&] { status = receiver_.Recv(Buffer()).status(); }),
            0);
  EXPECT_TRUE(IsFrequentError(status)) << status;
}

TEST_P(FrequentErrorAllocationTest, RecvFrom) {
  ASSERT_NO_FATAL_FAILURE(UseDatagrams());
  absl::Status status;
  EXPECT_EQ(
      AllocationsOf([&] { status = receiver_.RecvFrom(Buffer()).status(); }),
      0);
  EXPECT_TRUE(IsFrequentError(status)) << status;
}

TEST_P(FrequentErrorAllocationTest, RecvMsg) {
  absl::Status status;
  EXPECT_EQ(
      AllocationsOf([&] { status = RecvMsg(receiver_, {Buffer()}).status(); }),
      0);
  EXPECT_TRUE(IsFrequentError(status)) << status;
}

TEST_P(FrequentErrorAllocationTest, Send) {
  const std::string much(1 << 16, 'x');
  absl::StatusOr<std::size_t> sent = std::size_t{0};
  while (sent.ok()) sent = sender_.Send(much);
  ASSERT_TRUE(IsFrequentError(sent.status())) << sent.status();
  absl::Status status;
  EXPECT_EQ(AllocationsOf([&] { status = sender_.Send(much).status(); }), 0);
  EXPECT_TRUE(IsFrequentError(status)) << status;
}

TEST_P(FrequentErrorAllocationTest, AskingWhichErrorItWas) {
  const absl::Status status = receiver_.Recv(Buffer()).status();
  EXPECT_EQ(AllocationsOf([&] { EXPECT_TRUE(IsFrequentError(status)); }), 0);
}

TEST(NumericAllocationTest, NumericHosts) {
  for (const char* const host : {"203.0.113.254", "2001:db8::ffff:1"}) {
    EXPECT_EQ(AllocationsOf(
                  [&] { EXPECT_TRUE(SocketAddress::Numeric(host, 80).ok()); }),
              0)
        << host;
  }
}

TEST(PollerAllocationTest, WaitModifyAndWake) {
  absl::StatusOr<Poller> poller = Poller::Create();
  absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
  ASSERT_TRUE(poller.ok()) << poller.status();
  ASSERT_TRUE(pair.ok()) << pair.status();
  ASSERT_TRUE(poller->Register(pair->first, PollEvents::kReadable, 1).ok());
  ASSERT_TRUE(pair->second.SendAll("x").ok());
  PollResult ready;
  absl::Status status;
  EXPECT_EQ(AllocationsOf([&] {
              poller->Wake();
              status.Update(poller->Modify(pair->first, PollEvents::kNone));
              status.Update(poller->Modify(pair->first, PollEvents::kReadable));
              status.Update(poller->Wait(absl::Seconds(60), &ready));
              status.Update(poller->Wait(absl::ZeroDuration(), &ready));
            }),
            0);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_FALSE(ready.empty());
}

}  // namespace
}  // namespace benchmarks
}  // namespace mortise
