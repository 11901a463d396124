// Bugs of programs that trust clocks and time.

#include "absl/time/time.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/received.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/clock.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/planted/planted.h"
#include "mortise/tests/platform/sim/planted/scene.h"

namespace mortise {
namespace sim {
namespace {

constexpr absl::Duration kLease = absl::Seconds(1);

// Gives one client at a time a lease, and takes what the clients write.
class Store {
 public:
  Store(Host& host, Bug bug) : host_(host), bug_(bug) {}

  // Returns the number of a new lease, or 0 if there is one.
  std::int64_t Acquire() {
    const absl::Time now = host_.clock().TimeNow();
    if (now < ends_) return 0;
    ends_ = now + kLease;
    return ++last_lease_;
  }

  void Write(std::int64_t lease) {
    if (lease >= last_writer_) {
      last_writer_ = lease;
    } else if (bug_ == Bug::kPlanted) {
      // Without the bug it is refused.
      overwritten_ = true;
    }
  }

  bool overwritten() const { return overwritten_; }

 private:
  Host& host_;
  const Bug bug_;
  absl::Time ends_ = absl::InfinitePast();
  std::int64_t last_lease_ = 0;
  std::int64_t last_writer_ = 0;
  // Whether an old lease has written over what a newer one had written.
  bool overwritten_ = false;
};

// Answers "?" with the number of a lease, and takes "12!" as a write.
void ServeStore(Store& store, Socket connection) {
  std::string word;
  for (;;) {
    const absl::StatusOr<std::string> next = connection.Recv(1);
    if (!next.ok() || next->empty()) return;
    if (*next == "?") {
      const std::string lease = absl::StrCat(store.Acquire(), "\n");
      if (!connection.SendAll(lease).ok()) return;
    } else if (*next == "!") {
      std::int64_t lease = 0;
      if (!absl::SimpleAtoi(word, &lease)) return;
      store.Write(lease);
      word.clear();
    } else {
      word += *next;
    }
  }
}

// Takes leases, and writes as long as its own clock says that it has one.
void UseStore(Host& host) {
  Clock& clock = host.clock();
  absl::StatusOr<Socket> connection = CreateConnection({"store", 80});
  const absl::Time end = clock.TimeNow() + absl::Seconds(10);
  while (connection.ok() && clock.TimeNow() < end) {
    if (!connection->SendAll("?").ok()) return;
    std::string answer;
    while (answer.empty() || answer.back() != '\n') {
      const absl::StatusOr<std::string> part = connection->Recv(100);
      if (!part.ok() || part->empty()) return;
      answer += *part;
    }
    answer.pop_back();
    const absl::Time until = clock.TimeNow() + kLease;
    while (answer != "0" && clock.TimeNow() < until) {
      // Here a host may stand still, and its clock may be too slow.
      clock.Sleep(absl::Milliseconds(100));
      if (!connection->SendAll(absl::StrCat(answer, "!")).ok()) return;
    }
    clock.Sleep(absl::Milliseconds(150));
  }
}

// A store must not trust the clock of whoever has a lease.
absl::Status TrustsALease(const SimulationOptions& options, Bug bug) {
  Simulation simulation(options);
  Random& random = simulation.random();
  Host& store_host = simulation.AddHost("store");
  Host& a = simulation.AddHost("a");
  Host& b = simulation.AddHost("b");
  Store store(store_host, bug);
  a.SetDrift(static_cast<int>(random.Between(-1000, 1000)));
  const absl::Status run = simulation.Run(store_host, [&] {
    absl::StatusOr<Socket> listener = CreateServer({"", 80});
    if (!listener.ok()) return;
    for (Host* const host : {&a, &b}) {
      host->Start("worker", [host] { UseStore(*host); }).detach();
    }
    for (int i = 0; i < 2; ++i) {
      absl::StatusOr<AcceptResult> client = listener->Accept();
      if (!client.ok()) return;
      const auto connection =
          std::make_shared<Socket>(std::move(client->socket));
      Thread("serve", [&store, connection] {
        ServeStore(store, std::move(*connection));
      }).detach();
    }
    for (int i = 0; i < 3; ++i) {
      simulation.clock().Sleep(absl::Milliseconds(random.Between(0, 3000)));
      a.Pause(absl::Milliseconds(random.Between(0, 2000)));
    }
    simulation.clock().Sleep(absl::Seconds(3));
  });
  if (!run.ok()) return run;
  return Expect(!store.overwritten(), "an old lease has written");
}

TEST(PlantedBugTest, TrustsALease) { ExpectFoundWithin(200, &TrustsALease); }

// An answer that is lost looks like a request that is lost.
absl::Status RepeatsWhatMayHaveBeenDone(const SimulationOptions& options,
                                        Bug bug) {
  constexpr int kRequests = 5;
  Scene scene(options);
  LinkOptions link;
  link.loss = {1, 4};
  scene.simulation().SetLink(scene.server(), scene.client(), link);
  std::map<std::string, std::string> answers;
  int sum = 0;
  const auto serve = [&]() -> absl::Status {
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
    if (!socket.ok()) return socket.status();
    absl::Status status = socket->Bind({"", 53});
    if (status.ok()) status = socket->SetTimeout(absl::Minutes(1));
    while (status.ok()) {
      const absl::StatusOr<RecvFromStringResult> request =
          socket->RecvFrom(100);
      // The client has all that it wanted.
      if (!request.ok()) return absl::OkStatus();
      const auto known = answers.find(request->data);
      if (bug == Bug::kPlanted || known == answers.end()) {
        answers[request->data] = absl::StrCat(++sum);
      }
      status =
          socket->SendTo(answers[request->data], request->address).status();
    }
    return status;
  };
  const auto ask = [&]() -> absl::Status {
    scene.simulation().clock().Sleep(absl::Milliseconds(10));
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
    if (!socket.ok()) return socket.status();
    absl::Status status = socket->SetTimeout(absl::Seconds(1));
    for (int i = 0; i < kRequests && status.ok();) {
      status =
          socket->SendTo(absl::StrCat("add 1, number ", i), {"10.0.0.1", 53})
              .status();
      const absl::StatusOr<std::string> answer = socket->Recv(100);
      if (answer.ok()) {
        ++i;
      } else if (!IsTimeout(answer.status())) {
        return answer.status();
      }
    }
    if (!status.ok()) return status;
    return Expect(sum == kRequests, absl::StrCat("the sum is ", sum));
  };
  return scene.Run(serve, ask);
}

TEST(PlantedBugTest, RepeatsWhatMayHaveBeenDone) {
  ExpectFoundWithin(20, &RepeatsWhatMayHaveBeenDone);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
