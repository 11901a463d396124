// What the suites of the contract run over, and what their tests are called.

#ifndef MORTISE_CONTRACT_INSTANTIATE_H_
#define MORTISE_CONTRACT_INSTANTIATE_H_

#include <string>
#include <tuple>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/tests/contract/contract_test.h"

namespace mortise {
namespace contract {

inline std::vector<Transport> TcpStreams() { return {TcpIpv4(), TcpIpv6()}; }
inline std::vector<Transport> Streams() {
  return {TcpIpv4(), TcpIpv6(), UnixStream()};
}
inline std::vector<Transport> UdpDatagrams() { return {UdpIpv4(), UdpIpv6()}; }
inline std::vector<Transport> Datagrams() {
  return {UdpIpv4(), UdpIpv6(), UnixDatagram()};
}
inline std::vector<Transport> IpTransports() {
  return {TcpIpv4(), TcpIpv6(), UdpIpv4(), UdpIpv6()};
}
inline std::vector<Transport> UnixTransports() {
  return {UnixStream(), UnixDatagram()};
}
inline std::vector<Transport> Transports() {
  return {TcpIpv4(), TcpIpv6(), UnixStream(),
          UdpIpv4(), UdpIpv6(), UnixDatagram()};
}

inline std::string PlatformName(
    const testing::TestParamInfo<ContractPlatform>& info) {
  return info.param.name;
}
inline std::string TransportName(
    const testing::TestParamInfo<std::tuple<ContractPlatform, Transport>>&
        info) {
  return std::get<1>(info.param).name;
}
#define MORTISE_INSTANTIATE_FOR_PLATFORM_(prefix, suite, ...)             \
  INSTANTIATE_TEST_SUITE_P(prefix, suite, ::testing::Values(__VA_ARGS__), \
                           PlatformName)
#define MORTISE_INSTANTIATE_FOR_EACH_(prefix, suite, values, name, ...)       \
  INSTANTIATE_TEST_SUITE_P(prefix, suite,                                     \
                           ::testing::Combine(::testing::Values(__VA_ARGS__), \
                                              ::testing::ValuesIn(values)),   \
                           name)

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_INSTANTIATE_H_
