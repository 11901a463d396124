#include "mortise/tools/mortise/keep_open.h"

#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/poller.h"
#include "mortise/tools/mortise/client.h"
#include "mortise/tools/mortise/fail.h"
#include "mortise/tools/mortise/input_reader.h"
#include "mortise/tools/mortise/output_writer.h"
#include "mortise/tools/mortise/stopping.h"
#include "mortise/tools/mortise/stream_server.h"
#include "mortise/tools/mortise/tls_flags.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

class KeepOpenServer : public StreamServer {
 public:
  KeepOpenServer(Poller& poller, Endpoint server, StreamMaker make_stream,
                 std::ostream& err)
      : StreamServer(poller, std::move(server), std::move(make_stream), err),
        err_(err),
        input_(InputReader::Start(poller)),
        output_(OutputWriter::Start(poller)) {}

 private:
  bool MayReceive(const Client&) override;
  void Received(Client&, absl::string_view data) override {
    output_.Write(data);
  }
  absl::Status AfterWait() override;
  absl::Status CheckDone() override;

  // Whether the next piece of standard input may be taken.
  bool MayTakeInput();

  std::ostream& err_;
  InputReader& input_;
  OutputWriter& output_;
  // Whether clients wait for room in `output_`.
  bool is_full_ = false;
};

bool KeepOpenServer::MayReceive(const Client&) {
  const bool has_room = output_.HasRoom();
  if (!has_room) is_full_ = true;
  return has_room;
}

bool KeepOpenServer::MayTakeInput() {
  if (Stopping().IsCancelled()) return false;
  const InputReader::Next next = input_.next();
  if (next == InputReader::Next::kNothing) return false;
  // Clients that come after the end are not told.
  if (next == InputReader::Next::kEnd && clients().empty()) return true;
  for (const auto& [key, client] : clients()) {
    if (client->unsent() > 0) return false;
  }
  return !clients().empty();
}

absl::Status KeepOpenServer::AfterWait() {
  absl::Status status = output_.status();
  if (!status.ok()) return status;
  bool has_changed = is_full_ && output_.HasRoom();
  if (has_changed) is_full_ = false;
  if (MayTakeInput()) {
    const absl::StatusOr<std::string> input = input_.Take();
    if (!input.ok()) Fail(input.status(), err_);
    for (const auto& [key, client] : clients()) {
      if (input.ok() && !input->empty()) {
        client->Send(*input);
      } else {
        client->EndSending();
      }
    }
    has_changed = true;
  }
  return has_changed ? SettleAll() : status;
}

absl::Status KeepOpenServer::CheckDone() {
  if (output_.IsIdle()) return output_.status();
  return absl::DeadlineExceededError(
      "standard output: not everything was written");
}

}  // namespace

absl::Status ServeAllClients(Poller& poller, Endpoint server,
                             StreamMaker make_stream, std::ostream& err) {
  return KeepOpenServer(poller, std::move(server), std::move(make_stream), err)
      .Run();
}

}  // namespace mortise::program
