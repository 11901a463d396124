// Every call that can wait, brought to where it has to, so that the tests of
// waiting (timeouts, signals, shutdown) are written once for all of them.

#ifndef MORTISE_CONTRACT_WAITING_CALL_H_
#define MORTISE_CONTRACT_WAITING_CALL_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/tests/contract/contract_test.h"

namespace mortise {
namespace contract {

// The sockets of one call, in a state in which it has to wait.
class WaitingScene {
 public:
  virtual ~WaitingScene() = default;

  // Makes the call, on a socket that has this timeout. A call that has to wait
  // for room (a send, a connect) may find some, a few times.
  virtual absl::Status Attempt(absl::Duration timeout);

  // The same with the timeout that socket() has. A scene without a socket() has
  // its own Attempt, and this is never called.
  virtual absl::Status Call() = 0;

  // Takes the room away, as far as that can be known; Attempt waits then.
  virtual void Fill() {}

  // Lets an attempt go through, one that waits or the next one.
  virtual void Release() = 0;

  // What Attempt calls; nullptr iff each attempt has a socket of its own.
  virtual Socket* socket() { return nullptr; }
};

struct WaitingCall {
  std::string name;
  // What errors call it.
  std::string operation;
  Transport transport;
  std::function<std::unique_ptr<WaitingScene>(ContractTestBase& test)> stage;
  // Whether it waits for something to take, rather than for room.
  bool takes = false;
  // Whether the socket is good for another attempt after a failed one.
  bool repeatable = true;
  // Whether Attempt's socket has a connection to shut down.
  bool connected = false;
};

std::vector<WaitingCall> WaitingCalls();
// Those with the property.
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
  // Attempts, until one fails: that one had to wait.
  Outcome AttemptUntilFailure(WaitingScene& scene, absl::Duration timeout);

 protected:
  void SetUp() override;
};

// Fills the backlog of `listener` with clients, which are returned: one further
// connection has to wait. It fails with what the platform said instead if a
// full backlog makes it refuse connections.
absl::Status FillBacklog(ContractTestBase& test, const SocketAddress& listener,
                         std::vector<Socket>* clients);

void PrintTo(const WaitingCall& call, std::ostream* out);

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_WAITING_CALL_H_
