// What the tests of the stream contract share: kinds of streams, and pairs of
// connected ones. stream_pair_suites.h says how to run the tests.

#ifndef MORTISE_CONTRACT_STREAM_PAIR_H_
#define MORTISE_CONTRACT_STREAM_PAIR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/tests/contract/contract_test.h"

namespace mortise {
namespace contract {

// The two ends of a connection. Both are blocking.
struct StreamPair {
  std::unique_ptr<Stream> client;
  std::unique_ptr<Stream> server;
};

// Streams that have to keep the contract.
struct StreamKind {
  // Part of the names of tests: letters and digits only.
  std::string name;
  // Makes a connection whose buffers are small (see MustConnectSmallPair), and
  // whose ends have nothing more to agree on. If it fails, the machine lacks
  // what it takes, and the tests are skipped.
  std::function<absl::StatusOr<StreamPair>(ContractTestBase& test)> connect;
};

// Much more than the buffers of both ends of a small pair hold together.
inline constexpr std::size_t kMuch = std::size_t{256} << 10;

// Returns the sockets of a new connection over `transport` whose buffers hold
// little, so that a test needs little data to fill them.
std::pair<Socket, Socket> MustConnectSmallPair(ContractTestBase& test,
                                               const Transport& transport);

// Return streams on `sockets`: MakeStream's, and those of FlippingStream, which
// a program has written itself, on top of them.
StreamPair Plain(std::pair<Socket, Socket> sockets);
StreamPair Flipping(std::pair<Socket, Socket> sockets);

// Returns the kind whose pairs are made by `wrap` of the sockets of a
// connection over `transport`.
StreamKind KindOver(
    std::string name, Transport transport,
    std::function<StreamPair(std::pair<Socket, Socket> sockets)> wrap);

// Tests that run on a new pair of streams of each of several kinds.
class StreamPairTest : public ContractTestBase,
                       public testing::WithParamInterface<StreamKind> {
 public:
  // That of the operating system.
  const ContractPlatform& contract() const override;

 protected:
  // Makes the pair, or skips the test.
  void SetUp() override;
  void TearDown() override;

  Stream& client() { return *pair_.client; }
  Stream& server() { return *pair_.server; }
  StreamPair& pair() { return pair_; }
  // Takes the place of the pair, for tests that use several.
  void MakeNewPair();

 private:
  StreamPair pair_;
};

// Reads until the peer ends the stream, or until an error, and again if the
// stream has no data yet.
std::string ReadToEnd(Stream& stream);

// Writes without waiting until the stream has no room twice in a row. Returns
// how many bytes of `data` were taken. The stream must be non-blocking.
std::size_t WriteUntilFull(Stream& stream, const std::string& data);

// Prints the name, for GoogleTest's messages.
void PrintTo(const StreamKind& kind, std::ostream* out);

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_STREAM_PAIR_H_
