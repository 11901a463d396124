// What the tests of the poll sets share. Each test runs on every set that the
// operating system has.

#ifndef MORTISE_TESTS_PLATFORM_POLL_SET_TEST_H_
#define MORTISE_TESTS_PLATFORM_POLL_SET_TEST_H_

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_test.h"

namespace mortise {

constexpr PollEvents kRead = PollEvents::kReadable;
constexpr PollEvents kWrite = PollEvents::kWritable;
constexpr PollEvents kBoth = kRead | kWrite;

struct PollSetKind {
  // Part of the names of tests.
  std::string name;
  SysResult<std::unique_ptr<PollSet>> (*make)();
};
void PrintTo(const PollSetKind& kind, std::ostream* out);

// All that this system has.
std::vector<PollSetKind> PollSetKinds();

// What waits have found: the events of each number, and whether there was a
// wake.
struct Found {
  std::map<int, PollEvents> events;
  bool woken = false;

  bool empty() const { return events.empty() && !woken; }
  // The events without hints.
  PollEvents ReadinessOf(int number) const;
};

// A set, and cookies that are numbers.
class NumberedPollSet {
 public:
  static constexpr int kNumbers = 64;

  explicit NumberedPollSet(std::unique_ptr<PollSet> set)
      : set_(std::move(set)) {}

  PollSet& get() { return *set_; }

  // Return the error.
  int Add(NativeHandle handle, PollEvents events, int number,
          PollMode mode = PollMode::kLevel) {
    return set_->Add({handle, events, mode, &cookies_[number]}).error;
  }
  int Change(NativeHandle handle, PollEvents events, int number,
             PollMode mode = PollMode::kLevel) {
    return set_->Change({handle, events, mode, &cookies_[number]}).error;
  }
  int Remove(NativeHandle handle) { return set_->Remove(handle).error; }

  // Waits once. Adds what it finds to `found`, and returns the number of
  // entries.
  std::size_t WaitOnce(absl::Duration timeout, std::size_t room, Found* found);
  // What is ready now.
  Found Look(std::size_t room = kNumbers);
  // Waits, again and again if a wait ends early, until something is ready.
  Found Await(std::size_t room = kNumbers);

 private:
  std::unique_ptr<PollSet> set_;
  std::array<std::max_align_t, kNumbers> cookies_;
};

class PollSetTest : public contract::ContractTestBase,
                    public testing::WithParamInterface<PollSetKind> {
 public:
  const contract::ContractPlatform& contract() const override;

  // Two ends of a connection.
  std::pair<Socket, Socket> MustMakePair();
  // Sends until nothing more fits.
  void Fill(Socket& socket);
  // Receives until there is nothing more.
  void Empty(Socket& socket);

 protected:
  void SetUp() override;
  void TearDown() override;

  NumberedPollSet& set() { return *set_; }

 private:
  std::unique_ptr<NumberedPollSet> set_;
};

// Instantiates a suite that is derived from PollSetTest.
#define MORTISE_ON_EVERY_POLL_SET(suite)                                 \
  INSTANTIATE_TEST_SUITE_P(Each, suite,                                  \
                           testing::ValuesIn(::mortise::PollSetKinds()), \
                           [](const auto& info) { return info.param.name; })

}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_POLL_SET_TEST_H_
