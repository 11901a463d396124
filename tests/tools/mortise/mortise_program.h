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
  // "connect", "--udp", …
  explicit MortiseProgram(const std::vector<std::string>& words,
                          const ChildStreams& streams = {},
                          Reading reading = Reading::kAtOnce);

  // What follows "listening on " in what it writes; waits for it. Empty iff the
  // program ended without saying so.
  std::string ListeningOn();
  // The port of that.
  std::string Port();

 private:
  // echo says it on standard output; that of the others is for the peer.
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

// Why a test on it cannot run on this machine; nullopt if it can.
std::optional<std::string> Lacks(const Loopback& loopback);

// A socket bound there, to a port or path of its own, that never waits longer
// than a test may; it listens if it is a stream socket. Aborts if it cannot be
// made.
class Peer {
 public:
  Peer(const Loopback& loopback, SocketType type);
  ~Peer();

  Socket& socket() { return socket_; }
  // How the program is told to reach it: {"127.0.0.1", "40001"} or
  // {"--unix", "/tmp/x"}.
  std::vector<std::string> words() const;

  // The next connection.
  Socket Accept();

 private:
  const Loopback loopback_;
  std::string path_;
  Socket socket_;
};

// A client's socket, with the same care for its timeout, connected to what
// ListeningOn said. For a wildcard address, on `loopback`.
Socket ConnectTo(const Loopback& loopback, SocketType type,
                 absl::string_view listening_on);

// Whether there is a file of that name, which is UTF-8.
bool FileExists(const std::string& path);

// All that comes until the end of the stream.
std::string ReceiveAll(Socket& socket);

// Writes `there` to the program's input and sends `back` by `peer`, both at
// once. Expects that all of it arrives, and that the program ends well.
void ExpectBothAreCopied(MortiseProgram& program, Socket& peer,
                         const std::string& there, const std::string& back);

// `size` bytes in which a lost or moved piece shows.
std::string Pattern(std::size_t size);

}  // namespace mortise::testing

#endif  // MORTISE_TESTS_TOOLS_MORTISE_MORTISE_PROGRAM_H_
