// Closing a socket that has unsent data: whether closing waits until the data
// has been sent, and that the data arrives.

#include <cstddef>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_stream.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

// Sets SO_LINGER to an hour.
void LingerForAnHour(Socket& socket) {
  const absl::StatusOr<std::string> off =
      socket.GetSockOpt(kSolSocket, kSoLinger, Socket::kMaxOptionSize);
  ASSERT_THAT(off, IsOk());
  std::string on = *off;
  const int one = 1;
  const int seconds = 3600;
  std::memcpy(&on[0], &one, on.size() / 2);
  std::memcpy(&on[on.size() / 2], &seconds, on.size() / 2);
  ASSERT_THAT(socket.SetSockOpt(kSolSocket, kSoLinger, on), IsOk());
}

// Sends until nothing more can be sent, and returns how much that was.
std::size_t SendUntilFull(Socket& socket) {
  EXPECT_THAT(socket.SetBlocking(false), IsOk());
  const std::string data(64 * 1024, 'x');
  std::size_t sent = 0;
  for (;;) {
    const absl::StatusOr<std::size_t> size = socket.Send(data);
    if (!size.ok()) break;
    sent += *size;
  }
  EXPECT_THAT(socket.SetBlocking(true), IsOk());
  return sent;
}

// The two ways in which a socket ends: its destructor, and Close.
using End = absl::Status (*)(Socket&);
constexpr End kEnds[] = {[](Socket& socket) {
                           socket = Socket();
                           return absl::OkStatus();
                         },
                         [](Socket& socket) { return socket.Close(); }};

TEST_P(LingerContract, WithoutLingerNothingWaitsAndWhatWasSentArrives) {
  for (const End end : kEnds) {
    auto [client, server] = MustConnectPair(transport());
    const std::size_t sent = SendUntilFull(client);
    // The data is read only after this has returned.
    ASSERT_THAT(end(client), IsOk());
    EXPECT_EQ(ReceiveToEnd(server).size(), sent);
  }
}

TEST_P(LingerContract, WithLingerBothWaitForWhatWasSent) {
  for (const End end : kEnds) {
    auto [client, server] = MustConnectPair(transport());
    LingerForAnHour(client);
    const std::size_t sent = SendUntilFull(client);
    Background<absl::Status> closing(
        [&client = client, end] { return end(client); });
    // Checked only on a system that tells whether a thread is asleep.
    if (closing.AwaitAsleep()) {
      EXPECT_FALSE(closing.ended());
    }
    EXPECT_EQ(ReceiveToEnd(server).size(), sent);
    EXPECT_THAT(closing.Result(), IsOk());
  }
}

TEST_P(LingerContract, ADuplicateThatEndsLeavesItOn) {
  auto [client, server] = MustConnectPair(transport());
  LingerForAnHour(client);
  const auto linger = [&client = client] {
    return client.GetSockOpt(kSolSocket, kSoLinger, Socket::kMaxOptionSize);
  };
  const absl::StatusOr<std::string> before = linger();
  ASSERT_THAT(before, IsOk());
  for (const End end : kEnds) {
    absl::StatusOr<Socket> copy = client.Dup();
    ASSERT_THAT(copy, IsOk());
    ASSERT_THAT(end(*copy), IsOk());
    EXPECT_EQ(linger(), before);
  }
  ASSERT_THAT(Socket::FromFd(client.native_handle(), client.family(),
                             client.type(), client.protocol(), &platform()),
              IsOk());
  EXPECT_EQ(linger(), before);
  ASSERT_THAT(MakeFile(client, "rw"), IsOk());
  EXPECT_EQ(linger(), before);
  SocketStream(client).put('x');
  EXPECT_EQ(linger(), before);
}

}  // namespace
}  // namespace contract
}  // namespace mortise
