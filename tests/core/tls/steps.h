// Two ends of a connection under TLS in one thread, over a stream through
// memory, for tests that go step by step.

#ifndef MORTISE_TESTS_CORE_TLS_STEPS_H_
#define MORTISE_TESTS_CORE_TLS_STEPS_H_

#include <array>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/tests/core/tls/queue_stream.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {

// A failure of the stream below.
inline const absl::Status& Gone() {
  static const auto* const gone =
      new absl::Status(absl::UnavailableError("gone"));
  return *gone;
}

class TlsSteps : public testing::Test {
 protected:
  TlsSteps()
      : client_(*TlsSocket::Create(DefaultClient(),
                                   std::make_unique<QueueStream>(below_.client),
                                   "localhost")),
        server_(*TlsSocket::Create(
            DefaultServer(), std::make_unique<QueueStream>(below_.server))) {}

  // Runs both handshakes, and takes the session tickets.
  void Meet() {
    EXPECT_EQ(client_.TryHandshake().wait, WaitEvents::kReadable);
    EXPECT_EQ(server_.TryHandshake().wait, WaitEvents::kReadable);
    StreamTry done = client_.TryHandshake();
    EXPECT_EQ(done.wait, WaitEvents::kNone);
    EXPECT_EQ(done.size, 0u);
    done = server_.TryHandshake();
    EXPECT_EQ(done.wait, WaitEvents::kNone);
    EXPECT_EQ(done.size, 0u);
    EXPECT_EQ(Read(client_).wait, WaitEvents::kReadable);
    ASSERT_TRUE(below_.client.arrived.empty());
    ASSERT_TRUE(below_.server.arrived.empty());
  }

  // Goes on with the handshakes until the last message is the client's.
  void MeetUntilTheLastMessage() {
    EXPECT_EQ(client_.TryHandshake().wait, WaitEvents::kReadable);
    EXPECT_EQ(server_.TryHandshake().wait, WaitEvents::kReadable);
  }

  StreamTry Read(TlsSocket& socket) {
    return socket.TryRead(absl::MakeSpan(buffer_), TryMode::kNow);
  }
  static StreamTry Write(TlsSocket& socket, absl::string_view data) {
    return socket.TryWrite(data, TryMode::kNow);
  }

  QueueEnds below_;
  TlsSocket client_;
  TlsSocket server_;
  std::array<char, 64> buffer_;
};

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_CORE_TLS_STEPS_H_
