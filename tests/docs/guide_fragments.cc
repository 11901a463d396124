// The fragments of code in the guide, each in a function that gives it what it
// needs. That they compile is what is tested; documents_test holds the guide's
// text against this file.

#include <chrono>  // NOLINT(build/c++11)
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/address.h"
#include "mortise/core/address_lookup.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/family_address.h"
#include "mortise/core/fds.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/getnameinfo.h"
#include "mortise/core/hostname.h"
#include "mortise/core/interfaces.h"
#include "mortise/core/message.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/send_file.h"
#include "mortise/core/services.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_stream.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/stream.h"
#include "mortise/core/timer_queue.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/socket_modes.h"

namespace guide {

// The guide's own layout is kept.
// clang-format off

absl::Status AConnection(int port) {
  absl::StatusOr<mortise::Socket> socket =
      mortise::Socket::Create(mortise::kAfInet, mortise::kSockStream);
  if (!socket.ok()) return socket.status();
  absl::Status status = socket->Connect({"localhost", port});
  if (status.ok()) status = socket->SendAll("Hello, world");
  if (!status.ok()) return status;
  absl::StatusOr<std::string> data = socket->Recv(1024);
  return data.status();
}

absl::Status Cancelled(mortise::Socket& socket, absl::string_view data) {
  std::size_t sent = 0;
  absl::Status status = socket.SendAll(data, 0, &sent);
  if (mortise::IsCancelled(status)) data.remove_prefix(sent);
  return status;
}

absl::Status ABuffer(mortise::Socket& socket) {
  std::vector<std::byte> buffer(4096);
  absl::StatusOr<std::size_t> size = socket.Recv(buffer);
  return size.status();
}

absl::Status PartOfABuffer(mortise::Socket& socket,
                           const std::vector<std::byte>& buffer,
                           std::size_t size) {
  absl::Status status = socket.SendAll({buffer.data(), size});
  return status;
}

absl::Status Chrono(mortise::Socket& socket) {
  absl::Status status = socket.SetTimeout(std::chrono::milliseconds(250));
  return status;
}

absl::Status AServer(mortise::Socket& listener) {
  absl::Status status =
      listener.SetAddressReuse(mortise::AddressReuse::kAfterClose);
  if (status.ok()) status = listener.Bind({"127.0.0.1", 0});
  if (status.ok()) status = listener.Listen();
  if (!status.ok()) return status;
  std::cout << "on " << listener.GetSockName().value() << std::endl;
  absl::StatusOr<mortise::AcceptResult> client = listener.Accept();
  return client.status();
}

absl::Status AConnectionInOneCall() {
  mortise::CreateConnectionOptions options;
  options.timeout = absl::Seconds(10);
  options.attempt_delay = mortise::kHappyEyeballsDelay;
  absl::StatusOr<mortise::Socket> socket =
      mortise::CreateConnection({"example.org", 80}, options);
  return socket.status();
}

absl::Status AServerInOneCall() {
  mortise::CreateServerOptions options;
  if (mortise::HasDualstackIpv6()) {
    options.family = mortise::kAfInet6;
    options.dualstack_ipv6 = true;
  }
  absl::StatusOr<mortise::Socket> server =
      mortise::CreateServer({"", 8000}, options);
  return server.status();
}

absl::Status BothFamilies(mortise::Socket& socket) {
  absl::Status status =
      socket.SetSockOpt(mortise::kIpprotoIpv6, mortise::kIpv6V6only, 0);
  if (status.ok()) status = socket.Bind({"::", 0});
  return status;
}

absl::Status TryTheNextServer() { return absl::OkStatus(); }
absl::Status TryAgain() { return absl::OkStatus(); }

absl::Status Errors(const absl::Status& status) {
  if (mortise::IsConnectionRefused(status)) return TryTheNextServer();
  if (mortise::IsTimeout(status)) return TryAgain();
  if (std::optional<mortise::Error> error = mortise::ErrorOf(status)) {
    std::cerr << error->operation << " failed with "
              << mortise::ErrorCodeName(error->code) << " ("
              << error->native_code << ")\n";
  }
  return status;
}

absl::Status Addresses(mortise::Socket& socket,
                       const mortise::SocketAddress& known,
                       std::uint32_t flowinfo, std::uint32_t scope_id) {
  absl::Status status;
  status = socket.Connect({"example.org", 80});  // resolved when it is used
  status = socket.Connect(mortise::HostPort{"fe80::1", 80, flowinfo, scope_id});
  status = socket.Connect(mortise::UnixPath{"/run/app.sock"});
  status = socket.Connect(known);  // a SocketAddress
  return status;
}

absl::Status NonBlockingConnect(mortise::Socket& socket,
                                const mortise::SocketAddress& address,
                                void (*WaitUntilItIsWritable)(std::int64_t)) {
  const auto TryTheNextServer = [] { return absl::OkStatus(); };
  absl::Status status = socket.SetBlocking(false);
  if (status.ok()) status = socket.Connect(address);
  if (mortise::IsInProgress(status)) {
    WaitUntilItIsWritable(socket.FileNo());
    status = socket.TakeError();
  }
  if (mortise::IsConnectionRefused(status)) return TryTheNextServer();
  return status;
}

absl::Status HostAndPortInOneText(mortise::Socket& socket) {
  absl::Status status;
  absl::StatusOr<mortise::HostPort> server =
      mortise::HostPort::Parse("[2001:db8::1]:443");
  if (!server.ok()) return server.status();
  status = socket.Connect(*server);
  return status;
}

bool NumericHost() {
  absl::StatusOr<mortise::SocketAddress> address =
      mortise::SocketAddress::Numeric("fe80::1%eth0", 80);
  return address.ok();
}

absl::Status Names() {
  mortise::GetAddrInfoOptions options;
  options.type = mortise::kSockStream;
  options.timeout = absl::Seconds(5);
  absl::StatusOr<std::vector<mortise::AddrInfo>> found =
      mortise::GetAddrInfo("example.org", "https", options);
  if (!found.ok()) return found.status();
  absl::StatusOr<mortise::NameInfo> name =
      mortise::GetNameInfo(found->front().address, mortise::kNiNumericserv);
  return name.status();
}

absl::Status NamesBesideOtherWork(mortise::Poller& poller) {
  absl::StatusOr<mortise::AddressLookup> lookup =
      mortise::AddressLookup::Start("example.org", 80);
  if (!lookup.ok()) return lookup.status();
  lookup->WhenDone([&poller] { poller.Wake(); });
  mortise::PollResult ready;
  while (!lookup->done()) {
    absl::Status status = poller.Wait(absl::InfiniteDuration(), &ready);
    if (!status.ok()) return status;
  }
  absl::StatusOr<std::vector<mortise::AddrInfo>> addresses = lookup->Get();
  return addresses.status();
}

bool MoreNames() {
  absl::StatusOr<int> port = mortise::GetServByName("http", "tcp");
  absl::StatusOr<std::string> host = mortise::GetFqdn();
  absl::StatusOr<std::uint32_t> scope = mortise::IfNameToIndex("eth0");
  return port.ok() && host.ok() && scope.ok();
}

absl::Status TheEnd(mortise::Socket& socket, const std::string& request,
                    std::string& answer) {
  absl::Status status = socket.SendAll(request);
  if (status.ok()) status = socket.Shutdown(mortise::ShutdownHow::kWrite);
  while (status.ok()) {
    absl::StatusOr<std::string> piece = socket.Recv(65536);
    status = piece.status();
    if (!piece.ok() || piece->empty()) break;
    answer += *piece;
  }
  return status;
}

absl::Status Lines(mortise::Socket& socket) {
  absl::StatusOr<mortise::SocketFile> file = mortise::MakeFile(socket, "rw");
  if (!file.ok()) return file.status();
  absl::Status status = file->Write("HELO localhost\r\n");
  if (status.ok()) status = file->Flush();
  if (!status.ok()) return status;
  for (const std::string& line : *file) std::cout << line;
  status = file->status();  // OK at the end of the stream
  return status;
}

absl::Status AShortLine(mortise::SocketFile& file) {
  const auto HalfALine = [] { return absl::InvalidArgumentError("half a line"); };
  absl::StatusOr<std::string> line = file.ReadLine(1024);
  if (!line.ok()) return line.status();
  if (line->empty()) return absl::OkStatus();     // the end of the stream
  if (line->back() != '\n') return HalfALine();  // cut, or ended by the stream
  return absl::OkStatus();
}

absl::Status AConversation(mortise::Socket& socket,
                           absl::Status (*NextStep)(mortise::Socket&)) {
  const auto TookTooLong = [] { return absl::DeadlineExceededError("too long"); };
  absl::Status status;
  using Clock = std::chrono::steady_clock;  // nobody sets it
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(30);
  while (status.ok()) {
    const absl::Duration left = absl::FromChrono(deadline - Clock::now());
    if (left <= absl::ZeroDuration()) return TookTooLong();
    status = socket.SetTimeout(left);
    if (status.ok()) status = NextStep(socket);
  }
  return status;
}

absl::Status AStreamOfASocket(mortise::Socket socket) {
  std::unique_ptr<mortise::Stream> stream = mortise::MakeStream(std::move(socket));
  absl::Status status = stream->WriteAll("HELO localhost\r\n");
  absl::StatusOr<std::string> answer = stream->Read(512);
  return status.ok() ? answer.status() : status;
}

absl::Status AStream(mortise::Socket& socket) {
  mortise::SocketStream stream(socket);
  std::string word;
  stream << "PING" << std::endl;
  if (!(stream >> word)) return stream.status();
  return absl::OkStatus();
}

absl::Status AFile(mortise::Socket& socket, std::FILE* file) {
  std::uint64_t sent = 0;
  absl::StatusOr<std::uint64_t> size =
      mortise::SendFile(socket, file, 0, mortise::kToTheEnd, &sent);
  if (!size.ok()) {
    std::cerr << size.status().message() << " after " << sent << " bytes\n";
  }
  return size.status();
}

absl::Status Datagrams(mortise::Socket& socket) {
  absl::StatusOr<mortise::RecvFromStringResult> received =
      socket.RecvFrom(65536);
  if (!received.ok()) return received.status();
  absl::StatusOr<std::size_t> sent =
      socket.SendTo("pong", received->address);
  return sent.status();
}

absl::Status AncillaryDataReceived(mortise::Socket& socket) {
  absl::StatusOr<mortise::RecvMsgStringResult> message =
      mortise::RecvMsg(socket, 65536, 256);
  if (!message.ok()) return message.status();
  for (const mortise::AncillaryMessage& item : message->ancillary) {
    if (auto info = item.AsPacketInfo()) {
      std::cout << "sent to " << info->address << std::endl;
    }
  }
  return absl::OkStatus();
}

absl::Status AncillaryDataSent(mortise::Socket& socket,
                               const mortise::PacketInfo& info,
                               const mortise::SocketAddress& peer) {
  mortise::AncillaryBuilder builder;
  absl::Status status = builder.AddPacketInfo(info);
  if (!status.ok()) return status;
  absl::StatusOr<std::size_t> sent =
      mortise::SendMsg(socket, {"head", "body"}, builder.bytes(), 0, peer);
  return sent.status();
}

absl::Status DescriptorsSent(mortise::Socket& channel,
                             const mortise::Socket& socket) {
  absl::StatusOr<std::size_t> sent =
      mortise::SendFds(channel, "take it", {socket.native_handle()});
  if (!sent.ok()) return sent.status();
  return absl::OkStatus();
}

absl::Status DescriptorsReceived(mortise::Socket& channel) {
  absl::StatusOr<mortise::RecvFdsResult> got =
      mortise::RecvFds(channel, 64, 1);
  if (!got.ok()) return got.status();
  if (got->descriptors.size() == 1) {
    absl::StatusOr<mortise::Socket> theirs =
        mortise::Socket::Adopt(got->descriptors.Take(0));
  }
  return absl::OkStatus();
}

absl::Status OtherFamilies(mortise::Socket& socket) {
  absl::Status status =
      socket.Bind(mortise::NetlinkAddress{/*pid=*/0, /*groups=*/1});
  return status;
}

void WhichInterface(const mortise::RecvFromStringResult& received) {
  absl::StatusOr<mortise::PacketAddress> from =
      mortise::AddressAs<mortise::PacketAddress>(received.address);
  if (from.ok()) std::cout << "on " << from->ifname << "\n";
}

void Threads(mortise::Socket& socket, std::thread& reader) {
  socket.Shutdown(mortise::ShutdownHow::kBoth).IgnoreError();
  reader.join();
  socket.Close().IgnoreError();
}

bool APair() {
  absl::StatusOr<std::pair<mortise::Socket, mortise::Socket>> pair =
      mortise::SocketPair();
  return pair.ok();
}

void Disconnect(std::uint64_t /*key*/) {}

absl::Status Timers(mortise::Poller& poller, mortise::PollResult& ready,
                    std::uint64_t client) {
  mortise::TimerQueue timers;
  const mortise::TimerId timer = timers.Add(absl::Seconds(30), /*key=*/client);
  absl::Status status = poller.Wait(timers.UntilNext(), &ready);
  while (const auto due = timers.PopDue()) Disconnect(due->key);
  timers.Cancel(timer);
  return status;
}

// clang-format on

}  // namespace guide
