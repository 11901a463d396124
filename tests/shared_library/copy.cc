#include "mortise/tests/shared_library/copy.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/default_timeout.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/native_handle.h"

namespace mortise::testing {
namespace {

double Seconds(absl::Duration timeout) {
  return timeout == absl::InfiniteDuration() ? -1
                                             : absl::ToDoubleSeconds(timeout);
}

std::string Text(const absl::Status& status) {
  return status.ok() ? "" : std::string(status.message());
}

absl::Status Exchange(Socket& from, Socket& to) {
  absl::Status sent = from.SendAll("question");
  if (!sent.ok()) return sent;
  std::string received;
  while (received.size() < 8) {
    absl::StatusOr<std::string> data = to.Recv(8 - received.size());
    if (!data.ok()) return data.status();
    if (data->empty()) return absl::DataLossError("the end came too early");
    received += *data;
  }
  return received == "question"
             ? absl::OkStatus()
             : absl::DataLossError(absl::StrCat("received ", received));
}

class ThisCopy final : public Copy {
 public:
  void SetDefaultTimeout(double seconds) override {
    mortise::SetDefaultTimeout(seconds < 0 ? absl::InfiniteDuration()
                                           : absl::Seconds(seconds))
        .IgnoreError();
  }
  double GetDefaultTimeout() override {
    return Seconds(mortise::GetDefaultTimeout());
  }
  double GetTimeoutOfNewSocket() override {
    const absl::StatusOr<Socket> socket = Socket::Create(kAfUnix, kSockStream);
    return socket.ok() ? Seconds(socket->GetTimeout()) : -2;
  }

  std::string Talk() override {
    absl::StatusOr<Socket> server = CreateServer({"127.0.0.1", 0});
    if (!server.ok()) return Text(server.status());
    const absl::StatusOr<SocketAddress> address = server->GetSockName();
    if (!address.ok()) return Text(address.status());
    absl::StatusOr<Socket> client =
        CreateConnection({"127.0.0.1", address->port()});
    if (!client.ok()) return Text(client.status());
    absl::StatusOr<AcceptResult> accepted = server->Accept();
    if (!accepted.ok()) return Text(accepted.status());
    absl::Status status = Exchange(*client, accepted->socket);
    if (status.ok()) status = Exchange(accepted->socket, *client);
    return Text(status);
  }

  std::string LookUp() override {
    GetAddrInfoOptions options;
    options.timeout = absl::Minutes(10);
    const auto found = GetAddrInfo("localhost", 80, options);
    // A machine may have no /etc/hosts.
    return IsNameNotFound(found.status()) ? "" : Text(found.status());
  }
  void BeginLookUp() override {
    GetAddrInfoOptions options;
    options.timeout = absl::Nanoseconds(1);
    (void)GetAddrInfo("localhost", 80, options);
  }

  std::string TextOfWouldBlock() override {
    absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
    if (!pair.ok()) return Text(pair.status());
    absl::Status status = pair->first.SetBlocking(false);
    if (!status.ok()) return Text(status);
    return Text(pair->first.Recv(1).status());
  }
  std::string TextOfBrokenPipe() override {
    absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
    if (!pair.ok()) return Text(pair.status());
    absl::Status status = pair->second.Close();
    if (!status.ok()) return Text(status);
    return Text(pair->first.Send("x").status());
  }
  std::string NameOfFamily(int family) override {
    return AddressFamily(family).ToString();
  }

  int Give(const std::string& text) override {
    absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
    if (!pair.ok() || !pair->first.SendAll(text).ok()) return -1;
    return static_cast<int>(pair->second.Detach().value());
  }
  std::string Take(int descriptor) override {
    absl::StatusOr<Socket> socket = Socket::Adopt(NativeHandle(descriptor));
    if (!socket.ok()) return Text(socket.status());
    std::string all;
    while (true) {
      absl::StatusOr<std::string> data = socket->Recv(100);
      if (!data.ok()) return Text(data.status());
      if (data->empty()) return all;
      all += *data;
    }
  }
};

}  // namespace
}  // namespace mortise::testing

mortise::testing::Copy* GetCopyOfMortise() {
  static auto* const copy = new mortise::testing::ThisCopy;
  return copy;
}
