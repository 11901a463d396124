// Chat server: what one client says, all others hear. One thread serves them.
#include <iostream>
#include <map>

#include "mortise/core/create_server.h"
#include "mortise/core/default_timeout.h"
#include "mortise/core/error.h"
#include "mortise/core/poller.h"

absl::Status Serve(mortise::Socket listener) {
  using mortise::PollEvents;
  absl::StatusOr<mortise::Poller> poller = mortise::Poller::Create();
  if (!poller.ok()) return poller.status();
  std::map<std::uint64_t, mortise::Socket> clients;
  std::uint64_t newest = 0;  // the listener's key is 0
  absl::Status status = poller->Register(listener, PollEvents::kReadable, 0);
  for (mortise::PollResult ready; status.ok();) {
    status = poller->Wait(absl::InfiniteDuration(), &ready);
    for (const mortise::PollEvent& event : ready) {
      if (event.key == 0) {
        absl::StatusOr<mortise::AcceptResult> accepted = listener.Accept();
        if (accepted.ok()) {
          clients[++newest] = std::move(accepted->socket);
          status.Update(
              poller->Register(clients[newest], PollEvents::kReadable, newest));
        } else if (absl::IsResourceExhausted(accepted.status())) {
          // No descriptors are left. Go on once a client has gone.
          if (clients.empty()) return accepted.status();
          status.Update(poller->Modify(listener, PollEvents::kNone));
        }
        continue;
      }
      const absl::StatusOr<std::string> said = clients[event.key].Recv(4096);
      if (mortise::IsWouldBlock(said.status())) continue;
      if (!said.ok() || said->empty()) {
        clients.erase(event.key);
        status.Update(poller->Modify(listener, PollEvents::kReadable));
        continue;
      }
      for (auto& [key, client] : clients) {
        // A client that does not keep up has to go: it reads the end next.
        if (key != event.key && !client.SendAll(*said).ok()) {
          client.Shutdown(mortise::ShutdownHow::kBoth).IgnoreError();
        }
      }
    }
  }
  return status;
}

int main(int argc, char** argv) {
  // No call waits, except for the poller's Wait.
  absl::Status status = mortise::SetDefaultTimeout(absl::ZeroDuration());
  absl::StatusOr<mortise::Socket> listener = mortise::CreateServer(
      mortise::HostPort{"127.0.0.1", argc > 1 ? std::stoi(argv[1]) : 8888});
  status.Update(listener.status());
  if (status.ok()) {
    std::cout << "Listening on " << *listener->GetSockName() << std::endl;
    status = Serve(*std::move(listener));
  }
  std::cerr << status.message() << "\n";
  return 1;
}
