// Greets clients by name, each in a thread of its own. SIGTERM ends it. The
// clients that have been asked for their name have ten seconds to tell it.

#include <condition_variable>
#include <csignal>
#include <iostream>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/stream.h"

// Cancelled by the signal. It lives as long as the process, so that the handler
// always finds it.
const mortise::Cancellation& Stopping() {
  static const mortise::Cancellation& stopping = *new mortise::Cancellation();
  return stopping;
}

extern "C" void Stop(int) { Stopping().Cancel(); }

// Answers requests of two lines until the client or the server ends.
absl::Status Serve(mortise::SocketFile& file) {
  // A line that is there already needs no wait, so the loop asks as well.
  while (!Stopping().IsCancelled()) {
    // Between requests, the end of the server ends the wait.
    absl::Status status = file.SetCancellation(Stopping());
    if (!status.ok()) return status;
    absl::StatusOr<std::string> line = file.ReadLine();
    if (!line.ok() || line->empty()) return line.status();
    // A request that has begun may go on, for some time.
    status =
        file.SetCancellation(mortise::Cancellation::After(absl::Seconds(10)));
    if (status.ok()) status = file.Write("And you are?\n");
    if (status.ok()) status = file.Flush();
    if (!status.ok()) return status;
    line = file.ReadLine();
    if (!line.ok() || line->empty()) return line.status();
    status = file.Write("Hello, " + *line);
    if (status.ok()) status = file.Flush();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void ServeClient(mortise::Socket socket) {
  absl::StatusOr<mortise::SocketFile> file =
      mortise::MakeFile(mortise::MakeStream(std::move(socket)), "rw");
  const absl::Status status = file.ok() ? Serve(*file) : file.status();
  if (!status.ok() && !mortise::IsCancelled(status)) {
    std::cerr << status.message() << "\n";
  }
}

// The threads that serve clients.
class Threads {
 public:
  void Start(mortise::Socket client) {
    JoinEnded();
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto place = running_.emplace(running_.end());
    *place = std::thread([this, place, client = std::move(client)]() mutable {
      ServeClient(std::move(client));
      const std::lock_guard<std::mutex> lock(mutex_);
      ended_.splice(ended_.end(), running_, place);
      changed_.notify_all();
    });
  }

  // Waits until all have ended.
  void Await() {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return running_.empty(); });
    }
    JoinEnded();
  }

 private:
  void JoinEnded() {
    std::list<std::thread> ended;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ended.swap(ended_);
    }
    for (std::thread& thread : ended) thread.join();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<std::thread> running_;
  std::list<std::thread> ended_;
};

absl::Status Run(int port) {
  mortise::CreateServerOptions options;
  options.cancellation = Stopping();
  absl::StatusOr<mortise::Socket> listener =
      mortise::CreateServer({"127.0.0.1", port}, options);
  if (!listener.ok()) return listener.status();
  absl::StatusOr<mortise::SocketAddress> address = listener->GetSockName();
  if (!address.ok()) return address.status();
  std::cout << "Listening on " << address->ToString() << std::endl;

  Threads threads;
  absl::Status status;
  while (status.ok() && !Stopping().IsCancelled()) {
    absl::StatusOr<mortise::AcceptResult> client = listener->Accept();
    status = client.status();
    if (client.ok()) threads.Start(std::move(client->socket));
  }
  // From here on nobody can connect.
  const absl::Status closed = listener->Close();
  // Whatever has ended the loop ends the wait for idle clients.
  Stopping().Cancel();
  threads.Await();
  return status.ok() || mortise::IsCancelled(status) ? closed : status;
}

int main(int argc, char** argv) {
  Stopping();  // The handler must not be the first to make it.
  std::signal(SIGTERM, &Stop);
  const absl::Status status = Run(argc > 1 ? std::stoi(argv[1]) : 0);
  if (status.ok()) {
    std::cout << "Stopped" << std::endl;
    return 0;
  }
  std::cerr << status.message() << "\n";
  return 1;
}
