// The contract of streams, over TLS.

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/stream_pair.h"
#include "mortise/tests/contract/stream_pair_suites.h"
#include "mortise/tests/contract/test_thread.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace contract {
namespace {

// Puts TLS on both ends, and runs the handshakes.
StreamPair Sealed(StreamPair below) {
  TlsSocket client = *TlsSocket::Create(testing_tls::DefaultClient(),
                                        std::move(below.client), "localhost");
  TlsSocket server =
      *TlsSocket::Create(testing_tls::DefaultServer(), std::move(below.server));
  absl::Status server_status;
  TestThread serving([&] { server_status = server.Handshake(); });
  const absl::Status client_status = client.Handshake();
  serving.join();
  EXPECT_TRUE(client_status.ok()) << client_status;
  EXPECT_TRUE(server_status.ok()) << server_status;
  return {std::make_unique<TlsSocket>(std::move(client)),
          std::make_unique<TlsSocket>(std::move(server))};
}

StreamPair SealedOnce(std::pair<Socket, Socket> sockets) {
  return Sealed(Plain(std::move(sockets)));
}

StreamPair SealedTwice(std::pair<Socket, Socket> sockets) {
  return Sealed(Sealed(Plain(std::move(sockets))));
}

StreamPair SealedOverFlipping(std::pair<Socket, Socket> sockets) {
  return Sealed(Flipping(std::move(sockets)));
}

MORTISE_INSTANTIATE_STREAM_PAIRS(Tls,
                                 KindOver("OverTcp", TcpIpv4(), SealedOnce),
                                 KindOver("OverUnix", UnixStream(), SealedOnce),
                                 KindOver("OverTls", TcpIpv4(), SealedTwice),
                                 KindOver("OverAStreamOfOnesOwn", TcpIpv4(),
                                          SealedOverFlipping));

}  // namespace
}  // namespace contract
}  // namespace mortise
