// What every backend must do, as tests. To run them on a new backend, write
// this in a file of a cc_test that depends on @mortise//tests/contract and on
// GoogleTest's gtest_main:
//
//   namespace mortise {
//   namespace contract {
//   MORTISE_INSTANTIATE_CONTRACT(
//       Simulated, ContractPlatform{"Simulated", SimulatedPlatform(),
//                                   /*handles_are_descriptors=*/false});
//   }  // namespace contract
//   }  // namespace mortise
//
// Nothing else is needed. The tests find out by trying what a platform or a
// machine lacks. A test that needs what is lacking is skipped, and gives the
// reason.

#ifndef MORTISE_CONTRACT_CONTRACT_SUITES_H_
#define MORTISE_CONTRACT_CONTRACT_SUITES_H_

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/instantiate.h"
#include "mortise/tests/contract/poll_suites.h"
#include "mortise/tests/contract/waiting_call.h"

namespace mortise {
namespace contract {

// Nearly every one has a file of its own: creation_contract.cc has
// CreationContract.
class AdoptionContract : public ContractTest {};
class CancellationContract : public ContractTest {};
class ClosedContract : public ContractTest {};
class CreateServerContract : public ContractTest {};
class CreationContract : public ContractTest {};
class DescriptorContract : public ContractTest {};
class DefaultTimeoutContract : public ContractTest {};
class ErrorContract : public ContractTest {};
class FamilyContract : public ContractTest {};
class HostContract : public ContractTest {};
class HostLookupContract : public ContractTest {};
class InheritanceContract : public ContractTest {};
class InterfaceContract : public ContractTest {};
class InterruptContract : public ContractTest {};
class LoadContract : public ContractTest {};
class ModeContract : public ContractTest {};
class NameContract : public ContractTest {};
class NameInfoContract : public ContractTest {};
class OptionContract : public ContractTest {};
class ReuseContract : public ContractTest {};
class ServiceContract : public ContractTest {};
class UnixContract : public ContractTest {};

class AddressContract : public TransportTest {};
class AncillaryContract : public TransportTest {};
class ConnectionContract : public TransportTest {};
class CreateConnectionContract : public TransportTest {};
class DatagramContract : public TransportTest {};
class FdsContract : public TransportTest {};
class FileContract : public TransportTest {};
class IpContract : public TransportTest {};
class LingerContract : public TransportTest {};
class MessageContract : public TransportTest {};
class NoFdsContract : public TransportTest {};
class ShutdownContract : public TransportTest {};
class StreamContract : public TransportTest {};
class ThreadContract : public TransportTest {};
class UdpContract : public TransportTest {};

class CancelContract : public WaitingTest {};
class RepeatContract : public WaitingTest {};
class SignalContract : public WaitingTest {};
class TakingContract : public WaitingTest {};
class TimeoutContract : public WaitingTest {};
class WakeContract : public WaitingTest {};

inline std::string WaitingCallName(
    const testing::TestParamInfo<std::tuple<ContractPlatform, WaitingCall>>&
        info) {
  return std::get<1>(info.param).name;
}

// Runs all suites on a platform. Use it in the namespace mortise::contract.
// The argument behind `prefix` is an expression that makes a ContractPlatform.
// It is evaluated when the tests are about to run.
#define MORTISE_INSTANTIATE_CONTRACT(prefix, ...)                              \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, AdoptionContract, __VA_ARGS__);    \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, CancellationContract,              \
                                    __VA_ARGS__);                              \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, ClosedContract, __VA_ARGS__);      \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, CreateServerContract,              \
                                    __VA_ARGS__);                              \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, CreationContract, __VA_ARGS__);    \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, DescriptorContract, __VA_ARGS__);  \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, DefaultTimeoutContract,            \
                                    __VA_ARGS__);                              \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, ErrorContract, __VA_ARGS__);       \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, FamilyContract, __VA_ARGS__);      \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, HostContract, __VA_ARGS__);        \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, HostLookupContract, __VA_ARGS__);  \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, InheritanceContract, __VA_ARGS__); \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, InterfaceContract, __VA_ARGS__);   \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, InterruptContract, __VA_ARGS__);   \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, LoadContract, __VA_ARGS__);        \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, ModeContract, __VA_ARGS__);        \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, NameContract, __VA_ARGS__);        \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, NameInfoContract, __VA_ARGS__);    \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, OptionContract, __VA_ARGS__);      \
  MORTISE_INSTANTIATE_POLL_CONTRACT(prefix, __VA_ARGS__);                      \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, ReuseContract, __VA_ARGS__);       \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, ServiceContract, __VA_ARGS__);     \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, UnixContract, __VA_ARGS__);        \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, AddressContract, Transports(),         \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, AncillaryContract, Transports(),       \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, ConnectionContract, Streams(),         \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, CreateConnectionContract,              \
                                TcpStreams(), TransportName, __VA_ARGS__);     \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, DatagramContract, Datagrams(),         \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, FdsContract, UnixTransports(),         \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, FileContract, Streams(),               \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, IpContract, IpTransports(),            \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, LingerContract, TcpStreams(),          \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, MessageContract, Transports(),         \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, NoFdsContract, IpTransports(),         \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, ShutdownContract, Streams(),           \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, StreamContract, Streams(),             \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, ThreadContract, Streams(),             \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, UdpContract, UdpDatagrams(),           \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, CancelContract, WaitingCalls(),        \
                                WaitingCallName, __VA_ARGS__);                 \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, RepeatContract, RepeatableCalls(),     \
                                WaitingCallName, __VA_ARGS__);                 \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, SignalContract, WaitingCalls(),        \
                                WaitingCallName, __VA_ARGS__);                 \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, TakingContract, TakingCalls(),         \
                                WaitingCallName, __VA_ARGS__);                 \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, TimeoutContract, WaitingCalls(),       \
                                WaitingCallName, __VA_ARGS__);                 \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, WakeContract, ConnectedCalls(),        \
                                WaitingCallName, __VA_ARGS__)

// Returns the calls among `calls` that run over streams.
inline std::vector<WaitingCall> OnStreams(std::vector<WaitingCall> calls) {
  std::vector<WaitingCall> on_streams;
  for (WaitingCall& call : calls) {
    if (call.transport.is_stream()) on_streams.push_back(std::move(call));
  }
  return on_streams;
}

// The same for a platform that has streams only. It runs the suites about
// connections and about the data that goes through them.
#define MORTISE_INSTANTIATE_STREAM_CONTRACT(prefix, ...)                       \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AddressContract);              \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AncillaryContract);            \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CancellationContract);         \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ClosedContract);               \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CreateConnectionContract);     \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CreateServerContract);         \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CreationContract);             \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DatagramContract);             \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DefaultTimeoutContract);       \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DescriptorContract);           \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ErrorContract);                \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FamilyContract);               \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FdsContract);                  \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HostContract);                 \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HostLookupContract);           \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(InheritanceContract);          \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(InterfaceContract);            \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(InterruptContract);            \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(IpContract);                   \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NameContract);                 \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NameInfoContract);             \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NoFdsContract);                \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OptionContract);               \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PollContract);                 \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PollerContract);               \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ReuseContract);                \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ServiceContract);              \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(UdpContract);                  \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(UnixContract);                 \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, AdoptionContract, __VA_ARGS__);    \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, LoadContract, __VA_ARGS__);        \
  MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, ModeContract, __VA_ARGS__);        \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, ConnectionContract, Streams(),         \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, FileContract, Streams(),               \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, LingerContract, TcpStreams(),          \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, MessageContract, Streams(),            \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, ShutdownContract, Streams(),           \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, StreamContract, Streams(),             \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, ThreadContract, Streams(),             \
                                TransportName, __VA_ARGS__);                   \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, CancelContract,                        \
                                OnStreams(WaitingCalls()), WaitingCallName,    \
                                __VA_ARGS__);                                  \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, RepeatContract,                        \
                                OnStreams(RepeatableCalls()), WaitingCallName, \
                                __VA_ARGS__);                                  \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, SignalContract,                        \
                                OnStreams(WaitingCalls()), WaitingCallName,    \
                                __VA_ARGS__);                                  \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, TakingContract,                        \
                                OnStreams(TakingCalls()), WaitingCallName,     \
                                __VA_ARGS__);                                  \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, TimeoutContract,                       \
                                OnStreams(WaitingCalls()), WaitingCallName,    \
                                __VA_ARGS__);                                  \
  MORTISE_INSTANTIATE_FOR_EACH_(prefix, WakeContract,                          \
                                OnStreams(ConnectedCalls()), WaitingCallName,  \
                                __VA_ARGS__)

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_CONTRACT_SUITES_H_
