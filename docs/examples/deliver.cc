// Delivers a message over a stream, and prints the answer.

#include <cstddef>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/stream.h"

// Writes all of `data`, however slow the peer is. Gives up when the peer has
// taken nothing for the whole of a timeout.
absl::Status WriteToSlowPeer(mortise::Stream& stream, absl::string_view data) {
  for (;;) {
    std::size_t sent = 0;
    absl::Status status = stream.WriteAll(data, &sent);
    // The stream sends what it has taken. Go on with the rest.
    data.remove_prefix(sent);
    if (!mortise::IsOwnTimeout(status) || sent == 0) return status;
  }
}

// Works on any stream: that of a socket, or one that a program has written.
absl::Status Deliver(std::unique_ptr<mortise::Stream> stream,
                     absl::string_view message) {
  absl::Status status = stream->SetTimeout(absl::Seconds(5));
  if (status.ok()) status = WriteToSlowPeer(*stream, message);
  // Tells the peer that this is all. It can still answer.
  if (status.ok()) status = stream->Shutdown(mortise::ShutdownHow::kWrite);
  if (!status.ok()) return status;
  absl::StatusOr<mortise::SocketFile> file =
      mortise::MakeFile(std::move(stream), "r");
  if (!file.ok()) return file.status();
  for (const std::string& line : *file) std::cout << "Received " << line;
  if (!file->status().ok()) return file->status();
  return file->Close();
}

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: deliver HOST PORT MESSAGE\n";
    return 2;
  }
  absl::StatusOr<mortise::Socket> socket =
      mortise::CreateConnection(mortise::HostPort{argv[1], std::stoi(argv[2])});
  const absl::Status status =
      socket.ok() ? Deliver(mortise::MakeStream(*std::move(socket)), argv[3])
                  : socket.status();
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return 1;
}
