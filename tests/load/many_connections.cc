// A server on Poller with thousands of connections from two processes, which
// come and go, a tenth of them over TLS, a seventh ended by a reset. No
// connection, descriptor, byte or wake-up may be lost, memory must not grow,
// and nothing may happen while the clients do nothing. See kUsage.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mortise/core/default_timeout.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/native_handle.h"
#include "mortise/tests/benchmarks/counting_allocator.h"
#include "mortise/tests/load/client.h"
#include "mortise/tests/load/counts.h"
#include "mortise/tests/load/machine.h"
#include "mortise/tests/load/server.h"
#include "mortise/tests/load/waker.h"
#include "mortise/tests/tls/test_authority.h"

namespace mortise {
namespace load {
namespace {

constexpr char kUsage[] =
    "usage: many_connections [--connections=N] [--seconds=S]\n"
    "\n"
    "Serves N connections (10000) from two processes over loopback for S\n"
    "seconds (60). The connections come and go. In the middle and at the end\n"
    "they first hold still, and then all leave. Exits with 1 if a connection, "
    "a\n"
    "descriptor, a byte or a wake-up was lost, memory has grown, or something\n"
    "happened while all held still. The limit of descriptors may allow fewer\n"
    "connections.\n";

constexpr int kClients = 2;
// Descriptors of a process that are no connections.
constexpr std::size_t kOtherDescriptors = 100;
constexpr int kWakesWhileStill = 1000;
// How much more may be allocated at the end than in the middle, with no
// connection open: tables have grown a step further, but nothing has grown with
// the number of connections that were served.
constexpr std::int64_t kMoreAllocated = 64 << 10;
// What malloc keeps in RAM depends on the order in which memory is given back.
constexpr std::int64_t kMoreResident = 8 << 20;

// --- Checks ------------------------------------------------------------------

int failures = 0;

void Check(bool ok, const std::string& what) {
  if (ok) return;
  ++failures;
  std::printf("FAILED: %s\n", what.c_str());
  std::fflush(stdout);
}

void Require(const absl::Status& status, const char* what) {
  if (status.ok()) return;
  std::printf("FAILED: %s: %s\n", what, status.ToString().c_str());
  std::fflush(stdout);
  std::_Exit(1);
}

template <typename T>
T Require(absl::StatusOr<T> value, const char* what) {
  Require(value.status(), what);
  return *std::move(value);
}

// --- The processes of clients ------------------------------------------------

// The pipes to a process: a byte says which phase begins. It answers with its
// counts so far when the phase is done.
struct ClientProcess {
  pid_t pid = -1;
  int orders = -1;
  int answers = -1;
};

constexpr char kOrders[] = {'c', 'h', 'l'};  // in the order of Phase

void RunClient(const ClientOptions& options, int orders, int answers) {
  const std::unique_ptr<Client> client =
      Require(Client::Create(options), "client");
  Require(client->Watch(NativeHandle(orders)), "watch");
  bool has_answered = true;
  for (;;) {
    bool is_told = false;
    Require(client->Turn(&is_told), "a client's turn");
    if (is_told) {
      char order;
      if (read(orders, &order, 1) != 1) return;
      has_answered = order == kOrders[0];
      Require(client->Begin(static_cast<Phase>(
                  std::find(kOrders, kOrders + 3, order) - kOrders)),
              "a phase");
    }
    if (!has_answered && client->IsDone()) {
      has_answered = true;
      const Counts counts = client->counts();
      if (write(answers, &counts, sizeof(counts)) != sizeof(counts)) return;
    }
  }
}

ClientProcess StartClient(const std::function<ClientOptions(int)>& options,
                          const std::vector<ClientProcess>& others) {
  int orders[2];
  int answers[2];
  if (pipe(orders) != 0 || pipe(answers) != 0) {
    Require(absl::InternalError("none"), "pipe");
  }
  const pid_t pid = fork();
  if (pid != 0) {
    close(orders[0]);
    close(answers[1]);
    return {pid, orders[1], answers[0]};
  }
  for (const ClientProcess& other : others) {
    close(other.orders);
    close(other.answers);
  }
  close(orders[1]);
  close(answers[0]);
  RunClient(options(orders[0]), orders[0], answers[1]);
  std::_Exit(0);
}

void Order(const std::vector<ClientProcess>& clients, Phase phase) {
  for (const ClientProcess& client : clients) {
    if (write(client.orders, &kOrders[static_cast<int>(phase)], 1) != 1) {
      Require(absl::InternalError("a client has ended"), "order");
    }
  }
}

// --- The run -----------------------------------------------------------------

struct Memory {
  std::int64_t allocated = 0;
  std::int64_t resident = 0;
};

Memory MemoryNow() { return {benchmarks::AllocatedBytes(), ResidentBytes()}; }

class Run {
 public:
  Run(Server& server, std::vector<ClientProcess> clients, std::size_t wanted)
      : server_(server),
        clients_(std::move(clients)),
        wanted_(wanted),
        waker_(server) {
    for (const ClientProcess& client : clients_) {
      Require(server_.Watch(NativeHandle(client.answers)), "watch");
    }
    empty_poller_size_ = server_.poller_size();
    descriptors_ = OpenDescriptors();
  }

  // Comes and goes for `duration`, holds still, leaves.
  Memory Half(absl::Duration duration) {
    // The pause leaves the machine to the clients.
    waker_.Begin(std::numeric_limits<int>::max(), absl::Milliseconds(1));
    Order(clients_, Phase::kComeAndGo);
    const absl::Time end = absl::Now() + duration;
    while (absl::Now() < end) TurnOnce(end - absl::Now());
    waker_.End();
    Finish(Phase::kHold, wanted_);
    StaysStill();
    const Memory full = MemoryNow();
    std::printf(
        "%zu connections hold still: %lld bytes allocated, %lld KiB in RAM\n",
        server_.open_connections(), static_cast<long long>(full.allocated),
        static_cast<long long>(full.resident / 1024));
    Check(server_.open_connections() == wanted_, "a connection is missing");
    Finish(Phase::kLeave, 0);
    const Memory empty = MemoryNow();
    std::printf("all have left: %lld bytes allocated, %lld KiB in RAM\n",
                static_cast<long long>(empty.allocated),
                static_cast<long long>(empty.resident / 1024));
    std::fflush(stdout);
    Check(server_.poller_size() == empty_poller_size_,
          "something is left in the poller");
    Check(OpenDescriptors() == descriptors_, "descriptors are left open");
    return empty;
  }

  void CheckCounts() {
    Counts theirs;
    for (const Counts& counts : answers_) theirs = theirs + counts;
    const Counts& ours = server_.counts();
    std::printf(
        "%lld connections, %lld of them TLS; %lld ended, %lld reset; %lld "
        "bytes "
        "there and %lld back; %lld events in %lld waits; %lld wake-ups\n",
        static_cast<long long>(ours.connections),
        static_cast<long long>(ours.tls_connections),
        static_cast<long long>(ours.ended), static_cast<long long>(ours.reset),
        static_cast<long long>(ours.bytes_there),
        static_cast<long long>(ours.bytes_back),
        static_cast<long long>(events_), static_cast<long long>(waits_),
        static_cast<long long>(waker_.answered()));
    Check(server_.failure().ok(), server_.failure().ToString());
    Check(ours.connections == theirs.connections &&
              ours.tls_connections == theirs.tls_connections,
          "the clients have counted other connections: " +
              std::to_string(theirs.connections));
    Check(ours.ended == theirs.ended && ours.reset == theirs.reset,
          "the clients have ended " + std::to_string(theirs.ended) +
              " connections and reset " + std::to_string(theirs.reset));
    Check(ours.bytes_there == theirs.bytes_there &&
              ours.bytes_back == theirs.bytes_back,
          "the clients have counted other bytes: " +
              std::to_string(theirs.bytes_there) + " there, " +
              std::to_string(theirs.bytes_back) + " back");
    Check(ours.bytes_there == ours.bytes_back, "not all bytes were sent back");
    Check(!waker_.has_lost(), "a wake-up was lost");
  }

 private:
  // Waits once, and notices the answers of clients.
  Server::Found TurnOnce(absl::Duration timeout) {
    ++waits_;
    Server::Found found = Require(
        server_.Turn(std::max(timeout, absl::ZeroDuration())), "a turn");
    events_ += static_cast<std::int64_t>(found.events);
    if (found.woken) waker_.Answer();
    for (const NativeHandle handle : found.handles) ReadAnswer(handle);
    return found;
  }

  void ReadAnswer(NativeHandle handle) {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i].answers != handle.value()) continue;
      if (read(clients_[i].answers, &answers_[i], sizeof(Counts)) !=
          sizeof(Counts)) {
        Require(absl::InternalError("a client has ended"), "answer");
      }
      ++answered_;
    }
  }

  // Serves until both processes have done `phase`, and this one has `left`
  // connections and nothing to do.
  void Finish(Phase phase, std::size_t left) {
    Order(clients_, phase);
    const absl::Time end = absl::Now() + kPatience;
    for (answered_ = 0;
         answered_ < clients_.size() || server_.open_connections() != left;) {
      if (absl::Now() > end) {
        Require(absl::DeadlineExceededError(
                    std::to_string(server_.open_connections()) +
                    " connections are left"),
                "a phase does not end");
      }
      TurnOnce(absl::Seconds(1));
    }
    while (TurnOnce(absl::ZeroDuration()).events > 0) {
      if (absl::Now() > end) {
        Require(absl::DeadlineExceededError("there are events again and again"),
                "a phase does not end");
      }
    }
  }

  // Nothing happens in a second, and after that only wake-ups do.
  void StaysStill() {
    const double processor = ProcessorSeconds();
    const absl::Time end = absl::Now() + absl::Seconds(1);
    int returns = 0;
    std::size_t events = 0;
    for (absl::Duration left = absl::Seconds(1); left > absl::ZeroDuration();
         left = end - absl::Now()) {
      events += TurnOnce(left).events;
      ++returns;
    }
    std::printf("in a second: %d returns of Wait, %zu events, %.1f ms of CPU\n",
                returns, events, (ProcessorSeconds() - processor) * 1e3);
    Check(events == 0, "there were events while all held still");
    // More than one if the clock of the calendar is not that of the poller.
    Check(returns <= 3, "Wait returned while all held still");

    const std::int64_t before = waker_.answered();
    waker_.Begin(kWakesWhileStill, absl::ZeroDuration());
    std::int64_t woken = 0;
    while (waker_.is_at_work()) {
      if (TurnOnce(absl::Milliseconds(100)).woken) ++woken;
    }
    waker_.End();
    Check(woken == kWakesWhileStill &&
              waker_.answered() - before == kWakesWhileStill,
          "of " + std::to_string(kWakesWhileStill) + " wake-ups " +
              std::to_string(woken) + " came");
  }

  Server& server_;
  const std::vector<ClientProcess> clients_;
  const std::size_t wanted_;
  Waker waker_;
  std::size_t empty_poller_size_ = 0;
  int descriptors_ = 0;
  std::size_t answered_ = 0;
  Counts answers_[kClients];
  std::int64_t waits_ = 0;
  std::int64_t events_ = 0;
};

TlsContext ServerContext(const testing_tls::TestIdentity& identity) {
  TlsOptions options;
  options.certificate.text = identity.chain_pem;
  options.private_key.text = identity.key_pem;
  return Require(TlsContext::Server(options), "the server's context");
}

TlsContext ClientContext(const std::string& root) {
  TlsOptions options;
  options.trusted.text = root;
  return Require(TlsContext::Client(options), "the clients' context");
}

int Main(std::size_t wanted, int seconds) {
  // Whatever goes wrong, this ends.
  alarm(static_cast<unsigned>(seconds) + 300);
  const std::size_t limit = RaiseDescriptorLimit(wanted + kOtherDescriptors);
  const std::size_t allowed =
      limit > kOtherDescriptors ? limit - kOtherDescriptors : 0;
  const std::size_t each = std::min(wanted, allowed) / kClients;
  std::printf("%zu connections; the limit of descriptors is %zu%s\n",
              each * kClients, limit,
              wanted > allowed ? ", so they are fewer than wanted" : "");
  std::fflush(stdout);
  if (each == 0) return 1;

  Require(SetDefaultTimeout(absl::ZeroDuration()), "the timeout");
  const testing_tls::TestAuthority root =
      testing_tls::TestAuthority::Root("Load");
  const testing_tls::TestIdentity identity = root.Issue();

  // Each process has to be forked before there are threads and pollers. So it
  // is told the addresses through its pipe.
  std::vector<ClientProcess> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(StartClient(
        [&](int orders) {
          alarm(static_cast<unsigned>(seconds) + 300);
          std::uint16_t ports[2];
          if (read(orders, ports, sizeof(ports)) != sizeof(ports)) {
            std::_Exit(0);
          }
          ClientOptions options;
          options.address =
              Require(SocketAddress::Numeric("127.0.0.1", ports[0]), "address");
          options.tls_address =
              Require(SocketAddress::Numeric("127.0.0.1", ports[1]), "address");
          options.context = ClientContext(root.certificate_pem());
          options.connections = each;
          options.seed = static_cast<std::uint32_t>(i + 1);
          return options;
        },
        clients));
  }

  {
    const std::unique_ptr<Server> server =
        Require(Server::Create(ServerContext(identity)), "server");
    const std::uint16_t ports[2] = {
        static_cast<std::uint16_t>(server->address().port()),
        static_cast<std::uint16_t>(server->tls_address().port())};
    for (const ClientProcess& client : clients) {
      if (write(client.orders, ports, sizeof(ports)) != sizeof(ports)) {
        Require(absl::InternalError("a client has ended"), "ports");
      }
    }
    Run run(*server, clients, each * kClients);
    const Memory middle = run.Half(absl::Seconds(seconds) / 2);
    const Memory end = run.Half(absl::Seconds(seconds) / 2);
    run.CheckCounts();
    if (benchmarks::CountsMalloc()) {
      Check(end.allocated - middle.allocated <= kMoreAllocated,
            "allocated memory has grown");
      Check(end.resident - middle.resident <=
                kMoreResident + middle.resident / 10,
            "resident memory has grown");
    }
  }
  for (const ClientProcess& client : clients) {
    close(client.orders);
    int status = -1;
    waitpid(client.pid, &status, 0);
    Check(status == 0, "a client has failed");
  }
  std::puts(failures == 0 ? "nothing was lost" : "FAILED");
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace load
}  // namespace mortise

int main(int argc, char** argv) {
  int connections = 10000;
  int seconds = 60;
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    const bool ok =
        absl::ConsumePrefix(&argument, "--connections=")
            ? absl::SimpleAtoi(argument, &connections) && connections > 1
            : absl::ConsumePrefix(&argument, "--seconds=") &&
                  absl::SimpleAtoi(argument, &seconds) && seconds > 0;
    if (!ok) {
      std::fputs(mortise::load::kUsage, stderr);
      return 2;
    }
  }
  return mortise::load::Main(static_cast<std::size_t>(connections), seconds);
}
