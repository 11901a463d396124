// The budgets of TLS: no allocation per record except BoringSSL's own, and no
// buffer for an idle connection.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/benchmarks/counting_allocator.h"
#include "mortise/tests/benchmarks/tls_ends.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr std::size_t kRecord = TlsSocket::kRecordSize;

class TlsAllocationTest : public testing::TestWithParam<absl::Duration> {};

INSTANTIATE_TEST_SUITE_P(
    , TlsAllocationTest,
    testing::Values(absl::InfiniteDuration(), absl::Seconds(60)),
    [](const testing::TestParamInfo<absl::Duration>& info) {
      return info.param == absl::InfiniteDuration() ? "Blocking" : "Timeout";
    });

// BoringSSL allocates a buffer for each record that it seals, and one for each
// record that it opens.
TEST_P(TlsAllocationTest, RecordsNeedOnlyWhatBoringSslNeeds) {
  BareTls bare;
  MortiseTls mortise(GetParam());
  std::string buffer(4 * kRecord, '\0');
  for (const std::size_t size : {std::size_t{16}, kRecord, 4 * kRecord}) {
    const std::string data(size, 'x');
    const AllocationCount needed = AllocationsOf(
        [&] { SendBothWays(bare, data, absl::MakeSpan(buffer)); });
    if (CountsMalloc()) {
      // Two directions, two ends.
      EXPECT_EQ(needed, static_cast<AllocationCount>(
                            4 * ((size + kRecord - 1) / kRecord)))
          << size;
    }
    EXPECT_EQ(AllocationsOf(
                  [&] { SendBothWays(mortise, data, absl::MakeSpan(buffer)); }),
              needed)
        << size;
  }
}

TEST(TlsErrorAllocationTest, FindingNothingAllocatesNothing) {
  MortiseTls ends(absl::Seconds(60));
  char buffer[64];
  SendBothWays(ends, "x", absl::MakeSpan(buffer));
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Milliseconds(1)}) {
    ASSERT_TRUE(ends.client().SetTimeout(timeout).ok());
    absl::Status status;
    EXPECT_EQ(AllocationsOf([&] {
                status = ends.client().Read(absl::MakeSpan(buffer)).status();
              }),
              0);
    EXPECT_TRUE(IsWouldBlock(status) || IsTimeout(status)) << status;
  }
}

// Reads what has arrived, and returns how much that was.
std::size_t ReadArrived(TlsSocket& socket, absl::Span<char> buffer) {
  std::size_t size = 0;
  for (;;) {
    const StreamTry tried = socket.TryRead(buffer, TryMode::kNow);
    EXPECT_TRUE(tried.status.ok()) << tried.status;
    if (tried.size == 0) return size;
    size += tried.size;
  }
}

TEST_P(TlsAllocationTest, AnIdleConnectionHoldsNoBuffer) {
  if (!CountsMalloc()) GTEST_SKIP() << "only operator new is counted here";
  MortiseTls ends(GetParam());
  const std::string data(4 * kRecord, 'x');
  std::string buffer(4 * kRecord, '\0');
  // The session tickets arrive with the first data, and are kept.
  SendBothWays(ends, "x", absl::MakeSpan(buffer));
  const std::int64_t idle = AllocatedBytes();
  SendBothWays(ends, data, absl::MakeSpan(buffer));
  EXPECT_EQ(AllocatedBytes(), idle);
  // One end sends until a record is only half out, and the other end receives
  // half of a record. Both have to hold what they have.
  TlsSocket& from = ends.client();
  TlsSocket& to = ends.server();
  std::size_t sent = 0;
  StreamTry tried;
  while (tried.wait == WaitEvents::kNone) {
    tried = from.TryWrite(data, TryMode::kNow);
    ASSERT_TRUE(tried.status.ok()) << tried.status;
    sent += tried.size;
  }
  EXPECT_GT(AllocatedBytes(), idle);
  std::size_t received = ReadArrived(to, absl::MakeSpan(buffer));
  EXPECT_EQ(received, sent - kRecord);
  EXPECT_GT(AllocatedBytes(), idle + static_cast<std::int64_t>(kRecord));
  // When the record has arrived, nobody holds anything, nor does a reader that
  // waits for the next one.
  EXPECT_TRUE(from.WriteAll("").ok());
  received += ReadArrived(to, absl::MakeSpan(buffer));
  EXPECT_EQ(received, sent);
  EXPECT_EQ(AllocatedBytes(), idle);
}

// Returns what both ends of an idle connection hold.
template <typename Ends>
std::int64_t BytesOf(Ends& ends) {
  std::string buffer(kRecord, '\0');
  const std::string data(kRecord, 'x');
  SendBothWays(ends, data, absl::MakeSpan(buffer));
  SendBothWays(ends, "x", absl::MakeSpan(buffer));
  const std::int64_t before = AllocatedBytes();
  ends.Drop();
  return before - AllocatedBytes();
}

TEST_P(TlsAllocationTest, AnIdleConnectionIsLittleMoreThanBoringSsl) {
  if (!CountsMalloc()) GTEST_SKIP() << "only operator new is counted here";
  BareTls bare;
  MortiseTls mortise(GetParam());
  const std::int64_t needed = BytesOf(bare);
  EXPECT_GT(needed, 0);
  // Two ends, and no room for a buffer of any size that matters.
  EXPECT_LE(BytesOf(mortise), needed + 2 * 2048);
  RecordProperty("bare", std::to_string(needed));
}

}  // namespace
}  // namespace benchmarks
}  // namespace mortise
