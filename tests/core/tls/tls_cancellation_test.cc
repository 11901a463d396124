// Cancellation of what only TLS has: handshakes, and its end.

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

// The peer says nothing.
TEST(TlsCancellationTest, AHandshakeIsCancelledAndGoesOn) {
  auto [client_socket, server_socket] = MustConnect();
  ASSERT_TRUE(client_socket.SetTimeout(absl::InfiniteDuration()).ok());
  const Cancellation token;
  // The handle takes the socket's.
  ASSERT_TRUE(client_socket.SetCancellation(token).ok());
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  ASSERT_TRUE(client.GetCancellation().has_value());
  std::thread other([&token] { token.Cancel(); });
  const absl::Status status = client.Handshake();
  other.join();
  EXPECT_TRUE(mortise::IsCancelled(status)) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "do_handshake");

  ASSERT_TRUE(client.SetCancellation(std::nullopt).ok());
  TlsSocket server =
      *TlsSocket::Create(DefaultServer(), std::move(server_socket));
  std::thread serving([&server] { EXPECT_TRUE(server.Handshake().ok()); });
  EXPECT_TRUE(client.Handshake().ok());
  serving.join();
}

TEST(TlsCancellationTest, AReaderIsCancelledInTheHandshake) {
  auto [client_socket, silent] = MustConnect();
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  const Cancellation token;
  ASSERT_TRUE(client.SetCancellation(token).ok());
  token.Cancel();
  EXPECT_TRUE(mortise::IsCancelled(client.Read(1).status()));
  EXPECT_TRUE(mortise::IsCancelled(client.WriteAll("x")));
}

TEST(TlsCancellationTest, UnwrapIsCancelledAndGoesOn) {
  Ends ends = Meet(DefaultClient(), DefaultServer());
  ASSERT_TRUE(ends.client_status.ok());
  const Cancellation token;
  ASSERT_TRUE(ends.client.SetCancellation(token).ok());
  token.Cancel();
  // The peer has not ended TLS.
  EXPECT_TRUE(mortise::IsCancelled(ends.client.Unwrap().status()));
  ASSERT_TRUE(ends.client.is_open());
  const Cancellation another;
  ASSERT_TRUE(ends.client.SetCancellation(another).ok());
  std::thread peer([&ends] { EXPECT_TRUE(ends.server.Unwrap().ok()); });
  absl::StatusOr<std::unique_ptr<Stream>> below = ends.client.Unwrap();
  peer.join();
  ASSERT_TRUE(below.ok()) << below.status();
  // The stream below has the handle's.
  another.Cancel();
  ASSERT_TRUE((*below)->GetCancellation().has_value());
  EXPECT_TRUE((*below)->GetCancellation()->IsCancelled());
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
