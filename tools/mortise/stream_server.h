// A server of connections that serves many clients at once in one thread.
//
//   class Discard : public StreamServer {
//     using StreamServer::StreamServer;
//     void Received(Client&, absl::string_view) override {}
//     bool MayReceive(const Client&) override { return true; }
//   };

#ifndef MORTISE_TOOLS_MORTISE_STREAM_SERVER_H_
#define MORTISE_TOOLS_MORTISE_STREAM_SERVER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/timer_queue.h"
#include "mortise/tools/mortise/client.h"
#include "mortise/tools/mortise/tls_flags.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {

class StreamServer {
 public:
  // `poller` is that of StopInOrder. `server` listens. `make_stream` makes the
  // streams of its clients. What goes wrong with a client is printed to `err`,
  // and the others are served on.
  StreamServer(Poller& poller, Endpoint server, StreamMaker make_stream,
               std::ostream& err);
  virtual ~StreamServer() = default;
  StreamServer(const StreamServer&) = delete;
  StreamServer& operator=(const StreamServer&) = delete;

  // Serves until the program is interrupted (see stopping.h). Call it once, at
  // the end of a program.
  //
  // After the interruption nobody can connect any more. Clients that have been
  // accepted, or wait for it, are served until they pause. Then the end of the
  // stream tells them, and they may send their own. All of this takes at most
  // kGrace; then the connections that are left are cut off.
  //
  // If descriptors or memory have run out, further clients wait until a client
  // has gone, or for a moment. Returns an error only if no client can be
  // accepted any more.
  absl::Status Run();

 protected:
  using Clients = absl::flat_hash_map<std::uint64_t, std::unique_ptr<Client>>;

  // `client` has sent `data`. It may be sent something in return.
  virtual void Received(Client& client, absl::string_view data) = 0;
  // Whether there is room for what `client` may send. If not, nothing is
  // received from it, until it has been served or SettleAll is called.
  virtual bool MayReceive(const Client& client) = 0;
  // Called after every wait. An error ends the server.
  virtual absl::Status AfterWait() { return absl::OkStatus(); }
  // Asked once all clients have gone. Until it returns OK, the server goes on,
  // though not longer than kGrace. Then its error is the result.
  virtual absl::Status CheckDone() { return absl::OkStatus(); }

  const Clients& clients() const { return clients_; }
  // To be called after clients have been sent something other than in Received.
  absl::Status SettleAll();

 private:
  enum class Accepting { kYes, kPaused, kEnded };

  absl::Status Accept();
  void Add(AcceptResult accepted);
  absl::Status PauseAccepting(const absl::Status& why);
  absl::Status ResumeAccepting();

  absl::Status Serve(std::uint64_t key);
  // Waits for what there is to do, or forgets a client that is over.
  absl::Status Settle(std::uint64_t key);
  absl::Status Remove(std::uint64_t key);
  std::vector<std::uint64_t> Keys() const;

  absl::Status BeginToStop();
  // Ends the connections of clients that have paused.
  absl::Status EndThePaused();
  void CutOff();

  absl::Status HandleTimers();

  Poller& poller_;
  Endpoint server_;
  const StreamMaker make_stream_;
  std::ostream& err_;
  TimerQueue timers_;
  Accepting accepting_ = Accepting::kYes;
  // Whether the present shortage has been reported.
  bool has_said_why_ = false;
  std::optional<TimerId> resuming_;
  std::uint64_t last_key_ = 0;  // the listener's
  Clients clients_;
  bool is_cut_off_ = false;
  std::vector<char> buffer_;
};

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_STREAM_SERVER_H_
