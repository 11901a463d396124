// The paths and names of AF_UNIX.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

// Returns an abstract name that no other program on this machine uses.
std::string AbstractName(ContractTestBase& test) {
  return absl::StrCat(absl::string_view("\0", 1), test.FreePath());
}

// Returns a socket bound to an abstract name, or an error that says why the
// platform has no abstract names.
absl::StatusOr<Socket> BindAbstract(ContractTestBase& test,
                                    const std::string& name) {
  Socket socket = test.MustCreate(UnixStream());
  absl::Status status = socket.Bind(UnixPath{name});
  if (!status.ok()) return status;
  return socket;
}

// The text of an address, in which a backslash is escaped.
std::string TextOf(const std::string& path) {
  return absl::StrCat("unix:", absl::StrReplaceAll(path, {{"\\", "\\\\"}}));
}

// Exchanges a byte with `listener`, which is bound to `path`.
void ExpectToBeReachedAt(Socket& listener, const std::string& path) {
  ASSERT_THAT(listener.Listen(), IsOk());
  Socket client =
      Socket::Create(kAfUnix, kSockStream, 0, listener.platform()).value();
  ASSERT_THAT(client.Connect(UnixPath{path}), IsOk());
  absl::StatusOr<AcceptResult> accepted = listener.Accept();
  ASSERT_THAT(accepted, IsOk());
  ASSERT_THAT(client.SendAll("x"), IsOk());
  EXPECT_THAT(accepted->socket.Recv(1), IsOkAndHolds("x"));
}

TEST_P(UnixContract, APathIsAnAddress) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  const std::string path = FreePath();
  Socket listener = MustCreate(UnixStream());
  ASSERT_THAT(listener.Bind(UnixPath{path}), IsOk());
  const SocketAddress name = MustGetSockName(listener);
  EXPECT_EQ(name.family(), kAfUnix);
  EXPECT_EQ(name.bytes(), path);
  EXPECT_EQ(name.ToString(), TextOf(path));
  ExpectToBeReachedAt(listener, path);
}

TEST_P(UnixContract, APathRemainsUntilItIsRemoved) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  if (!contract().handles_are_descriptors) {
    GTEST_SKIP() << "the platform's paths are not files";
  }
  const std::string path = FreePath();
  Socket owner = MustCreate(UnixStream());
  ASSERT_THAT(owner.Bind(UnixPath{path}), IsOk());
  EXPECT_TRUE(FileExists(path));
  ASSERT_THAT(owner.Close(), IsOk());
  EXPECT_TRUE(FileExists(path));
  Socket next = MustCreate(UnixStream());
  EXPECT_THAT(next.Bind(UnixPath{path}),
              Fails(absl::StatusCode::kAlreadyExists, IsAddressInUse));
  RemoveFile(path);
  EXPECT_THAT(next.Bind(UnixPath{path}), IsOk());
}

TEST_P(UnixContract, APathOfTheGreatestLengthIsAnAddress) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  const std::size_t most = platform().facts().max_unix_path;
  std::string path = FreePath();
  ASSERT_LT(path.size(), most);
  path.resize(most, 'x');
  Socket listener = MustCreate(UnixStream());
  ASSERT_THAT(listener.Bind(UnixPath{path}), IsOk());
  EXPECT_EQ(MustGetSockName(listener).bytes(), path);
  ExpectToBeReachedAt(listener, path);
}

TEST_P(UnixContract, APathThatIsTooLongIsRefused) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  const std::size_t most = platform().facts().max_unix_path;
  Socket stream = MustCreate(UnixStream());
  Socket datagram = MustCreate(UnixDatagram());
  for (const std::size_t size : {most + 1, most + 2, std::size_t{1000}}) {
    std::string path = FreePath();
    path.resize(size, 'x');
    EXPECT_THAT(stream.Bind(UnixPath{path}),
                RefusesArgument(absl::StatusCode::kInvalidArgument,
                                size > 126 ? "address" : "bind", "path"));
    EXPECT_FALSE(stream.Connect(UnixPath{path}).ok());
    EXPECT_TRUE(IsUsageError(stream.Connect(UnixPath{path})));
    EXPECT_TRUE(IsUsageError(stream.ConnectEx(UnixPath{path}).status()));
    EXPECT_TRUE(IsUsageError(datagram.SendTo("x", UnixPath{path}).status()));
    EXPECT_FALSE(FileExists(path));
  }
  EXPECT_THAT(stream.Bind(UnixPath{FreePath()}), IsOk());
}

TEST_P(UnixContract, ALongPathIsReachedAsTheErrorSays) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  const std::filesystem::path before = std::filesystem::current_path();
  const std::string directory =
      absl::StrCat(FreePath(), ".", std::string(120, 'd'));
  ASSERT_TRUE(std::filesystem::create_directory(directory));
  const std::string path = absl::StrCat(directory, "/s");
  Socket listener = MustCreate(UnixStream());
  const absl::Status status = listener.Bind(UnixPath{path});
  ASSERT_TRUE(IsUsageError(status)) << status;
  EXPECT_THAT(
      std::string(status.message()),
      testing::HasSubstr("make its directory the current one and use \"s\""));
  std::filesystem::current_path(directory);
  EXPECT_THAT(listener.Bind(UnixPath{"s"}), IsOk());
  // Where paths are no files, there is nothing to see.
  if (contract().handles_are_descriptors) {
    EXPECT_TRUE(FileExists(path));
  }
  ExpectToBeReachedAt(listener, "s");
  std::filesystem::current_path(before);
  std::filesystem::remove_all(directory);
}

TEST_P(UnixContract, APathHoldsNoNul) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  std::string path = FreePath();
  const std::string before = path;
  path += '\0';
  path += "x";
  Socket socket = MustCreate(UnixStream());
  for (const absl::Status& status :
       {socket.Bind(UnixPath{path}), socket.Connect(UnixPath{path})}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_TRUE(IsUsageError(status));
  }
  EXPECT_FALSE(FileExists(before));
  EXPECT_THAT(socket.Bind(UnixPath{before}), IsOk());
}

TEST_P(UnixContract, WhereNothingIsThereIsNothingToConnectTo) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  const std::string path = FreePath();
  Socket socket = MustCreate(UnixStream());
  const absl::Status status = socket.Connect(UnixPath{path});
  EXPECT_THAT(status, Fails(absl::StatusCode::kNotFound, IsFileNotFound));
  EXPECT_EQ(ErrorOf(status)->address, TextOf(path));
}

TEST_P(UnixContract, APathInNoDirectoryIsNotFound) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  Socket socket = MustCreate(UnixStream());
  const absl::Status status =
      socket.Bind(UnixPath{absl::StrCat(FreePath(), "/missing/s")});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
}

TEST_P(UnixContract, AnUnboundSocketHasNoName) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  const SocketAddress name = MustGetSockName(MustCreate(UnixStream()));
  EXPECT_EQ(name.bytes(), "");
}

TEST_P(UnixContract, AnAbstractNameIsAnAddressWithoutAFile) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  // Such a name may contain any bytes, including NUL.
  std::string name = AbstractName(*this);
  name += absl::string_view("\0x\0", 3);
  absl::StatusOr<Socket> listener = BindAbstract(*this, name);
  if (!listener.ok())
    GTEST_SKIP() << "no abstract names: " << listener.status();
  EXPECT_EQ(MustGetSockName(*listener).bytes(), name);
  EXPECT_FALSE(FileExists(name.substr(1)));
  ExpectToBeReachedAt(*listener, name);
  // The name vanishes with its socket.
  ASSERT_THAT(listener->Close(), IsOk());
  EXPECT_THAT(BindAbstract(*this, name), IsOk());
}

TEST_P(UnixContract, AnAbstractNameMayBeAByteLongerThanAPath) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  std::string name = AbstractName(*this);
  name.resize(platform().facts().max_unix_path + 1, 'x');
  absl::StatusOr<Socket> listener = BindAbstract(*this, name);
  if (!listener.ok())
    GTEST_SKIP() << "no abstract names: " << listener.status();
  EXPECT_EQ(MustGetSockName(*listener).bytes(), name);
  ExpectToBeReachedAt(*listener, name);
  EXPECT_THAT(
      BindAbstract(*this, name + "x"),
      RefusesArgument(absl::StatusCode::kInvalidArgument, "bind", "path"));
}

TEST_P(UnixContract, NamesThatDifferOnlyInLengthDiffer) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  const std::string name = AbstractName(*this);
  const absl::StatusOr<Socket> one = BindAbstract(*this, name);
  if (!one.ok()) GTEST_SKIP() << "no abstract names: " << one.status();
  EXPECT_THAT(BindAbstract(*this, name + std::string(1, '\0')), IsOk());
}

TEST_P(UnixContract, TheSystemMayChooseAName) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  absl::StatusOr<Socket> listener = BindAbstract(*this, "");
  if (!listener.ok()) GTEST_SKIP() << "no autobind: " << listener.status();
  const std::string name(MustGetSockName(*listener).bytes());
  ASSERT_NE(name, "");
  ExpectToBeReachedAt(*listener, name);
}

TEST_P(UnixContract, AHostIsNoPath) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  Socket socket = MustCreate(UnixStream());
  EXPECT_THAT(
      socket.Bind({"localhost", 80}),
      RefusesArgument(absl::StatusCode::kInvalidArgument, "bind", "address"));
}

TEST_P(UnixContract, SendingToAPathWithoutASocketFails) {
  MORTISE_SKIP_WITHOUT(UnixDatagram());
  std::unique_ptr<BrokenPipeWatch> watch = BrokenPipeWatch::Begin();
  Socket socket = MustCreate(UnixDatagram());
  const SocketAddress nowhere = FreeAddress(UnixDatagram());
  const absl::Status status = socket.SendTo("x", nowhere).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "sendto");
  EXPECT_EQ(ErrorOf(status)->address, nowhere.ToString());

  auto [one, two] = MustConnectPair(UnixDatagram());
  ASSERT_THAT(two.Close(), IsOk());
  EXPECT_THAT(one.Send("x"),
              Fails(absl::StatusCode::kUnavailable, IsConnectionRefused));
  if (watch != nullptr) {
    EXPECT_EQ(watch->signals(), 0);
  }
}

// Fills the room of a sender, then waits for more, until the sender is shut
// down.
TEST_P(UnixContract, ShutdownWakesSendersOfEveryType) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  for (const SocketType type : {kSockStream, kSockDgram, kSockSeqpacket}) {
    absl::StatusOr<std::pair<Socket, Socket>> pair =
        SocketPair(kAfUnix, type, 0, &platform());
    if (!pair.ok()) continue;  // The OS has no such type.
    Socket& sender = pair->first;
    ASSERT_THAT(sender.SetBlocking(false), IsOk());
    while (sender.Send(std::string(1000, 'x')).ok()) {
    }
    ASSERT_THAT(sender.SetTimeout(kLong), IsOk());
    Background<absl::Status> sending(
        [&sender] { return sender.Send(std::string(1000, 'x')).status(); });
    sending.AwaitAsleep();
    ASSERT_THAT(sender.Shutdown(ShutdownHow::kWrite), IsOk());
    EXPECT_THAT(sending.Result(), Fails(IsBrokenPipe)) << type;
  }
}

TEST_P(UnixContract, ShutdownWakesASenderWithoutAPeer) {
  MORTISE_SKIP_WITHOUT(UnixDatagram());
  Socket receiver = MustBind(UnixDatagram());
  ASSERT_THAT(receiver.SetBlocking(false), IsOk());
  const SocketAddress to = MustGetSockName(receiver);
  Socket sender = MustCreate(UnixDatagram());
  ASSERT_THAT(sender.SetBlocking(false), IsOk());
  while (sender.SendTo("x", to).ok()) {
  }
  ASSERT_THAT(sender.SetTimeout(kLong), IsOk());
  Background<absl::Status> sending(
      [&] { return sender.SendTo("x", to).status(); });
  sending.AwaitAsleep();
  const absl::Status shut = sender.Shutdown(ShutdownHow::kWrite);
  if (!shut.ok()) {
    while (!sending.ended()) receiver.Recv(16).IgnoreError();
    GTEST_SKIP() << "only a connection can be shut down: " << shut;
  }
  EXPECT_THAT(sending.Result(), Fails(IsBrokenPipe));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
