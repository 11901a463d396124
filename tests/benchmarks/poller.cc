// Measures what Poller costs, beside epoll(7) itself and other libraries. See
// docs/performance.md.

#include "mortise/core/poller.h"

#include <dlfcn.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>  // NOLINT: the benchmark is no part of the library
#include <utility>
#include <vector>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mortise/core/socket.h"
#include "mortise/tests/benchmarks/median.h"
#include "mortise/tests/benchmarks/poller_side.h"
#include "mortise/tests/benchmarks/poller_sides.h"
#include "mortise/tests/benchmarks/python_side.h"
#include "mortise/tests/benchmarks/turns.h"
#include "mortise/tests/load/machine.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr char kHelp[] =
    R"(Compares Poller with epoll(7) itself, libuv, Asio and CPython's selectors, in
turns: a byte through one socket pair among many idle descriptors, through a
hundred pairs, and wake-ups between two threads. Build it with `-c opt`.

  tools/bazel run -c opt //tests/benchmarks:poller -- [--quick] [--peers=FOLDER]

  --quick         a tenth of the rounds, for a first impression
  --peers=FOLDER  where tests/benchmarks/peers/build has put libuv.so and asio.so
  --python=FILE   peers/python_selectors.py, if it is not found

For instruction counters:

  poller --list
  poller Wait/BUSY bare|mortise TIMES   only waits, with BUSY descriptors ready
)";

constexpr int kRounds = 2000;
constexpr int kQuickRounds = 200;

// Budgets, as ratios: of Wait and an event to a bare loop, of Wait among idle
// descriptors to itself without them, and of a registration to epoll_ctl.
constexpr double kWaitBudget = 1.05;
constexpr double kIdleBudget = 1.10;
constexpr double kRegistrationBudget = 1.3;

[[noreturn]] void Fail(const absl::Status& status) {
  std::cerr << status << "\n";
  std::exit(1);
}

[[noreturn]] void FailedCall(const char* call) {
  Fail(absl::ErrnoToStatus(errno, call));
}

// --- Descriptors -------------------------------------------------------------

// Descriptors on which nothing ever happens.
std::vector<Socket> MakeIdle(std::size_t count) {
  std::vector<Socket> idle;
  idle.reserve(count);
  while (idle.size() < count) {
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
    if (!socket.ok()) Fail(socket.status());
    idle.push_back(*std::move(socket));
  }
  return idle;
}

int Fd(const Socket& socket) { return static_cast<int>(socket.FileNo()); }

// --- The loops ---------------------------------------------------------------

// A side with socket pairs of its own.
class Exchange {
 public:
  Exchange(std::unique_ptr<PollerSide> side, int busy,
           const std::vector<Socket>& idle)
      : side_(std::move(side)) {
    for (const Socket& socket : idle) side_->Watch(Fd(socket));
    for (int i = 0; i < busy; ++i) {
      absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
      if (!pair.ok()) Fail(pair.status());
      side_->Watch(Fd(pair->second));
      pairs_.push_back(*std::move(pair));
    }
  }

  // A pass sends a byte through each pair.
  void Run(std::int64_t times) {
    int ready[PollerSide::kMostReady];
    for (; times > 0; --times) {
      SendAll();
      for (std::size_t left = pairs_.size(); left > 0;) {
        const int count = side_->Wait(ready);
        for (int i = 0; i < count; ++i) {
          char byte;
          if (recv(ready[i], &byte, 1, 0) != 1) FailedCall("recv");
        }
        left -= static_cast<std::size_t>(count);
      }
    }
  }

  // A pass only waits. What has been sent is not received.
  void OnlyWait(std::int64_t times) {
    SendAll();
    int ready[PollerSide::kMostReady];
    for (; times > 0; --times) {
      if (side_->Wait(ready) != static_cast<int>(pairs_.size())) {
        Fail(absl::InternalError("not all were ready"));
      }
    }
  }

 private:
  void SendAll() {
    for (const auto& pair : pairs_) {
      if (send(Fd(pair.first), "x", 1, 0) != 1) FailedCall("send");
    }
  }

  std::vector<std::pair<Socket, Socket>> pairs_;
  // Destroyed first, while its descriptors are open.
  std::unique_ptr<PollerSide> side_;
};

// Two threads that wake each other.
class Wakes {
 public:
  explicit Wakes(const std::function<std::unique_ptr<PollerSide>()>& make)
      : here_(make()), there_(make()), thread_([this] { Answer(); }) {}
  ~Wakes() {
    ending_.store(true);
    there_->Wake();
    thread_.join();
  }

  void Run(std::int64_t times) {
    int ready[PollerSide::kMostReady];
    for (; times > 0; --times) {
      there_->Wake();
      here_->Wait(ready);
    }
  }

 private:
  void Answer() {
    int ready[PollerSide::kMostReady];
    for (;;) {
      there_->Wait(ready);
      if (ending_.load()) return;
      here_->Wake();
    }
  }

  const std::unique_ptr<PollerSide> here_;
  const std::unique_ptr<PollerSide> there_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

// --- The rows ----------------------------------------------------------------

using MakeSide = std::function<std::unique_ptr<PollerSide>()>;

struct Sides {
  // By name. The first is the bare one, with which the others are compared.
  std::vector<std::pair<std::string, MakeSide>> made;
  // Empty: there is no Python.
  std::string python;
};

constexpr char kBare[] = "epoll_wait";
constexpr char kMortise[] = "Mortise";
constexpr char kScanning[] = "Mortise, poll(2)";
// The scanning set takes milliseconds with more.
constexpr std::size_t kMostScanned = 10000;

void AddPeer(const std::string& folder, const std::string& name, Sides* sides) {
  const std::string file = absl::StrCat(folder, "/", name, ".so");
  void* const library =
      folder.empty() ? nullptr : dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::cout << name << ": left out: "
              << (folder.empty() ? "--peers is not given" : dlerror()) << "\n";
    return;
  }
  auto* const make =
      reinterpret_cast<PollerSide* (*)()>(dlsym(library, "NewPollerSide"));
  if (make == nullptr) {
    std::cout << name << ": left out: " << dlerror() << "\n";
    return;
  }
  sides->made.push_back(
      {name, [make] { return std::unique_ptr<PollerSide>(make()); }});
}

Sides FindSides(const std::string& peers, const std::string& python) {
  Sides sides;
  sides.made = {{kBare, &NewBareSide},
                {kMortise, &NewMortiseSide},
                {kScanning, &NewScanningSide}};
  AddPeer(peers, "libuv", &sides);
  AddPeer(peers, "asio", &sides);
  if (PythonSide::Start(python, {"wake"}) != nullptr) {
    sides.python = python;
  } else {
    std::cout << "CPython: left out: python3 does not run " << python << "\n";
  }
  return sides;
}

void AddPython(const Sides& sides, const std::vector<std::string>& arguments,
               Turns* turns) {
  if (sides.python.empty()) return;
  std::shared_ptr<PythonSide> python =
      PythonSide::Start(sides.python, arguments);
  if (python == nullptr) {
    std::cout << "  CPython: left out: it could not begin\n";
    return;
  }
  turns->Add("CPython selectors",
             [python](std::int64_t times) { return python->Run(times); });
}

void MeasureExchange(const Sides& sides, std::size_t idle_count, int busy,
                     int rounds) {
  std::cout << "\nA byte through " << busy << " socket pair"
            << (busy == 1 ? "" : "s") << " among " << idle_count
            << " idle descriptors\n";
  const std::vector<Socket> idle = MakeIdle(idle_count);
  Turns turns;
  std::vector<std::unique_ptr<Exchange>> exchanges;
  const auto add = [&](const std::string& name, const MakeSide& make,
                       const std::vector<Socket>& watched) {
    exchanges.push_back(std::make_unique<Exchange>(make(), busy, watched));
    turns.Add(name, Timed([exchange = exchanges.back().get()](
                              std::int64_t times) { exchange->Run(times); }));
  };
  for (const auto& [name, make] : sides.made) {
    if (name == kScanning && idle_count > kMostScanned) continue;
    add(name, make, idle);
  }
  turns.SetBudget(kMortise, kWaitBudget);
  if (idle_count > 0) {
    // Beside itself: what the idle ones cost.
    constexpr char kNoneIdle[] = "Mortise, none idle";
    constexpr char kAllIdle[] = "Mortise beside line above";
    add(kNoneIdle, &NewMortiseSide, {});
    add(kAllIdle, &NewMortiseSide, idle);
    turns.CompareWith(kAllIdle, kNoneIdle);
    turns.SetBudget(kAllIdle, kIdleBudget);
  }
  AddPython(sides, {absl::StrCat(idle_count), absl::StrCat(busy)}, &turns);
  turns.Run(rounds);
  turns.Print(busy);
}

void MeasureWakes(const Sides& sides, int rounds) {
  std::cout << "\nA wake-up of another thread, which wakes this one\n";
  Turns turns;
  std::vector<std::unique_ptr<Wakes>> wakes;
  for (const auto& [name, make] : sides.made) {
    wakes.push_back(std::make_unique<Wakes>(make));
    turns.Add(name, Timed([pair = wakes.back().get()](std::int64_t times) {
                pair->Run(times);
              }));
  }
  AddPython(sides, {"wake"}, &turns);
  turns.Run(rounds);
  turns.Print(2);
}

void MeasureRegistrations(const Sides& sides, int rounds) {
  std::cout << "\nTo register a descriptor and to unregister it, among 1000\n";
  const std::vector<Socket> idle = MakeIdle(1000);
  const std::vector<Socket> one = MakeIdle(1);
  Turns turns;
  std::vector<std::unique_ptr<PollerSide>> made;
  // The others register later, in their next wait.
  for (const auto& [name, make] : sides.made) {
    if (name != kBare && name != kMortise) continue;
    made.push_back(make());
    PollerSide* const side = made.back().get();
    for (const Socket& socket : idle) side->Watch(Fd(socket));
    turns.Add(name, Timed([side, fd = Fd(one[0])](std::int64_t times) {
                // What has left is forgotten by the next wait, which is part of
                // what a registration costs.
                int ready[PollerSide::kMostReady];
                for (std::int64_t i = 0; i < times; ++i) {
                  side->Watch(fd);
                  side->Forget(fd);
                }
                side->Wake();
                side->Wait(ready);
              }));
  }
  turns.SetBudget(kMortise, kRegistrationBudget);
  turns.Run(rounds);
  turns.Print(1);
}

void MeasureLateness(int times) {
  absl::StatusOr<Poller> poller = Poller::Create();
  if (!poller.ok()) Fail(poller.status());
  constexpr absl::Duration kTimeout = absl::Microseconds(100);
  PollResult result;
  std::vector<double> late_us;
  for (int i = 0; i < times; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const absl::Status status = poller->Wait(kTimeout, &result);
    if (!status.ok()) Fail(status);
    late_us.push_back(absl::ToDoubleMicroseconds(
        absl::FromChrono(std::chrono::steady_clock::now() - begin) - kTimeout));
  }
  std::printf(
      "\nA Wait of 100 us is late by %.0f us (median; at least %.1f; the "
      "budget "
      "is 200)\n",
      MedianOf(late_us).value,
      *std::min_element(late_us.begin(), late_us.end()));
}

void MeasureAll(const Sides& sides, bool quick) {
  const int rounds = quick ? kQuickRounds : kRounds;
  constexpr std::size_t kMostIdle = 100000;
  // Two for each of a hundred pairs of each side, and the others of a program.
  constexpr std::size_t kOthers = 2000;
  const std::size_t limit = load::RaiseDescriptorLimit(kMostIdle + kOthers);
  if (limit == 0) FailedCall("getrlimit");
  const std::size_t most =
      std::min(kMostIdle, limit > kOthers ? limit - kOthers : 0);
  std::cout << "The limit of descriptors is " << limit << ", so up to " << most
            << " are idle.\n";
  std::size_t last = 0;
  for (const std::size_t wanted :
       {std::size_t{0}, std::size_t{1000}, std::size_t{10000}, kMostIdle}) {
    const std::size_t idle = std::min(wanted, most);
    if (wanted > 0 && idle == last) continue;
    MeasureExchange(sides, idle, 1, rounds);
    last = idle;
  }
  MeasureExchange(sides, 0, 100, rounds);
  MeasureWakes(sides, rounds);
  MeasureRegistrations(sides, rounds);
  MeasureLateness(rounds);
}

// --- For instruction counters ------------------------------------------------

// In instructions beyond those of epoll_wait: of a Wait, and of each event.
constexpr int kWaitInstructions = 270;
constexpr int kEventInstructions = 70;
constexpr int kCounted[] = {1, 2, 10, 100};

void List() {
  for (const int busy : kCounted) {
    std::cout << "Wait/" << busy << " "
              << kWaitInstructions + kEventInstructions * busy << "\n";
  }
}

// Returns false if the arguments are wrong.
bool OnlyWait(absl::string_view name, absl::string_view side,
              absl::string_view times_text) {
  int busy;
  std::int64_t times;
  if (!absl::ConsumePrefix(&name, "Wait/") || !absl::SimpleAtoi(name, &busy) ||
      busy < 1 || busy > PollerSide::kMostReady ||
      !absl::SimpleAtoi(times_text, &times) ||
      (side != "bare" && side != "mortise")) {
    return false;
  }
  Exchange exchange(side == "bare" ? NewBareSide() : NewMortiseSide(), busy,
                    {});
  exchange.OnlyWait(times);
  return true;
}

int Main(const std::vector<absl::string_view>& arguments) {
  bool quick = false;
  std::string peers;
  std::string python = "tests/benchmarks/peers/python_selectors.py";
  if (arguments.size() == 1 && arguments[0] == "--list") {
    List();
    return 0;
  }
  if (arguments.size() == 3 &&
      OnlyWait(arguments[0], arguments[1], arguments[2])) {
    return 0;
  }
  for (absl::string_view argument : arguments) {
    if (argument == "--help" || argument == "-h") {
      std::cout << kHelp;
      return 0;
    }
    if (argument == "--quick") {
      quick = true;
    } else if (absl::ConsumePrefix(&argument, "--peers=")) {
      peers = std::string(argument);
    } else if (absl::ConsumePrefix(&argument, "--python=")) {
      python = std::string(argument);
    } else {
      std::cerr << "unknown argument: " << argument << "\n" << kHelp;
      return 2;
    }
  }
#ifndef NDEBUG
  std::cerr << "Built without -c opt: the figures mean nothing.\n";
#endif
  MeasureAll(FindSides(peers, python), quick);
  return 0;
}

}  // namespace
}  // namespace benchmarks
}  // namespace mortise

int main(int argc, char** argv) {
  return mortise::benchmarks::Main({argv + 1, argv + argc});
}
