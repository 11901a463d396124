#include "mortise/tests/benchmarks/cases.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/benchmarks/loops.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr Budget kCallBudget = {1.03, 0};
// Messages have no budget.
constexpr Budget kMessageBudget = {};
constexpr Budget kNumericBudget = {0, 100};

// The size that is requested in both directions. If its limits are lower, a
// system gives less. Fixture then finds out whether this is enough.
constexpr int kSocketBuffer = 1 << 20;

// It never passes, because the data that is received has already arrived.
constexpr absl::Duration kTimeout = absl::Seconds(10);

absl::string_view Text(Transport transport) {
  switch (transport) {
    case Transport::kPair:
      return "pair";
    case Transport::kTcp:
      return "TCP";
    case Transport::kUdp:
      return "UDP";
    case Transport::kNone:
      break;
  }
  return "none";
}

absl::string_view Text(Mode mode) {
  switch (mode) {
    case Mode::kBlocking:
      return "blocking";
    case Mode::kTimeout:
      return "timeout";
    case Mode::kNonBlocking:
      break;
  }
  return "non-blocking";
}

std::string Name(absl::string_view what, Transport transport, std::size_t size,
                 Mode mode) {
  return absl::StrCat(what, "/", Text(transport), "/", size, "/", Text(mode));
}

absl::Status GrowBuffers(Socket& socket) {
  absl::Status status = socket.SetSockOpt(kSolSocket, kSoSndbuf, kSocketBuffer);
  if (!status.ok()) return status;
  return socket.SetSockOpt(kSolSocket, kSoRcvbuf, kSocketBuffer);
}

absl::StatusOr<Socket> BoundToLoopback(SocketType type) {
  absl::StatusOr<Socket> socket = Socket::Create(kAfInet, type);
  if (!socket.ok()) return socket;
  // Set before a connection exists, because TCP agrees on its window when the
  // connection is made.
  absl::Status status = GrowBuffers(*socket);
  if (status.ok()) status = socket->Bind({"127.0.0.1", 0});
  if (!status.ok()) return status;
  return socket;
}

absl::StatusOr<std::pair<Socket, Socket>> TcpConnection() {
  absl::StatusOr<Socket> listener = BoundToLoopback(kSockStream);
  if (!listener.ok()) return listener.status();
  absl::StatusOr<Socket> sender = BoundToLoopback(kSockStream);
  if (!sender.ok()) return sender.status();
  absl::Status status = listener->Listen(1);
  if (!status.ok()) return status;
  const absl::StatusOr<SocketAddress> address = listener->GetSockName();
  if (!address.ok()) return address.status();
  // A small segment must not wait until the one before is acknowledged.
  status = sender->SetSockOpt(kIpprotoTcp, kTcpNodelay, 1);
  if (status.ok()) status = sender->Connect(*address);
  if (!status.ok()) return status;
  absl::StatusOr<AcceptResult> accepted = listener->Accept();
  if (!accepted.ok()) return accepted.status();
  return std::make_pair(*std::move(sender), std::move(accepted->socket));
}

// Checks that the buffers hold all of the data. One thread sends it and then
// receives it, so otherwise a blocking send would never return.
absl::Status CheckRoom(Socket& sender, Socket& receiver, std::size_t size) {
  absl::Status status = sender.SetTimeout(absl::ZeroDuration());
  if (!status.ok()) return status;
  const absl::StatusOr<std::size_t> sent = sender.Send(std::string(size, 'x'));
  if (!sent.ok()) return sent.status();
  for (std::size_t received = 0; received < *sent;) {
    const absl::StatusOr<std::string> got = receiver.Recv(*sent - received);
    if (!got.ok()) return got.status();
    received += got->size();
  }
  if (*sent == size) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "the socket's buffer takes only ", *sent, " of ", size, " bytes"));
}

absl::Status SetMode(Mode mode, Socket& socket) {
  switch (mode) {
    case Mode::kBlocking:
      return socket.SetBlocking(true);
    case Mode::kTimeout:
      return socket.SetTimeout(kTimeout);
    case Mode::kNonBlocking:
      break;
  }
  return socket.SetBlocking(false);
}

}  // namespace

std::vector<Case> TimedCases() {
  std::vector<Case> cases;
  // Compares the bare loop with itself, which shows the error of the method.
  cases.push_back({"(bare beside bare)", Transport::kPair, Mode::kBlocking, 64,
                   "", &bare::SendRecv, &bare::SendRecv, Budget()});
  for (const Transport transport : {Transport::kPair, Transport::kTcp}) {
    for (const std::size_t size : {1, 64, 4096, 65536}) {
      for (const Mode mode : {Mode::kBlocking, Mode::kTimeout}) {
        cases.push_back({Name("Send+Recv", transport, size, mode), transport,
                         mode, size, "", &bare::SendRecv, &ours::SendRecv,
                         kCallBudget});
      }
    }
  }
  for (const std::size_t size : {1, 64, 4096}) {
    for (const Mode mode : {Mode::kBlocking, Mode::kTimeout}) {
      cases.push_back({Name("SendTo+RecvFrom", Transport::kUdp, size, mode),
                       Transport::kUdp, mode, size, "", &bare::SendToRecvFrom,
                       &ours::SendToRecvFrom, kCallBudget});
    }
  }
  for (const std::size_t size : {64, 4096}) {
    for (const Mode mode : {Mode::kBlocking, Mode::kTimeout}) {
      cases.push_back({Name("SendMsg+RecvMsg", Transport::kPair, size, mode),
                       Transport::kPair, mode, size, "", &bare::SendMsgRecvMsg,
                       &ours::SendMsgRecvMsg, kMessageBudget});
    }
  }
  cases.push_back({"Recv would block/pair", Transport::kPair,
                   Mode::kNonBlocking, 64, "", &bare::RecvWouldBlock,
                   &ours::RecvWouldBlock, Budget()});
  cases.push_back({"Recv would block, IsWouldBlock/pair", Transport::kPair,
                   Mode::kNonBlocking, 64, "", &bare::RecvWouldBlock,
                   &ours::RecvWouldBlockAsked, Budget()});
  cases.push_back({"RecvFrom would block/UDP", Transport::kUdp,
                   Mode::kNonBlocking, 64, "", &bare::RecvFromWouldBlock,
                   &ours::RecvFromWouldBlock, Budget()});
  for (const char* const host : {"127.0.0.1", "203.0.113.254"}) {
    cases.push_back({absl::StrCat("Numeric/", host), Transport::kNone,
                     Mode::kBlocking, 0, host, &bare::NumericIpv4,
                     &ours::Numeric, kNumericBudget});
  }
  for (const char* const host :
       {"::1", "2001:db8:85a3:8d3:1319:8a2e:370:7348"}) {
    cases.push_back({absl::StrCat("Numeric/", host), Transport::kNone,
                     Mode::kBlocking, 0, host, &bare::NumericIpv6,
                     &ours::Numeric, kNumericBudget});
  }
  return cases;
}

std::vector<Case> CountedCases() {
  struct Call {
    absl::string_view name;
    Transport transport;
    Loop bare;
    Loop ours;
  };
  const Call calls[] = {
      {"Send", Transport::kPair, &bare::SendOnly, &ours::SendOnly},
      {"Recv", Transport::kPair, &bare::RecvAlone, &ours::RecvAlone},
      {"SendTo", Transport::kUdp, &bare::SendToAlone, &ours::SendToAlone},
      {"RecvFrom", Transport::kUdp, &bare::RecvFromAlone, &ours::RecvFromAlone},
      {"SendMsg", Transport::kPair, &bare::SendMsgAlone, &ours::SendMsgAlone},
      {"RecvMsg", Transport::kPair, &bare::RecvMsgAlone, &ours::RecvMsgAlone},
  };
  std::vector<Case> cases;
  for (const Call& call : calls) {
    for (const Mode mode : {Mode::kBlocking, Mode::kTimeout}) {
      cases.push_back({Name(call.name, call.transport, 64, mode),
                       call.transport, mode, 64, "", call.bare, call.ours,
                       kCallBudget});
    }
  }
  return cases;
}

absl::Status Fixture::Open(Transport transport) {
  if (transport == Transport::kUdp) {
    absl::StatusOr<Socket> sender = BoundToLoopback(kSockDgram);
    if (!sender.ok()) return sender.status();
    absl::StatusOr<Socket> receiver = BoundToLoopback(kSockDgram);
    if (!receiver.ok()) return receiver.status();
    const absl::StatusOr<SocketAddress> to = receiver->GetSockName();
    if (!to.ok()) return to.status();
    sender_ = *std::move(sender);
    receiver_ = *std::move(receiver);
    job_.to = *to;
    return absl::OkStatus();
  }
  absl::StatusOr<std::pair<Socket, Socket>> pair =
      transport == Transport::kTcp ? TcpConnection() : SocketPair();
  if (!pair.ok()) return pair.status();
  sender_ = std::move(pair->first);
  receiver_ = std::move(pair->second);
  if (transport == Transport::kTcp) return absl::OkStatus();
  return GrowBuffers(sender_);
}

absl::StatusOr<std::unique_ptr<Fixture>> Fixture::Make(const Case& c) {
  std::unique_ptr<Fixture> fixture(new Fixture);
  fixture->buffer_.resize(c.size, 'x');
  fixture->job_.sender = &fixture->sender_;
  fixture->job_.receiver = &fixture->receiver_;
  fixture->job_.buffer = absl::MakeSpan(fixture->buffer_);
  fixture->job_.host = c.host;
  if (c.transport == Transport::kNone) return fixture;

  absl::Status status = fixture->Open(c.transport);
  if (status.ok() && c.transport != Transport::kUdp) {
    status = CheckRoom(fixture->sender_, fixture->receiver_, c.size);
  }
  if (status.ok()) status = SetMode(c.mode, fixture->sender_);
  if (status.ok()) status = SetMode(c.mode, fixture->receiver_);
  if (!status.ok()) return status;
  return fixture;
}

}  // namespace benchmarks
}  // namespace mortise
