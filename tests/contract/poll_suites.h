// What every way of waiting for many sockets must do. Like contract_suites.h,
// for a platform that differs in nothing else.

#ifndef MORTISE_CONTRACT_POLL_SUITES_H_
#define MORTISE_CONTRACT_POLL_SUITES_H_

#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/instantiate.h"

namespace mortise {
namespace contract {

class PollContract : public TransportTest {};
class PollerContract : public ContractTest {};

// Use it in the namespace mortise::contract.
#define MORTISE_INSTANTIATE_POLL_CONTRACT(prefix, ...)                    \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, PollerContract, __VA_ARGS__); \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, PollContract, Streams(),          \
                                TransportName, __VA_ARGS__)

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_POLL_SUITES_H_
