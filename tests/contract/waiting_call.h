// Every call that can wait, with sockets in a state in which it has to wait.
// With this list, the tests of waiting (timeouts, signals, shutdown) are
// written once for all of these calls.

#ifndef MORTISE_CONTRACT_WAITING_CALL_H_
#define MORTISE_CONTRACT_WAITING_CALL_H_

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/tests/contract/contract_test.h"

namespace mortise {
namespace contract {

// The sockets of one call, in a state in which the call has to wait.
class WaitingScene {
 public:
  virtual ~WaitingScene() = default;

  // Makes the call, on a socket that has this timeout. A call that waits for
  // room (a send, a connect) may find some a few times before it has to wait.
  virtual absl::Status Attempt(absl::Duration timeout);

  // Makes the call with the timeout that socket() has. In a scene without a
  // socket(), which overrides Attempt, it is never called.
  virtual absl::Status Call() = 0;

  // Fills whatever room there is, as far as that can be known, so that Attempt
  // has to wait.
  virtual void Fill() {}

  // Lets an attempt succeed: the one that waits, or the next one.
  virtual void Release() = 0;

  // The socket that Attempt uses. nullptr if each attempt has a socket of its
  // own.
  virtual Socket* socket() { return nullptr; }

  // Gives the socket of further attempts this token.
  virtual void SetCancellation(const std::optional<Cancellation>& cancellation);
};

struct WaitingCall {
  std::string name;
  // The name of the call in errors.
  std::string operation;
  Transport transport;
  std::function<std::unique_ptr<WaitingScene>(ContractTestBase& test)> stage;
  // Whether the call waits for something to take, rather than for room.
  bool takes = false;
  // Whether the socket can be used for another attempt after a failed one.
  bool repeatable = true;
  // Whether Attempt's socket has a connection to shut down.
  bool connected = false;
};

std::vector<WaitingCall> WaitingCalls();
// The calls whose property `takes`, `repeatable` or `connected` is true.
std::vector<WaitingCall> TakingCalls();
std::vector<WaitingCall> RepeatableCalls();
std::vector<WaitingCall> ConnectedCalls();

// Tests that run over each of these calls.
class WaitingTest : public ContractTestBase,
                    public testing::WithParamInterface<
                        std::tuple<ContractPlatform, WaitingCall>> {
 public:
  const ContractPlatform& contract() const override {
    return std::get<0>(GetParam());
  }
  const WaitingCall& call() const { return std::get<1>(GetParam()); }

  struct Outcome {
    absl::Status status;
    absl::Duration took;
  };
  // Makes attempts until one fails: the one that had to wait.
  Outcome AttemptUntilFailure(WaitingScene& scene, absl::Duration timeout);

 protected:
  void SetUp() override;
};

// Fills the backlog of `listener` with clients, which go to `*clients`. One
// further connection has to wait then. If the platform refuses connections when
// a backlog is full, FillBacklog returns the platform's error.
absl::Status FillBacklog(ContractTestBase& test, const SocketAddress& listener,
                         std::vector<Socket>* clients);

void PrintTo(const WaitingCall& call, std::ostream* out);

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_WAITING_CALL_H_
