#include "mortise/tests/platform/poll_set_test.h"

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/platform/scanning_platform.h"

namespace mortise {

void PrintTo(const PollSetKind& kind, std::ostream* out) { *out << kind.name; }

std::vector<PollSetKind> PollSetKinds() {
  return {
      {"System", [] { return Platform::Default().readiness().NewPollSet(); }},
      {"Scanning", NewScanningSet}};
}

PollEvents Found::ReadinessOf(int number) const {
  const auto found = events.find(number);
  return found == events.end() ? PollEvents::kNone : found->second & kBoth;
}

std::size_t NumberedPollSet::WaitOnce(absl::Duration timeout, std::size_t room,
                                      Found* found) {
  std::vector<PollReady> ready(room);
  const SysResult<std::size_t> count =
      set_->Wait(absl::MakeSpan(ready), timeout);
  if (!count.ok()) {
    EXPECT_EQ(count.error,
              Platform::Default().facts().errors.Native(ErrorCode::kEintr));
    return 0;
  }
  EXPECT_LE(count.value, room);
  ready.resize(count.value);
  for (const PollReady& one : ready) {
    if (one.cookie == nullptr) {
      EXPECT_EQ(one.events, PollEvents::kNone);
      found->woken = true;
      continue;
    }
    EXPECT_NE(one.events & kBoth, PollEvents::kNone) << "only hints";
    const auto number =
        static_cast<const std::max_align_t*>(one.cookie) - cookies_.data();
    found->events[static_cast<int>(number)] |= one.events;
  }
  return count.value;
}

Found NumberedPollSet::Look(std::size_t room) {
  Found found;
  WaitOnce(absl::ZeroDuration(), room, &found);
  return found;
}

Found NumberedPollSet::Await(std::size_t room) {
  Found found;
  while (WaitOnce(absl::InfiniteDuration(), room, &found) == 0) {
  }
  return found;
}

const contract::ContractPlatform& PollSetTest::contract() const {
  static const auto* const platform =
      new contract::ContractPlatform{"Default", &Platform::Default()};
  return *platform;
}

void PollSetTest::SetUp() {
  ContractTestBase::SetUp();
  SysResult<std::unique_ptr<PollSet>> made = GetParam().make();
  ASSERT_EQ(made.error, 0);
  set_ = std::make_unique<NumberedPollSet>(std::move(made.value));
}

void PollSetTest::TearDown() {
  set_.reset();
  ContractTestBase::TearDown();
}

std::pair<Socket, Socket> PollSetTest::MustMakePair() {
  absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
  EXPECT_TRUE(pair.ok()) << pair.status();
  if (!pair.ok()) return {};
  EXPECT_TRUE(pair->first.SetBlocking(false).ok());
  EXPECT_TRUE(pair->second.SetBlocking(false).ok());
  return *std::move(pair);
}

void PollSetTest::Fill(Socket& socket) {
  const std::string data(64 * 1024, 'x');
  // Windows takes the last piece whole, so the pieces get smaller.
  while (socket.Send(data).ok()) {
  }
  while (socket.Send("x").ok()) {
  }
}

void PollSetTest::Empty(Socket& socket) {
  char buffer[4096];
  while (true) {
    const absl::StatusOr<std::size_t> size =
        socket.Recv(absl::MakeSpan(buffer));
    if (!size.ok() || *size == 0) return;
  }
}

}  // namespace mortise
