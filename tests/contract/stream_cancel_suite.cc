// Cancellation of the calls of a stream, and of what is made of one.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_stream.h"
#include "mortise/core/stream.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/stream_pair.h"
#include "mortise/tests/contract/stream_pair_suites.h"

namespace mortise {
namespace contract {
namespace {

const absl::Duration kTimeouts[] = {absl::InfiniteDuration(), kLong};

TEST_P(StreamCancelContract, AReadThatIsCancelledLosesNothing) {
  for (const absl::Duration timeout : kTimeouts) {
    for (const bool before : {true, false}) {
      ASSERT_NO_FATAL_FAILURE(MakeNewPair());
      const Cancellation token;
      ASSERT_THAT(client().SetTimeout(timeout), IsOk());
      ASSERT_THAT(client().SetCancellation(token), IsOk());
      if (before) token.Cancel();
      Background<absl::Status> reading(
          [this] { return client().Read(64).status(); });
      if (!before) reading.AwaitAsleep();
      token.Cancel();
      const absl::Status status = reading.Result();
      ASSERT_THAT(status, Fails(absl::StatusCode::kCancelled, IsCancelled));
      EXPECT_EQ(ErrorOf(status)->operation, "read");
      ASSERT_THAT(client().SetCancellation(std::nullopt), IsOk());
      ASSERT_THAT(server().WriteAll("late"), IsOk());
      ASSERT_THAT(server().Shutdown(ShutdownHow::kWrite), IsOk());
      EXPECT_EQ(ReadToEnd(client()), "late");
    }
  }
}

TEST_P(StreamCancelContract, WriteAllThatIsCancelledSaysHowMuchWasTaken) {
  constexpr std::size_t kMore = std::size_t{20} << 10;
  const std::string data = Pattern(kMuch);
  for (const absl::Duration timeout : kTimeouts) {
    ASSERT_NO_FATAL_FAILURE(MakeNewPair());
    const Cancellation token;
    ASSERT_THAT(client().SetTimeout(timeout), IsOk());
    ASSERT_THAT(client().SetCancellation(token), IsOk());
    std::size_t sent = 0;
    Background<absl::Status> writing(
        [&] { return client().WriteAll(data, &sent); });
    writing.AwaitAsleep();
    token.Cancel();
    ASSERT_THAT(writing.Result(),
                Fails(absl::StatusCode::kCancelled, IsCancelled));
    ASSERT_LT(sent, data.size());
    // Go on with other data: what was taken comes before it, once.
    ASSERT_THAT(client().SetCancellation(std::nullopt), IsOk());
    const std::string rest = data.substr(0, kMore);
    Background<absl::Status> going_on([&] {
      absl::Status status = client().WriteAll(rest);
      if (status.ok()) status = client().Shutdown(ShutdownHow::kWrite);
      return status;
    });
    EXPECT_TRUE(ReadToEnd(server()) == data.substr(0, sent) + rest);
    EXPECT_THAT(going_on.Result(), IsOk());
  }
}

TEST_P(StreamCancelContract, AfterEndsARead) {
  const absl::Duration begin = Now();
  const absl::Duration limit = absl::Milliseconds(20);
  ASSERT_THAT(client().SetTimeout(absl::InfiniteDuration()), IsOk());
  ASSERT_THAT(client().SetCancellation(Cancellation::After(limit)), IsOk());
  EXPECT_THAT(client().Read(1).status(),
              Fails(absl::StatusCode::kDeadlineExceeded, IsOwnTimeout));
  EXPECT_GE(Now() - begin, limit);
}

TEST_P(StreamCancelContract, DataThatIsThereComesFirst) {
  ASSERT_THAT(client().SetTimeout(absl::InfiniteDuration()), IsOk());
  ASSERT_THAT(server().WriteAll("there"), IsOk());
  // Now all of it has arrived.
  EXPECT_THAT(client().Read(1), IsOkAndHolds("t"));
  const Cancellation token;
  ASSERT_THAT(client().SetCancellation(token), IsOk());
  token.Cancel();
  absl::StatusOr<std::string> got = client().Read(1);
  // A FlippingStream has to wait now and then, whatever is there.
  for (int i = 0; i < 8 && mortise::IsCancelled(got.status()); ++i) {
    got = client().Read(1);
  }
  EXPECT_THAT(got, IsOkAndHolds("h"));
}

TEST_P(StreamCancelContract, ADuplicateAndAFileHaveIt) {
  const Cancellation token;
  ASSERT_THAT(client().SetTimeout(absl::InfiniteDuration()), IsOk());
  ASSERT_THAT(client().SetCancellation(token), IsOk());
  absl::StatusOr<std::unique_ptr<Stream>> copy = client().Dup();
  ASSERT_THAT(copy, IsOk());
  ASSERT_THAT(client().SetCancellation(std::nullopt), IsOk());
  EXPECT_FALSE(client().GetCancellation().has_value());
  ASSERT_TRUE((*copy)->GetCancellation().has_value());
  token.Cancel();
  EXPECT_THAT((*copy)->Read(1).status(), Fails(IsCancelled));
  absl::StatusOr<SocketFile> file = MakeFile(*std::move(copy), "rb");
  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(file->ReadLine().status(), Fails(IsCancelled));
}

TEST_P(StreamCancelContract, AnIostreamIsCancelled) {
  const Cancellation token;
  ASSERT_THAT(client().SetTimeout(absl::InfiniteDuration()), IsOk());
  absl::StatusOr<std::unique_ptr<Stream>> copy = client().Dup();
  ASSERT_THAT(copy, IsOk());
  SocketStream stream(*std::move(copy));
  ASSERT_THAT(stream.SetCancellation(token), IsOk());
  Background<bool> reading([&stream] {
    std::string line;
    return static_cast<bool>(std::getline(stream, line));
  });
  reading.AwaitAsleep();
  token.Cancel();
  EXPECT_FALSE(reading.Result());
  EXPECT_THAT(stream.status(), Fails(IsCancelled));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
