#include "mortise/platform/posix/sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/posix/child.h"
#include "mortise/tests/platform/posix/descriptor.h"

namespace mortise {
namespace posix {
namespace {

constexpr absl::string_view kByte = "x";

SockAddr Loopback() {
  SockAddr address;
  address.family = AF_INET;
  address.size = 4;
  std::memcpy(address.bytes, "\x7f\0\0\x01", 4);
  return address;
}

TEST(SocketsTest, BlockingIsTheDescriptorsMode) {
  Sockets sockets;
  const StreamPair pair;
  ASSERT_TRUE(sockets.SetBlocking(NativeHandle(pair.first()), false).ok());
  EXPECT_FALSE(IsBlocking(pair.first()));
  EXPECT_TRUE(IsBlocking(pair.second()));
  ASSERT_TRUE(sockets.SetBlocking(NativeHandle(pair.first()), true).ok());
  EXPECT_TRUE(IsBlocking(pair.first()));
}

TEST(SocketsTest, EveryCallReturnsErrno) {
  Sockets sockets;
  // There is no descriptor with this number.
  const NativeHandle none(1 << 30);
  SockAddr address = Loopback();
  char buffer[4] = {};
  EXPECT_EQ(sockets.Socket(12345, SOCK_STREAM, 0).error, EAFNOSUPPORT);
  EXPECT_NE(sockets.SocketPair(12345, SOCK_STREAM, 0).error, 0);
  EXPECT_EQ(sockets.Dup(none).error, EBADF);
  EXPECT_EQ(sockets.Close(none).error, EBADF);
  EXPECT_FALSE(sockets.DeferPort(none).ok());
  EXPECT_EQ(sockets.Bind(none, address).error, EBADF);
  EXPECT_EQ(sockets.Listen(none, 1).error, EBADF);
  EXPECT_EQ(sockets.Accept(none, &address).error, EBADF);
  EXPECT_EQ(sockets.Connect(none, address).error, EBADF);
  EXPECT_EQ(sockets.Disconnect(none).error, EBADF);
  EXPECT_EQ(sockets.TakeError(none).error, EBADF);
  EXPECT_EQ(sockets.Shutdown(none, ShutdownHow::kBoth).error, EBADF);
  EXPECT_EQ(sockets.Recv(none, absl::MakeSpan(buffer), 0).error, EBADF);
  EXPECT_EQ(sockets.RecvFrom(none, absl::MakeSpan(buffer), 0, &address).error,
            EBADF);
  EXPECT_EQ(sockets.Send(none, buffer, 0).error, EBADF);
  EXPECT_EQ(sockets.SendTo(none, buffer, 0, address).error, EBADF);
  EXPECT_EQ(sockets.GetSockName(none, &address).error, EBADF);
  EXPECT_EQ(sockets.GetPeerName(none, &address).error, EBADF);
  EXPECT_EQ(
      sockets.GetSockOpt(none, SOL_SOCKET, SO_TYPE, absl::MakeSpan(buffer))
          .error,
      EBADF);
  EXPECT_EQ(sockets.SetSockOpt(none, SOL_SOCKET, SO_KEEPALIVE, buffer).error,
            EBADF);
  EXPECT_EQ(sockets.SetAddressReuse(none, AddressReuse::kShare).error, EBADF);
  EXPECT_EQ(sockets.SetBlocking(none, true).error, EBADF);
  sockets.Close(none);
}

TEST(SocketsTest, AnAddressThatDoesNotFitIsAnErrorWithoutACall) {
  Sockets sockets;
  SockAddr address;
  address.family = AF_UNIX;
  address.size = SockAddr::kCapacity;
  std::memset(address.bytes, 'p', sizeof(address.bytes));
  // A system call would fail with EBADF.
  const NativeHandle none(1 << 30);
  EXPECT_EQ(sockets.Bind(none, address).error, ENAMETOOLONG);
  EXPECT_EQ(sockets.Connect(none, address).error, ENAMETOOLONG);
  EXPECT_EQ(sockets.SendTo(none, kByte, 0, address).error, ENAMETOOLONG);
}

// This is what core/ recommends for a path that is too long.
TEST(SocketsTest, ALongPathIsReachedByADescriptorOfItsDirectory) {
  if (access("/proc/self/fd", X_OK) != 0) {
    GTEST_SKIP() << "the system has no /proc/self/fd";
  }
  std::string directory = testing::TempDir() + "/fd_XXXXXX";
  ASSERT_NE(mkdtemp(&directory[0]), nullptr);
  const std::string deep = directory + "/" + std::string(120, 'd');
  ASSERT_EQ(mkdir(deep.c_str(), 0700), 0);
  const int fd = open(deep.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  const std::string path = "/proc/self/fd/" + std::to_string(fd) + "/s";
  SockAddr address;
  address.family = AF_UNIX;
  address.size = static_cast<std::uint8_t>(path.size());
  std::memcpy(address.bytes, path.data(), path.size());
  Sockets sockets;
  const NativeHandle listener = sockets.Socket(AF_UNIX, SOCK_STREAM, 0).value;
  EXPECT_EQ(sockets.Bind(listener, address).error, 0);
  EXPECT_EQ(sockets.Listen(listener, 1).error, 0);
  EXPECT_EQ(access((deep + "/s").c_str(), F_OK), 0);
  const NativeHandle client = sockets.Socket(AF_UNIX, SOCK_STREAM, 0).value;
  EXPECT_EQ(sockets.Connect(client, address).error, 0);
  sockets.Close(client);
  sockets.Close(listener);
  unlink((deep + "/s").c_str());
  close(fd);
  rmdir(deep.c_str());
  rmdir(directory.c_str());
}

TEST(SocketsTest, TakeErrorTakes) {
  Sockets sockets;
  const NativeHandle silent = sockets.Socket(AF_INET, SOCK_STREAM, 0).value;
  ASSERT_TRUE(sockets.Bind(silent, Loopback()).ok());
  SockAddr address;
  ASSERT_TRUE(sockets.GetSockName(silent, &address).ok());
  // With UDP, the refusal becomes known later, as a pending error.
  const NativeHandle socket = sockets.Socket(AF_INET, SOCK_DGRAM, 0).value;
  ASSERT_TRUE(sockets.Connect(socket, address).ok());
  ASSERT_TRUE(sockets.Send(socket, kByte, 0).ok());
  char buffer[1];
  // Wait until the error has arrived. A receive would take the error itself.
  SysResult<int> pending = sockets.TakeError(socket);
  while (pending.ok() && pending.value == 0) {
    pending = sockets.TakeError(socket);
  }
  EXPECT_TRUE(pending.ok());
  EXPECT_EQ(pending.value, ECONNREFUSED);
  EXPECT_EQ(sockets.TakeError(socket).value, 0);
  EXPECT_EQ(sockets.Recv(socket, absl::MakeSpan(buffer), MSG_DONTWAIT).error,
            EAGAIN);
  sockets.Close(socket);
  sockets.Close(silent);
}

TEST(SocketsTest, AnOptionTellsItsSize) {
  Sockets sockets;
  const StreamPair pair;
  char buffer[64];
  const SysResult<std::size_t> size = sockets.GetSockOpt(
      NativeHandle(pair.first()), SOL_SOCKET, SO_TYPE, absl::MakeSpan(buffer));
  EXPECT_TRUE(size.ok());
  EXPECT_EQ(size.value, sizeof(int));
}

TEST(SocketsTest, AChildThatLetsGoOfItsCopyChangesNothing) {
  Sockets sockets;
  const StreamPair pair;
  linger lingering = {};
  lingering.l_onoff = 1;
  lingering.l_linger = 3600;
  ASSERT_EQ(setsockopt(pair.first(), SOL_SOCKET, SO_LINGER, &lingering,
                       sizeof(lingering)),
            0);
  EXPECT_EQ(ExitCodeOfChild([&] {
              sockets.Close(NativeHandle(pair.first()));
              return 0;
            }),
            0);
  lingering = {};
  socklen_t size = sizeof(lingering);
  ASSERT_EQ(getsockopt(pair.first(), SOL_SOCKET, SO_LINGER, &lingering, &size),
            0);
  EXPECT_NE(lingering.l_onoff, 0);
  EXPECT_EQ(lingering.l_linger, 3600);
}

TEST(SocketsTest, AMessageHasNoMorePiecesThanTheSystemTakes) {
  const long most = sysconf(_SC_IOV_MAX);
  if (most < 0) GTEST_SKIP() << "the system has no limit";
  Sockets sockets;
  const StreamPair pair;
  const std::vector<absl::string_view> pieces(static_cast<std::size_t>(most),
                                              kByte);
  EXPECT_EQ(
      sockets.SendMsg(NativeHandle(pair.first()), pieces, {}, 0, nullptr).value,
      pieces.size());
  std::vector<absl::string_view> too_many = pieces;
  too_many.push_back(kByte);
  EXPECT_EQ(
      sockets.SendMsg(NativeHandle(pair.first()), too_many, {}, 0, nullptr)
          .error,
      EMSGSIZE);
}

// Connections to different peers need not have different ports.
TEST(SocketsTest, ADeferredPortIsChosenByConnect) {
  Sockets sockets;
  for (const int family : {AF_INET, AF_INET6}) {
    SockAddr loopback = Loopback();
    if (family == AF_INET6) {
      loopback.family = AF_INET6;
      loopback.size = 16;
      std::memset(loopback.bytes, 0, 16);
      loopback.bytes[15] = 1;
    }
    const NativeHandle listener = sockets.Socket(family, SOCK_STREAM, 0).value;
    if (!sockets.Bind(listener, loopback).ok()) {
      sockets.Close(listener);
      continue;  // The machine has no IPv6.
    }
    ASSERT_TRUE(sockets.Listen(listener, 1).ok());
    SockAddr address;
    ASSERT_TRUE(sockets.GetSockName(listener, &address).ok());
    const NativeHandle client = sockets.Socket(family, SOCK_STREAM, 0).value;
    const SysResult<void> deferred = sockets.DeferPort(client);
    ASSERT_TRUE(sockets.Bind(client, loopback).ok());
    SockAddr name;
    ASSERT_TRUE(sockets.GetSockName(client, &name).ok());
    EXPECT_EQ(name.port == 0, deferred.ok()) << deferred.error;
    ASSERT_TRUE(sockets.Connect(client, address).ok());
    ASSERT_TRUE(sockets.GetSockName(client, &name).ok());
    EXPECT_NE(name.port, 0);
    sockets.Close(client);
    sockets.Close(listener);
  }
}

TEST(SocketsTest, CloseKeepsAResetAReset) {
  Sockets sockets;
  for (const bool reset : {true, false}) {
    const NativeHandle listener = sockets.Socket(AF_INET, SOCK_STREAM, 0).value;
    ASSERT_TRUE(sockets.Bind(listener, Loopback()).ok());
    ASSERT_TRUE(sockets.Listen(listener, 1).ok());
    SockAddr address;
    ASSERT_TRUE(sockets.GetSockName(listener, &address).ok());
    const NativeHandle client = sockets.Socket(AF_INET, SOCK_STREAM, 0).value;
    ASSERT_TRUE(sockets.Connect(client, address).ok());
    SockAddr peer;
    const NativeHandle server = sockets.Accept(listener, &peer).value;
    // Zero seconds ask for a reset, and more seconds ask to wait.
    linger lingering = {};
    lingering.l_onoff = 1;
    lingering.l_linger = reset ? 0 : 3600;
    ASSERT_TRUE(sockets
                    .SetSockOpt(client, SOL_SOCKET, SO_LINGER,
                                absl::MakeConstSpan(
                                    reinterpret_cast<const char*>(&lingering),
                                    sizeof(lingering)))
                    .ok());
    sockets.Close(client);
    EXPECT_FALSE(IsOpen(Fd(client)));
    char buffer[1];
    const SysResult<std::size_t> end =
        sockets.Recv(server, absl::MakeSpan(buffer), 0);
    EXPECT_EQ(end.error, reset ? ECONNRESET : 0);
    sockets.Close(server);
    sockets.Close(listener);
  }
}

TEST(SocketsTest, IntentsAreOptions) {
  Sockets sockets;
  struct Case {
    int type;
    AddressReuse reuse;
    bool reuse_address;
    bool reuse_port;
  };
  for (const Case& c :
       {Case{SOCK_STREAM, AddressReuse::kShare, true, true},
        Case{SOCK_STREAM, AddressReuse::kAfterClose, true, false},
        Case{SOCK_STREAM, AddressReuse::kExclusive, false, false},
        Case{SOCK_DGRAM, AddressReuse::kShare, true, true},
        Case{SOCK_DGRAM, AddressReuse::kAfterClose, false, false},
        Case{SOCK_DGRAM, AddressReuse::kExclusive, false, false}}) {
    const NativeHandle socket = sockets.Socket(AF_INET, c.type, 0).value;
    // The last call counts, whatever was set before.
    ASSERT_TRUE(sockets.SetAddressReuse(socket, AddressReuse::kShare).ok());
    ASSERT_TRUE(sockets.SetAddressReuse(socket, c.reuse).ok());
    EXPECT_EQ(IntOption(Fd(socket), SO_REUSEADDR) != 0, c.reuse_address);
#ifdef SO_REUSEPORT
    EXPECT_EQ(IntOption(Fd(socket), SO_REUSEPORT) != 0, c.reuse_port);
#endif
    sockets.Close(socket);
  }
}

TEST(SocketsTest, AStreamDoesNotTellWhoSent) {
  Sockets sockets;
  const StreamPair pair;
  ASSERT_TRUE(sockets.Send(NativeHandle(pair.second()), kByte, 0).ok());
  char buffer[4];
  SockAddr from = Loopback();
  const SysResult<std::size_t> size = sockets.RecvFrom(
      NativeHandle(pair.first()), absl::MakeSpan(buffer), 0, &from);
  EXPECT_TRUE(size.ok());
  EXPECT_EQ(size.value, 1u);
  EXPECT_TRUE(from.family == AF_UNSPEC || from.size == 0);
}

TEST(SocketsTest, HandlesOfOneSocketHaveOneIdentity) {
  Sockets sockets;
  const StreamPair pair;
  const NativeHandle handle(pair.first());
  const NativeHandle copy = sockets.Dup(handle).value;
  const SysResult<std::uint64_t> identity = sockets.Identity(handle);
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(sockets.Identity(copy).value, identity.value);
  EXPECT_NE(sockets.Identity(NativeHandle(pair.second())).value,
            identity.value);
  sockets.Close(copy);
  EXPECT_EQ(sockets.Identity(copy).error, EBADF);
}

TEST(SocketsTest, ReceivingEndsByShutdown) {
  Sockets sockets;
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    const HandlePair pair = sockets.SocketPair(AF_UNIX, type, 0).value;
    const SysResult<bool> open = sockets.HasReceivingEnded(pair.first);
    if (open.error == kNotSupportedError) GTEST_SKIP() << "by no call";
    EXPECT_TRUE(open.ok() && !open.value);
    ASSERT_TRUE(sockets.Shutdown(pair.first, ShutdownHow::kWrite).ok());
    EXPECT_FALSE(sockets.HasReceivingEnded(pair.first).value);
    ASSERT_TRUE(sockets.Shutdown(pair.first, ShutdownHow::kRead).ok());
    EXPECT_TRUE(sockets.HasReceivingEnded(pair.first).value);
    sockets.Close(pair.first);
    sockets.Close(pair.second);
  }
}

}  // namespace
}  // namespace posix
}  // namespace mortise
