// In forked processes, so that a crash is the failure of one seed.
//
// Sources: fork(2), waitpid(2), pipe(7), poll(2).

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/explore/progress.h"
#include "mortise/platform/sim/explore/seed_batches.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/seeds.h"

namespace mortise {
namespace sim {
namespace {

using Clock = std::chrono::steady_clock;
using RunSeed = absl::FunctionRef<absl::Status(std::uint64_t seed)>;

// A worker writes this for each seed that has passed.
constexpr char kPassed = '.';
// A worker writes this when a seed has failed, and then the text. It ends then.
constexpr char kFailed = 'F';

// A process that runs seeds, as its parent sees it.
struct Worker {
  pid_t pid = -1;
  int report = -1;  // The end of the pipe from which its report is read.
  // The seeds that it has not finished: it runs `next` now.
  std::uint64_t next = 0;
  std::uint64_t end = 0;
  bool has_failed = false;
  std::string text;
  Clock::time_point since;
};

void WriteAll(int file, absl::string_view data) {
  while (!data.empty()) {
    const ssize_t written = write(file, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    // The parent is gone, so nobody wants to know.
    if (written < 0) _exit(1);
    data.remove_prefix(static_cast<std::size_t>(written));
  }
}

[[noreturn]] void Work(int report, std::uint64_t first, std::uint64_t end,
                       RunSeed run) {
  for (std::uint64_t seed = first; seed != end; ++seed) {
    const absl::Status status = run(seed);
    if (status.ok()) {
      WriteAll(report, absl::string_view(&kPassed, 1));
      continue;
    }
    WriteAll(report,
             absl::StrCat(absl::string_view(&kFailed, 1), status.message()));
    break;
  }
  std::cout.flush();
  std::fflush(nullptr);
  // Destructors of static objects are the parent's affair.
  _exit(0);
}

// Describes how a process has ended that should have run more seeds.
std::string EndText(int status) {
  if (WIFSIGNALED(status)) {
    return absl::StrCat("The process that ran it was ended by signal ",
                        WTERMSIG(status), " (", strsignal(WTERMSIG(status)),
                        ").");
  }
  return absl::StrCat("The process that ran it has exited with ",
                      WEXITSTATUS(status), ".");
}

class Batches {
 public:
  Batches(std::uint64_t count, RunSeed run, const ForEachSeedOptions& options)
      : run_(run),
        options_(options),
        next_(options.first),
        end_(options.first + count),
        batch_(std::min(
            options.seeds_per_process,
            count / static_cast<std::uint64_t>(options.processes) + 1)),
        progress_(count) {}

  SeedsReport Run() {
    for (;;) {
      while (workers_.size() < static_cast<std::size_t>(options_.processes) &&
             next_ != end_ && WantsMore()) {
        const std::uint64_t batch = std::min(batch_, end_ - next_);
        Start(next_, next_ + batch);
        next_ += batch;
      }
      if (workers_.empty()) return report_;
      AwaitReports();
      progress_.Show(report_.seeds_run);
    }
  }

 private:
  bool WantsMore() const {
    return report_.failures.size() < options_.most_failures;
  }

  void Start(std::uint64_t first, std::uint64_t end) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) {
      Fatal(absl::StrCat("ForEachSeed: pipe: ", std::strerror(errno)));
    }
    for (const int file : ends) fcntl(file, F_SETFD, FD_CLOEXEC);
    // What is in a buffer would be written twice.
    std::cout.flush();
    std::fflush(nullptr);
    const pid_t pid = fork();
    if (pid < 0) {
      Fatal(absl::StrCat("ForEachSeed: fork: ", std::strerror(errno)));
    }
    if (pid == 0) {
      // If the parent ends, a worker should notice that nobody reads.
      for (const Worker& other : workers_) close(other.report);
      close(ends[0]);
      Work(ends[1], first, end, run_);
    }
    close(ends[1]);
    Worker worker;
    worker.pid = pid;
    worker.report = ends[0];
    worker.next = first;
    worker.end = end;
    worker.since = Clock::now();
    workers_.push_back(worker);
  }

  // Waits until a worker says something, or has taken too long.
  void AwaitReports() {
    std::vector<pollfd> files;
    for (const Worker& worker : workers_) {
      files.push_back({worker.report, POLLIN, 0});
    }
    const int ready = poll(files.data(), static_cast<nfds_t>(files.size()),
                           MillisecondsToWait());
    if (ready < 0 && errno != EINTR) {
      Fatal(absl::StrCat("ForEachSeed: poll: ", std::strerror(errno)));
    }
    // From the last one on, because those that have ended are taken out.
    for (std::size_t i = workers_.size(); i-- > 0;) {
      if (ready > 0 && files[i].revents != 0) {
        Read(i);
      } else if (Clock::now() >= LatestEnd(workers_[i])) {
        kill(workers_[i].pid, SIGKILL);
        EndWorker(i, absl::StrCat("It took more than ",
                                  absl::FormatDuration(options_.most_real_time),
                                  " of real time."));
      }
    }
  }

  Clock::time_point LatestEnd(const Worker& worker) const {
    // More than a year is no limit, and would be too much for the clock.
    return worker.since + absl::ToChronoNanoseconds(std::min(
                              options_.most_real_time, absl::Hours(10000)));
  }

  int MillisecondsToWait() const {
    Clock::time_point first = Clock::now() + std::chrono::seconds(10);
    for (const Worker& worker : workers_) {
      first = std::min(first, LatestEnd(worker));
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(0, left.count()));
  }

  void Read(std::size_t index) {
    Worker& worker = workers_[index];
    std::array<char, 4096> room;
    const ssize_t size = read(worker.report, room.data(), room.size());
    if (size < 0 && errno == EINTR) return;
    if (size <= 0) {
      EndWorker(index, "");
      return;
    }
    for (ssize_t i = 0; i < size; ++i) {
      const char byte = room[static_cast<std::size_t>(i)];
      if (worker.has_failed) {
        worker.text.push_back(byte);
      } else if (byte == kFailed) {
        worker.has_failed = true;
      } else {
        ++worker.next;
        ++report_.seeds_run;
        worker.since = Clock::now();
      }
    }
  }

  // The worker has ended. `why` is "" if it has done so by itself.
  void EndWorker(std::size_t index, const std::string& why) {
    Worker worker = workers_[index];
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(index));
    close(worker.report);
    int status = 0;
    while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (worker.next == worker.end) return;
    if (!why.empty()) {
      worker.text = why;
    } else if (!worker.has_failed) {
      worker.text = EndText(status);
    }
    report_.failures.push_back({worker.next, worker.text});
    ++report_.seeds_run;
    ++worker.next;
    // The others of the batch have not been run.
    if (worker.next != worker.end && WantsMore()) {
      Start(worker.next, worker.end);
    }
  }

  const RunSeed run_;
  const ForEachSeedOptions& options_;
  std::uint64_t next_;
  const std::uint64_t end_;
  // How many seeds a process is given. All processes should have some.
  const std::uint64_t batch_;
  Progress progress_;
  SeedsReport report_;
  std::vector<Worker> workers_;
};

}  // namespace

SeedsReport RunBatches(std::uint64_t count, RunSeed run,
                       const ForEachSeedOptions& options) {
  return Batches(count, run, options).Run();
}

}  // namespace sim
}  // namespace mortise
