// Each kind of fault on the platform of the operating system, over loopback.

#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/fds.h"
#include "mortise/core/poller.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/platform/file_handle.h"
#include "mortise/platform/native_handle.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/temporary_file.h"

namespace mortise {
namespace fault {
namespace {

using contract::Fails;
using contract::IsOk;
using contract::IsOkAndHolds;

// The server is on the OS's own platform, and the client meets the faults.
class OsFaultsTest : public testing::Test {
 protected:
  void SetUp() override {
    // What the platform makes once and keeps.
    (void)Platform::Default().readiness().NewInterrupt();
    absl::StatusOr<Socket> listener = CreateServer(HostPort{"127.0.0.1", 0});
    ASSERT_THAT(listener, IsOk());
    listener_ = *std::move(listener);
    const absl::StatusOr<SocketAddress> address = listener_.GetSockName();
    ASSERT_THAT(address, IsOk());
    address_ = *address;
    // So does the first wait.
    ASSERT_THAT(listener_.SetTimeout(absl::Milliseconds(1)), IsOk());
    ASSERT_THAT(listener_.Accept(), Fails(IsTimeout));
    ASSERT_THAT(listener_.SetBlocking(true), IsOk());
    descriptors_ = contract::OpenDescriptors();
  }
  void TearDown() override {
    client_ = Socket();
    server_ = Socket();
    faults_.reset();
    if (descriptors_.has_value()) {
      EXPECT_EQ(contract::OpenDescriptors(), descriptors_) << "a leak";
    }
  }

  Platform& platform() { return faults_->platform(); }

  void Connect() {
    absl::StatusOr<Socket> client =
        Socket::Create(kAfInet, kSockStream, 0, &platform());
    ASSERT_THAT(client, IsOk());
    client_ = *std::move(client);
    ASSERT_THAT(client_.SetTimeout(absl::Minutes(10)), IsOk());
    ASSERT_THAT(client_.Connect(address_), IsOk());
    absl::StatusOr<AcceptResult> server = listener_.Accept();
    ASSERT_THAT(server, IsOk());
    server_ = std::move(server->socket);
  }

  ErrorCode CodeOf(int error) {
    return platform().facts().errors.Code(ErrorDomain::kOs, error);
  }

  Socket listener_;
  SocketAddress address_;
  std::optional<int> descriptors_;
  std::unique_ptr<CallFaults> faults_ =
      std::make_unique<CallFaults>(Platform::Default());
  Socket client_;
  Socket server_;
};

TEST_F(OsFaultsTest, ACallThatFailsIsNotMade) {
  const Rule rule = faults_->OnCalls({Call::kConnect},
                                     CallFault::Fail(ErrorCode::kEnetunreach));
  CreateConnectionOptions options;
  options.platform = &platform();
  EXPECT_THAT(CreateConnection(HostPort{"127.0.0.1", address_.port()}, options),
              Fails(IsUnreachable));
  ASSERT_THAT(listener_.SetBlocking(false), IsOk());
  EXPECT_THAT(listener_.Accept(), Fails(IsWouldBlock)) << "nobody came";
  EXPECT_THAT(CreateConnection(HostPort{"127.0.0.1", address_.port()}, options),
              IsOk());
}

TEST_F(OsFaultsTest, ASendThatIsCutIsShort) {
  Connect();
  const Rule rule = faults_->OnCalls({Call::kSend}, CallFault::Cut(2));
  EXPECT_THAT(client_.Send("hello"), IsOkAndHolds(2u));
  EXPECT_THAT(server_.Recv(16), IsOkAndHolds("he"));
}

TEST_F(OsFaultsTest, AReceiveThatIsCutLeavesTheRest) {
  Connect();
  const Rule rule = faults_->OnCalls({Call::kRecv}, CallFault::Cut(2));
  ASSERT_THAT(server_.SendAll("hello"), IsOk());
  EXPECT_THAT(client_.Recv(16), IsOkAndHolds("he"));
  EXPECT_THAT(client_.Recv(16), IsOkAndHolds("llo"));
}

TEST_F(OsFaultsTest, CutsReachAcrossBuffers) {
  Connect();
  SocketCalls& sockets = platform().sockets();
  const absl::string_view texts[] = {"abc", "def", "ghi"};
  {
    const Rule rule = faults_->OnCalls({Call::kSendMsg}, CallFault::Cut(5));
    EXPECT_EQ(
        sockets.SendMsg(client_.native_handle(), texts, {}, 0, nullptr).value,
        5u);
  }
  EXPECT_THAT(server_.Recv(16), IsOkAndHolds("abcde"));
  ASSERT_THAT(server_.SendAll("abcdef"), IsOk());
  const Rule rule = faults_->OnCalls({Call::kRecvMsg}, CallFault::Cut(5));
  char first[3];
  char second[3] = {'-', '-', '-'};
  const absl::Span<char> buffers[] = {absl::MakeSpan(first),
                                      absl::MakeSpan(second)};
  SockAddr from;
  EXPECT_EQ(sockets.RecvMsg(client_.native_handle(), buffers, {}, 0, &from)
                .value.size,
            5u);
  EXPECT_EQ(std::string(first, 3), "abc");
  EXPECT_EQ(std::string(second, 3), "de-");
}

TEST_F(OsFaultsTest, MessagesAreNotCut) {
  absl::StatusOr<Socket> receiver =
      Socket::Create(kAfInet, kSockDgram, 0, &platform());
  absl::StatusOr<Socket> sender =
      Socket::Create(kAfInet, kSockDgram, 0, &platform());
  ASSERT_THAT(receiver, IsOk());
  ASSERT_THAT(sender, IsOk());
  ASSERT_THAT(receiver->Bind(HostPort{"127.0.0.1", 0}), IsOk());
  ASSERT_THAT(sender->Connect(*receiver->GetSockName()), IsOk());
  const Rule rule =
      faults_->OnCalls({Call::kAny}, CallFault::Cut(1), When::Always());
  EXPECT_THAT(sender->Send("hello"), IsOkAndHolds(5u));
  EXPECT_THAT(receiver->Recv(16), IsOkAndHolds("hello"));
  EXPECT_EQ(rule.hits(), 0);
}

TEST_F(OsFaultsTest, ACallThatWouldBlockIsTriedAgain) {
  Connect();
  const Rule rule =
      faults_->OnCalls({Call::kRecv}, CallFault::WouldBlock(), When::First(3));
  ASSERT_THAT(server_.SendAll("hello"), IsOk());
  EXPECT_THAT(client_.Recv(16), IsOkAndHolds("hello"));
  EXPECT_EQ(rule.hits(), 3);
}

TEST_F(OsFaultsTest, FalseReadinessIsLookedAtAgain) {
  Connect();
  ASSERT_THAT(client_.SetTimeout(absl::Milliseconds(30)), IsOk());
  const Rule rule = faults_->OnCalls({Call::kWaitInterruptibly},
                                     CallFault::FalseReady(), When::First(3));
  EXPECT_THAT(client_.Recv(16), Fails(IsOwnTimeout));
  EXPECT_EQ(rule.hits(), 3);
}

TEST_F(OsFaultsTest, ACallTakesItsTimeOnTheClockOfThePlatform) {
  Connect();
  const Rule rule =
      faults_->OnCalls({Call::kSend}, CallFault::Take(absl::Milliseconds(20)));
  const absl::Duration begin = Platform::Default().clock().Now();
  EXPECT_THAT(client_.Send("x"), IsOkAndHolds(1u));
  EXPECT_GE(Platform::Default().clock().Now() - begin, absl::Milliseconds(20));
}

TEST_F(OsFaultsTest, APollerSeesAFalseReport) {
  Connect();
  absl::StatusOr<Poller> poller = Poller::Create(&platform());
  ASSERT_THAT(poller, IsOk());
  ASSERT_THAT(poller->Register(client_, PollEvents::kReadable, 1), IsOk());
  const Rule rule =
      faults_->OnCalls({Call::kPollSetWait}, CallFault::FalseReady());
  PollResult result;
  ASSERT_THAT(poller->Wait(absl::Minutes(10), &result), IsOk());
  EXPECT_FALSE(result.empty());
  ASSERT_THAT(client_.SetBlocking(false), IsOk());
  EXPECT_THAT(client_.Recv(1), Fails(IsWouldBlock));
  ASSERT_THAT(poller->Unregister(client_), IsOk());
}

// What a call has made is closed if the call fails afterwards. TearDown counts.
TEST_F(OsFaultsTest, SocketsThatWereMadeAreClosed) {
  for (const Call call : {Call::kSocket, Call::kSocketPair, Call::kDup}) {
    faults_
        ->OnCalls({call}, CallFault::FailAfter(ErrorCode::kEmfile),
                  When::Always())
        .Keep();
  }
  EXPECT_THAT(Socket::Create(kAfInet, kSockStream, 0, &platform()),
              Fails(IsTooManyDescriptors));
  SocketCalls& sockets = platform().sockets();
  EXPECT_EQ(CodeOf(sockets.Dup(listener_.native_handle()).error),
            ErrorCode::kEmfile);
  const SysResult<HandlePair> pair = sockets.SocketPair(
      platform().facts().pair_family, static_cast<int>(kSockStream), 0);
  EXPECT_FALSE(pair.ok());
  EXPECT_FALSE(pair.value.first.valid());
  EXPECT_FALSE(pair.value.second.valid());
}

TEST_F(OsFaultsTest, AConnectionThatIsLostInAcceptIsClosed) {
  absl::StatusOr<Socket> listener = Socket::FromFd(
      listener_.native_handle(), kAfInet, kSockStream, 0, &platform());
  ASSERT_THAT(listener, IsOk());
  const Rule rule = faults_->OnCalls({Call::kAccept},
                                     CallFault::FailAfter(ErrorCode::kEmfile));
  ASSERT_THAT(listener->SetTimeout(absl::Minutes(10)), IsOk());
  absl::StatusOr<Socket> client =
      CreateConnection(HostPort{"127.0.0.1", address_.port()});
  ASSERT_THAT(client, IsOk());
  EXPECT_THAT(listener->Accept(), Fails(IsTooManyDescriptors));
  EXPECT_EQ(rule.hits(), 1) << "the call that would block does not count";
  // Only a test that fails waits.
  ASSERT_THAT(client->SetTimeout(absl::Seconds(10)), IsOk());
  EXPECT_THAT(client->Recv(1), IsOkAndHolds("")) << "the other end is closed";
}

TEST_F(OsFaultsTest, InterruptsAndPollSetsThatWereMadeAreClosed) {
  for (const Call call : {Call::kNewInterrupt, Call::kNewPollSet}) {
    faults_
        ->OnCalls({call}, CallFault::FailAfter(ErrorCode::kEmfile),
                  When::Always())
        .Keep();
  }
  EXPECT_EQ(CodeOf(platform().readiness().NewInterrupt().error),
            ErrorCode::kEmfile);
  EXPECT_EQ(CodeOf(platform().readiness().NewPollSet().error),
            ErrorCode::kEmfile);
}

TEST_F(OsFaultsTest, DescriptorsOfAMessageAreClosed) {
  absl::StatusOr<std::pair<Socket, Socket>> pair =
      SocketPair(kAfUnix, kSockStream, 0, &platform());
  if (!pair.ok()) GTEST_SKIP() << "no AF_UNIX pairs: " << pair.status();
  const NativeHandle sent[] = {listener_.native_handle(),
                               listener_.native_handle()};
  const auto result = SendFds(pair->first, "x", sent);
  if (!result.ok())
    GTEST_SKIP() << "descriptors cannot be sent: " << result.status();
  const Rule rule = faults_->OnCalls({Call::kRecvMsg},
                                     CallFault::FailAfter(ErrorCode::kEnobufs));
  EXPECT_FALSE(RecvFds(pair->second, 16, 2).ok());
  EXPECT_EQ(rule.hits(), 1);
}

TEST_F(OsFaultsTest, CloseClosesWhateverItSays) {
  absl::StatusOr<Socket> socket =
      Socket::Create(kAfInet, kSockStream, 0, &platform());
  ASSERT_THAT(socket, IsOk());
  const Rule rule =
      faults_->OnCalls({Call::kClose}, CallFault::Fail(ErrorCode::kEnobufs));
  EXPECT_FALSE(socket->Close().ok());
  EXPECT_EQ(rule.hits(), 1);
}

TEST_F(OsFaultsTest, ASendThatFailsAfterwardsHasSent) {
  Connect();
  const Rule rule = faults_->OnCalls(
      {Call::kSend}, CallFault::FailAfter(ErrorCode::kEconnreset));
  EXPECT_THAT(client_.Send("hello"), Fails(IsConnectionReset));
  EXPECT_THAT(server_.Recv(16), IsOkAndHolds("hello"));
}

TEST_F(OsFaultsTest, ASentFileTellsHowMuchWasSent) {
  Connect();
  contract::TemporaryFile file("0123456789");
  FileCalls& files = platform().files();
  const NativeHandle handle = FileHandleOf(file.get());
  {
    const Rule cut = faults_->OnCalls({Call::kSendFile}, CallFault::Cut(4));
    const SysResult<std::size_t> sent =
        files.SendFile(client_.native_handle(), true, handle, 0, 10);
    if (sent.error == kNotSupportedError) GTEST_SKIP() << "no sendfile here";
    EXPECT_EQ(sent.value, 4u);
  }
  const Rule rule = faults_->OnCalls({Call::kSendFile},
                                     CallFault::FailAfter(ErrorCode::kEnobufs));
  const SysResult<std::size_t> sent =
      files.SendFile(client_.native_handle(), true, handle, 4, 6);
  EXPECT_EQ(CodeOf(sent.error), ErrorCode::kEnobufs);
  EXPECT_EQ(sent.value, 6u);
}

TEST_F(OsFaultsTest, AFileIsSentByHandIfThePlatformLacksTheCall) {
  Connect();
  contract::TemporaryFile file("0123456789");
  const Rule lacks = faults_->OnCalls({Call::kSendFile},
                                      CallFault::Fail(ErrorCode::kUnsupported),
                                      When::Always());
  const Rule cut =
      faults_->OnCalls({Call::kReadAt}, CallFault::Cut(3), When::Always());
  EXPECT_THAT(SendFile(client_, FileHandleOf(file.get())), IsOk());
  std::string received;
  while (received.size() < 10) {
    const absl::StatusOr<std::string> piece = server_.Recv(16);
    ASSERT_THAT(piece, IsOk());
    received += *piece;
  }
  EXPECT_EQ(received, "0123456789");
  EXPECT_GT(lacks.hits(), 0);
  EXPECT_GT(cut.hits(), 3);
}

TEST_F(OsFaultsTest, ALookupThatFailsAfterwardsTellsTheError) {
  const Rule rule = faults_->OnCalls({Call::kBeginFindAddresses},
                                     CallFault::FailAfter(ErrorCode::kEaiFail));
  AddrInfoQuery query;
  query.host = "127.0.0.1";
  const auto done = std::make_shared<absl::Notification>();
  const std::unique_ptr<PendingLookup> begun =
      platform().names().BeginFindAddresses(query, absl::Minutes(10),
                                            [done] { done->Notify(); });
  done->WaitForNotification();
  const FoundAddresses found = begun->Take();
  EXPECT_EQ(platform().facts().errors.Code(found.domain, found.error),
            ErrorCode::kEaiFail);
  EXPECT_TRUE(found.value.empty());
}

}  // namespace
}  // namespace fault
}  // namespace mortise
