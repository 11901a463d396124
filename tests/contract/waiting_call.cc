#include "mortise/tests/contract/waiting_call.h"

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/test_thread.h"

namespace mortise {
namespace contract {
namespace {

// A listener without a client.
class AcceptScene : public WaitingScene {
 public:
  AcceptScene(ContractTestBase& test, const Transport& transport)
      : test_(test), listener_(test.MustListen(transport)) {}

  absl::Status Call() override { return listener_.Accept().status(); }
  void Release() override {
    clients_.push_back(test_.MustCreate(listener_.family(), kSockStream));
    EXPECT_THAT(clients_.back().Connect(test_.MustGetSockName(listener_)),
                IsOk());
  }
  Socket* socket() override { return &listener_; }

 private:
  ContractTestBase& test_;
  Socket listener_;
  std::vector<Socket> clients_;
};

// A connection on which there is nothing to receive.
class ReceiveScene : public WaitingScene {
 public:
  using Receive = std::function<absl::Status(Socket&)>;
  ReceiveScene(ContractTestBase& test, const Transport& transport,
               Receive receive)
      : sockets_(test.MustConnectPair(transport)),
        receive_(std::move(receive)) {}

  absl::Status Call() override { return receive_(sockets_.first); }
  void Release() override {
    EXPECT_THAT(sockets_.second.Send("x"), IsOkAndHolds(1u));
  }
  Socket* socket() override { return &sockets_.first; }

 private:
  std::pair<Socket, Socket> sockets_;
  const Receive receive_;
};

// A stream whose reader does not read.
class SendScene : public WaitingScene {
 public:
  using Send = std::function<absl::Status(Socket&)>;
  SendScene(ContractTestBase& test, const Transport& transport, Send send)
      : sockets_(test.MustConnectPair(transport)), send_(std::move(send)) {}

  ~SendScene() override {
    // Ends the stream for the reader.
    sockets_.first = Socket();
    if (reader_.joinable()) reader_.join();
  }

  absl::Status Call() override { return send_(sockets_.first); }
  void Fill() override {
    EXPECT_THAT(sockets_.first.SetBlocking(false), IsOk());
    const std::string data = Pattern(64 * 1024);
    while (sockets_.first.Send(data).ok()) {
    }
  }
  void Release() override {
    if (reader_.joinable()) return;
    reader_ = TestThread([this] { ReceiveToEnd(sockets_.second); });
  }
  Socket* socket() override { return &sockets_.first; }

 private:
  std::pair<Socket, Socket> sockets_;
  const Send send_;
  TestThread reader_;
};

// A datagram socket whose queue is not emptied, and a socket that sends to it.
class DatagramScene : public WaitingScene {
 public:
  using Send = std::function<absl::Status(Socket&, const SocketAddress& to)>;
  DatagramScene(ContractTestBase& test, const Transport& transport, Send send)
      : receiver_(test.MustBind(transport)),
        address_(test.MustGetSockName(receiver_)),
        sender_(test.MustCreate(transport)),
        send_(std::move(send)) {
    EXPECT_THAT(receiver_.SetBlocking(false), IsOk());
  }

  absl::Status Call() override { return send_(sender_, address_); }
  void Fill() override {
    while (Attempt(absl::ZeroDuration()).ok()) {
    }
  }
  void Release() override {
    while (receiver_.Recv(16).ok()) {
    }
  }
  Socket* socket() override { return &sender_; }

 private:
  Socket receiver_;
  const SocketAddress address_;
  Socket sender_;
  const Send send_;
};

// A listener whose backlog is full of waiting clients.
class ConnectScene : public WaitingScene {
 public:
  ConnectScene(ContractTestBase& test, const Transport& transport)
      : test_(test),
        listener_(test.MustListen(transport, 1)),
        address_(test.MustGetSockName(listener_)) {}

  absl::Status Call() override {
    return absl::UnimplementedError("each attempt has a socket of its own");
  }
  absl::Status Attempt(absl::Duration timeout) override {
    Socket client = test_.MustCreate(listener_.family(), kSockStream);
    EXPECT_THAT(client.SetTimeout(timeout), IsOk());
    EXPECT_THAT(client.SetCancellation(cancellation_), IsOk());
    absl::Status status = client.Connect(address_);
    if (!status.ok()) return status;
    // A Connect that succeeds promises that there is a peer.
    EXPECT_THAT(client.GetPeerName(), IsOkAndHolds(address_));
    clients_.push_back(std::move(client));
    return absl::OkStatus();
  }
  void Fill() override {
    FillBacklog(test_, address_, &clients_).IgnoreError();
  }
  void Release() override {
    absl::StatusOr<AcceptResult> accepted = listener_.Accept();
    EXPECT_THAT(accepted, IsOk());
    if (accepted.ok()) servers_.push_back(std::move(accepted->socket));
  }
  void SetCancellation(
      const std::optional<Cancellation>& cancellation) override {
    cancellation_ = cancellation;
  }

 private:
  ContractTestBase& test_;
  Socket listener_;
  const SocketAddress address_;
  std::optional<Cancellation> cancellation_;
  std::vector<Socket> clients_;
  std::vector<Socket> servers_;
};

WaitingCall Accepting(const Transport& transport) {
  WaitingCall call;
  call.name = absl::StrCat("Accept", transport.name);
  call.operation = "accept";
  call.transport = transport;
  call.stage = [transport](ContractTestBase& test) {
    return std::make_unique<AcceptScene>(test, transport);
  };
  call.takes = true;
  return call;
}

WaitingCall Connecting(const Transport& transport) {
  WaitingCall call;
  call.name = absl::StrCat("Connect", transport.name);
  call.operation = "connect";
  call.transport = transport;
  call.stage = [transport](ContractTestBase& test) {
    return std::make_unique<ConnectScene>(test, transport);
  };
  call.repeatable = false;
  return call;
}

WaitingCall Receiving(absl::string_view name, absl::string_view operation,
                      const Transport& transport,
                      ReceiveScene::Receive receive) {
  WaitingCall call;
  call.name = absl::StrCat(name, transport.name);
  call.operation = std::string(operation);
  call.transport = transport;
  call.stage = [transport, receive](ContractTestBase& test) {
    return std::make_unique<ReceiveScene>(test, transport, receive);
  };
  call.takes = true;
  call.connected = true;
  return call;
}

WaitingCall Sending(absl::string_view name, absl::string_view operation,
                    const Transport& transport, SendScene::Send send) {
  WaitingCall call;
  call.name = absl::StrCat(name, transport.name);
  call.operation = std::string(operation);
  call.transport = transport;
  call.stage = [transport, send](ContractTestBase& test) {
    return std::make_unique<SendScene>(test, transport, send);
  };
  call.connected = true;
  return call;
}

WaitingCall SendingDatagrams(absl::string_view name,
                             absl::string_view operation,
                             DatagramScene::Send send) {
  // Only datagrams of AF_UNIX are never dropped. So only sending them has to
  // wait for room.
  const Transport transport = UnixDatagram();
  WaitingCall call;
  call.name = absl::StrCat(name, transport.name);
  call.operation = std::string(operation);
  call.transport = transport;
  call.stage = [transport, send](ContractTestBase& test) {
    return std::make_unique<DatagramScene>(test, transport, send);
  };
  return call;
}

std::vector<WaitingCall> Those(bool WaitingCall::*property) {
  std::vector<WaitingCall> calls;
  for (const WaitingCall& call : WaitingCalls()) {
    if (call.*property) calls.push_back(call);
  }
  return calls;
}

absl::Status RecvSpan(Socket& socket) {
  char buffer[16];
  return socket.Recv(absl::MakeSpan(buffer)).status();
}
absl::Status RecvString(Socket& socket) { return socket.Recv(16).status(); }
absl::Status RecvFromSpan(Socket& socket) {
  char buffer[16];
  return socket.RecvFrom(absl::MakeSpan(buffer)).status();
}
absl::Status RecvFromString(Socket& socket) {
  return socket.RecvFrom(16).status();
}

absl::Status RecvMsgSpans(Socket& socket) {
  char buffer[16];
  char control[64];
  return RecvMsg(socket, {absl::MakeSpan(buffer)}, absl::MakeSpan(control))
      .status();
}
absl::Status RecvMsgString(Socket& socket) {
  return RecvMsg(socket, 16, 64).status();
}

absl::Status SendSome(Socket& socket) {
  static const std::string& data = *new std::string(Pattern(64 * 1024));
  return socket.Send(data).status();
}
absl::Status SendMsgSome(Socket& socket) {
  static const std::string& data = *new std::string(Pattern(64 * 1024));
  return SendMsg(socket, {data, "more"}).status();
}
absl::Status SendAllOfIt(Socket& socket) {
  // More than the buffers of any system hold.
  static const std::string& data = *new std::string(Pattern(32 << 20));
  return socket.SendAll(data);
}
absl::Status SendToIt(Socket& socket, const SocketAddress& to) {
  return socket.SendTo("datagram", to).status();
}
absl::Status SendToUnresolved(Socket& socket, const SocketAddress& to) {
  return socket.SendTo("datagram", Address(UnixPath{std::string(to.bytes())}))
      .status();
}
absl::Status SendMsgToIt(Socket& socket, const SocketAddress& to) {
  return SendMsg(socket, {"data", "gram"}, {}, 0, to).status();
}
absl::Status SendMsgToUnresolved(Socket& socket, const SocketAddress& to) {
  return SendMsg(socket, {"data", "gram"}, {}, 0,
                 Address(UnixPath{std::string(to.bytes())}))
      .status();
}
absl::Status ConnectAndSend(Socket& socket, const SocketAddress& to) {
  if (!socket.GetPeerName().ok()) {
    EXPECT_THAT(socket.Connect(to), IsOk());
  }
  return socket.Send("datagram").status();
}

}  // namespace

absl::Status WaitingScene::Attempt(absl::Duration timeout) {
  EXPECT_THAT(socket()->SetTimeout(timeout), IsOk());
  return Call();
}

void WaitingScene::SetCancellation(
    const std::optional<Cancellation>& cancellation) {
  EXPECT_THAT(socket()->SetCancellation(cancellation), IsOk());
}

std::vector<WaitingCall> WaitingCalls() {
  std::vector<WaitingCall> calls;
  for (const Transport& stream : {TcpIpv4(), TcpIpv6(), UnixStream()}) {
    calls.push_back(Accepting(stream));
    calls.push_back(Connecting(stream));
    calls.push_back(Receiving("Recv", "recv", stream, &RecvSpan));
    calls.push_back(Sending("Send", "send", stream, &SendSome));
    calls.push_back(Sending("SendAll", "send", stream, &SendAllOfIt));
    calls.push_back(Receiving("RecvMsg", "recvmsg", stream, &RecvMsgSpans));
    calls.push_back(Sending("SendMsg", "sendmsg", stream, &SendMsgSome));
  }
  calls.push_back(Receiving("RecvString", "recv", TcpIpv4(), &RecvString));
  for (const Transport& datagram : {UdpIpv4(), UdpIpv6(), UnixDatagram()}) {
    calls.push_back(Receiving("RecvFrom", "recvfrom", datagram, &RecvFromSpan));
    calls.push_back(Receiving("RecvMsg", "recvmsg", datagram, &RecvMsgSpans));
  }
  calls.push_back(
      Receiving("RecvFromString", "recvfrom", UdpIpv4(), &RecvFromString));
  calls.push_back(
      Receiving("RecvMsgString", "recvmsg", UdpIpv4(), &RecvMsgString));
  calls.push_back(Receiving("Recv", "recv", UdpIpv4(), &RecvSpan));
  calls.push_back(SendingDatagrams("SendTo", "sendto", &SendToIt));
  calls.push_back(
      SendingDatagrams("SendToUnresolved", "sendto", &SendToUnresolved));
  calls.push_back(SendingDatagrams("Send", "send", &ConnectAndSend));
  calls.back().connected = true;
  calls.push_back(SendingDatagrams("SendMsg", "sendmsg", &SendMsgToIt));
  calls.push_back(
      SendingDatagrams("SendMsgToUnresolved", "sendmsg", &SendMsgToUnresolved));
  return calls;
}

std::vector<WaitingCall> TakingCalls() { return Those(&WaitingCall::takes); }

std::vector<WaitingCall> RepeatableCalls() {
  return Those(&WaitingCall::repeatable);
}

std::vector<WaitingCall> ConnectedCalls() {
  return Those(&WaitingCall::connected);
}

void WaitingTest::SetUp() {
  ContractTestBase::SetUp();
  const Transport& transport = call().transport;
  const absl::Status probed = Probe(transport);
  if (!probed.ok()) {
    GTEST_SKIP() << "no " << transport.name << ": " << probed;
  }
  if (call().operation != "connect") return;
  Socket listener = MustListen(transport, 1);
  std::vector<Socket> clients;
  const absl::Status full =
      FillBacklog(*this, MustGetSockName(listener), &clients);
  if (!full.ok()) GTEST_SKIP() << "a full backlog refuses: " << full;
}

WaitingTest::Outcome WaitingTest::AttemptUntilFailure(WaitingScene& scene,
                                                      absl::Duration timeout) {
  // Buffers that grow, and acknowledgements that arrive late, make room after
  // there was none. So it is not known beforehand which attempt has to wait.
  for (;;) {
    const absl::Duration begin = Now();
    absl::Status status = scene.Attempt(timeout);
    const absl::Duration took = Now() - begin;
    if (!status.ok()) return {std::move(status), took};
  }
}

absl::Status FillBacklog(ContractTestBase& test, const SocketAddress& listener,
                         std::vector<Socket>* clients) {
  for (;;) {
    Socket client = test.MustCreate(listener.family(), kSockStream);
    EXPECT_THAT(client.SetTimeout(absl::Milliseconds(50)), IsOk());
    absl::Status status = client.Connect(listener);
    if (IsTimeout(status)) return absl::OkStatus();
    if (!status.ok()) return status;
    clients->push_back(std::move(client));
  }
}

void PrintTo(const WaitingCall& call, std::ostream* out) { *out << call.name; }

}  // namespace contract
}  // namespace mortise
