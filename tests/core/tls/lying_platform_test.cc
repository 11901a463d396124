// TLS over a platform that reports to have sent or received more than it has.

#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/tls/tls_pair.h"
#include "mortise/tests/tls/watched_platform.h"

namespace mortise {
namespace testing_tls {
namespace {

class LyingPlatformTest : public testing::Test {
 protected:
  ~LyingPlatformTest() override {
    below().LieAboutReceived(nullptr);
    below().LieAboutSent(nullptr);
  }

  static WatchedPlatform& below() {
    static auto* const below = new WatchedPlatform;
    return *below;
  }
};

std::size_t Much(std::size_t size) { return size == 0 ? 0 : size + (1 << 20); }

// TLS must not read past the buffer into which the data was received.
TEST_F(LyingPlatformTest, ReceivesMoreThanThereIsRoomForInTheHandshake) {
  auto [client_socket, server_socket] = MustConnect();
  Socket lying = *Socket::Adopt(client_socket.Detach(), kAfInet, kSockStream, 0,
                                &below().platform());
  ASSERT_TRUE(lying.SetTimeout(kLong).ok());
  TlsSocket client =
      *TlsSocket::Create(DefaultClient(), std::move(lying), "localhost");
  below().LieAboutReceived(Much);
  // This is not a record, and it is shorter than what TLS asks for.
  ASSERT_TRUE(server_socket.SendAll("x").ok());
  const absl::Status status = client.Handshake();
  EXPECT_TRUE(IsTlsError(status)) << status;
}

TEST_F(LyingPlatformTest, ReceivesMoreThanThereIsRoomFor) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  below().LieAboutReceived(Much);
  ASSERT_TRUE(ends.server.WriteAll("x").ok());
  std::array<char, 16> buffer = {};
  const absl::StatusOr<std::size_t> got =
      ends.client.Read(absl::MakeSpan(buffer));
  if (got.ok()) {
    EXPECT_LE(*got, buffer.size());
  } else {
    EXPECT_TRUE(IsTlsError(got.status())) << got.status();
  }
}

TEST_F(LyingPlatformTest, SendsMoreThanItWasGiven) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  below().LieAboutSent(Much);
  const std::string data = Pattern(100000);
  ASSERT_TRUE(ends.client.WriteAll(data).ok());
  ASSERT_TRUE(ends.client.Close().ok());
  absl::Status end;
  EXPECT_TRUE(ReadToEnd(ends.server, &end) == data);
  EXPECT_TRUE(end.ok()) << end;
}

TEST_F(LyingPlatformTest, SendsNothingForEver) {
  for (const bool blocking : {true, false}) {
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    ASSERT_TRUE(ends.client.SetBlocking(blocking).ok());
    below().LieAboutSent([](std::size_t) -> std::size_t { return 0; });
    const absl::Status status = ends.client.WriteAll("x");
    EXPECT_TRUE(IsBrokenPipe(status)) << status;
    below().LieAboutSent(nullptr);
  }
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
