// Passes descriptors between this library and Python's socket.send_fds and
// recv_fds, in both directions.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/fds.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/platform/constants/run_command.h"

namespace mortise {
namespace {

constexpr absl::string_view kScript = R"(
import os, socket, sys
channel = socket.socket(fileno=int(sys.argv[1]))
# What came from C++ is a socket here.
data, fds, flags, address = socket.recv_fds(channel, 64, 4)
assert data == b'from C++', data
assert len(fds) == 2, fds
stream = socket.socket(fileno=fds[0])
assert stream.family == socket.AF_UNIX and stream.type == socket.SOCK_STREAM
stream.sendall(b'by Python')
stream.close()
os.write(fds[1], b'to the other')
os.close(fds[1])
# And the other way round: a pair of Python's own.
ours, theirs = socket.socketpair()
reading, writing = os.pipe()
socket.send_fds(channel, [b'from ', b'Python'], [theirs.fileno(), reading])
theirs.close()
os.write(writing, b'through a pipe')
assert ours.recv(64) == b'by C++'
)";

bool PythonHasThem() {
  return RunCommand(Python() + "-c 'import socket; socket.send_fds'")
             .exit_status == 0;
}

TEST(FdsPythonTest, BothWays) {
  if (!HasProgram("python3")) GTEST_SKIP() << "there is no python3";
  if (!PythonHasThem())
    GTEST_SKIP() << "python3 is older than 3.9, or has no AF_UNIX";
  absl::StatusOr<std::pair<Socket, Socket>> channel = SocketPair();
  absl::StatusOr<std::pair<Socket, Socket>> one = SocketPair();
  absl::StatusOr<std::pair<Socket, Socket>> two = SocketPair();
  ASSERT_TRUE(channel.ok() && one.ok() && two.ok());
  ASSERT_TRUE(channel->second.SetInheritable(true).ok());

  std::FILE* const python = popen(
      absl::StrCat(Python(), "-c \"", kScript, "\" ", channel->second.FileNo())
          .c_str(),
      "r");
  ASSERT_NE(python, nullptr);
  ASSERT_TRUE(channel->second.Close().ok());

  EXPECT_EQ(SendFds(channel->first, "from C++",
                    {one->second.native_handle(), two->second.native_handle()})
                .value_or(0),
            8u);
  ASSERT_TRUE(one->second.Close().ok());
  ASSERT_TRUE(two->second.Close().ok());
  EXPECT_EQ(one->first.Recv(64).value_or("nothing"), "by Python");
  EXPECT_EQ(two->first.Recv(64).value_or("nothing"), "to the other");

  absl::StatusOr<RecvFdsResult> got = RecvFds(channel->first, 64, 4);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->data, "from Python");
  ASSERT_EQ(got->descriptors.size(), 2u);
  // A pipe is not a socket, and still belongs to the caller.
  EXPECT_FALSE(Socket::Adopt(got->descriptors[1]).ok());
  absl::StatusOr<Socket> theirs = Socket::Adopt(got->descriptors.Take(0));
  ASSERT_TRUE(theirs.ok()) << theirs.status();
  EXPECT_EQ(theirs->family(), kAfUnix);
  EXPECT_TRUE(theirs->SendAll("by C++").ok());
  EXPECT_EQ(pclose(python), 0);
}

}  // namespace
}  // namespace mortise
