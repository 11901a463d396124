// The program under test, and peers for it made with the library.

#ifndef MORTISE_TESTS_TOOLS_MORTISE_MORTISE_PROGRAM_H_
#define MORTISE_TESTS_TOOLS_MORTISE_MORTISE_PROGRAM_H_

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/address.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/subprocess.h"

namespace mortise::testing {

class MortiseProgram : public Subprocess {
 public:
  // `words` are the program's arguments: "connect", "--udp", …
  explicit MortiseProgram(const std::vector<std::string>& words,
                          const ChildStreams& streams = {},
                          Reading reading = Reading::kAtOnce);

  // Waits until the program has written a line. Returns what follows
  // "listening on " in it, or an empty text if the program wrote something else
  // or ended.
  std::string ListeningOn();
  // The port in ListeningOn's result.
  std::string Port();

 private:
  // `mortise echo` writes "listening on …" to its standard output. The other
  // commands write it to standard error, since standard output is for what the
  // peer sends.
  const bool says_on_output_;
};

// A kind of loopback to run a test on.
struct Loopback {
  absl::string_view name;
  AddressFamily family;
  absl::string_view host;  // empty for AF_UNIX
};
inline constexpr Loopback kLoopbackIpv4 = {"Ipv4", kAfInet, "127.0.0.1"};
inline constexpr Loopback kLoopbackIpv6 = {"Ipv6", kAfInet6, "::1"};
inline constexpr Loopback kLoopbackUnix = {"Unix", kAfUnix, ""};

void PrintTo(const Loopback& loopback, std::ostream* out);

// Returns why a test on `loopback` cannot run on this machine, or nullopt if it
// can.
std::optional<std::string> Lacks(const Loopback& loopback);

// A socket bound to a port or path of its own on a loopback. Its timeout is as
// long as a test may take. A stream socket listens. The constructor aborts if
// the socket cannot be made.
class Peer {
 public:
  Peer(const Loopback& loopback, SocketType type);
  ~Peer();

  Socket& socket() { return socket_; }
  // The arguments that tell the program to reach this peer:
  // {"127.0.0.1", "40001"} or {"--unix", "/tmp/x"}.
  std::vector<std::string> words() const;

  // Returns the next connection.
  Socket Accept();

 private:
  const Loopback loopback_;
  std::string path_;
  Socket socket_;
};

// Returns a client's socket that is connected to the address that ListeningOn
// returned, with the timeout that a Peer has. If this is a wildcard address,
// the client connects to the address of `loopback`.
Socket ConnectTo(const Loopback& loopback, SocketType type,
                 absl::string_view listening_on);

// Whether there is a file with this name, which is in UTF-8.
bool FileExists(const std::string& path);

// Receives until the end of the stream, and returns all of it.
std::string ReceiveAll(Socket& socket);

// Writes `there` to the program's input and sends `back` through `peer`, both
// at the same time. Expects that all of it arrives, and that the program
// succeeds.
void ExpectBothAreCopied(MortiseProgram& program, Socket& peer,
                         const std::string& there, const std::string& back);

// Returns `size` bytes in which a piece that is lost or moved shows.
std::string Pattern(std::size_t size);

}  // namespace mortise::testing

#endif  // MORTISE_TESTS_TOOLS_MORTISE_MORTISE_PROGRAM_H_
