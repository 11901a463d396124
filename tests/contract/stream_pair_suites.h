// What every Stream must do, as tests on pairs of connected streams. To run
// them on streams of another kind, write this in a file of a cc_test that
// depends on @mortise//tests/contract:stream_pair_suites and on GoogleTest's
// gtest_main:
//
//   namespace mortise {
//   namespace contract {
//   MORTISE_INSTANTIATE_STREAM_PAIRS(
//       Sealed, KindOver("OverTcp", TcpIpv4(), SealBoth),
//       KindOver("OverUnix", UnixStream(), SealBoth));
//   }  // namespace contract
//   }  // namespace mortise
//
// SealBoth makes a StreamPair of the two sockets of a connection.

#ifndef MORTISE_CONTRACT_STREAM_PAIR_SUITES_H_
#define MORTISE_CONTRACT_STREAM_PAIR_SUITES_H_

#include <string>

#include "gtest/gtest.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/stream_pair.h"

namespace mortise {
namespace contract {

// Data that goes through: stream_transfer_suite.cc.
class StreamTransferContract : public StreamPairTest {};
// Shutdown, Close, duplicates, and the peer's end: stream_end_suite.cc.
class StreamEndContract : public StreamPairTest {};
// Timeouts, non-blocking streams, tries and signals: stream_wait_suite.cc.
class StreamWaitContract : public StreamPairTest {};
// Cancellation: stream_cancel_suite.cc.
class StreamCancelContract : public StreamPairTest {};
// SocketFile, SocketStream and SendFile: stream_holder_suite.cc.
class StreamHolderContract : public StreamPairTest {};

inline std::string StreamKindName(
    const testing::TestParamInfo<StreamKind>& info) {
  return info.param.name;
}

#define MORTISE_INSTANTIATE_STREAM_PAIRS(prefix, ...)                       \
  INSTANTIATE_TEST_SUITE_P(prefix, StreamTransferContract,                  \
                           ::testing::Values(__VA_ARGS__), StreamKindName); \
  INSTANTIATE_TEST_SUITE_P(prefix, StreamEndContract,                       \
                           ::testing::Values(__VA_ARGS__), StreamKindName); \
  INSTANTIATE_TEST_SUITE_P(prefix, StreamWaitContract,                      \
                           ::testing::Values(__VA_ARGS__), StreamKindName); \
  INSTANTIATE_TEST_SUITE_P(prefix, StreamCancelContract,                    \
                           ::testing::Values(__VA_ARGS__), StreamKindName); \
  INSTANTIATE_TEST_SUITE_P(prefix, StreamHolderContract,                    \
                           ::testing::Values(__VA_ARGS__), StreamKindName)

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_STREAM_PAIR_SUITES_H_
