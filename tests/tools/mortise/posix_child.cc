// child.h on POSIX.

#include <fcntl.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/tests/tools/mortise/child.h"

extern char** environ;

namespace mortise::testing {
namespace {

struct Pipe {
  // The ends are not inherited. A child that had the ends of another child's
  // pipes would keep them open.
  Pipe() {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
    read = ends[0];
    write = ends[1];
  }
  int read;
  int write;
};

// One standard stream of a child, seen from this side.
class Stream {
 public:
  Stream(int fd, ChildStreams::Kind kind, const std::string& file,
         posix_spawn_file_actions_t* actions) {
    const bool is_input = fd == STDIN_FILENO;
    if (kind == ChildStreams::kClosed) {
      posix_spawn_file_actions_addclose(actions, fd);
      return;
    }
    if (kind == ChildStreams::kFile) {
      posix_spawn_file_actions_addopen(actions, fd, file.c_str(),
                                       is_input ? O_RDONLY : O_WRONLY, 0);
      return;
    }
    const Pipe pipe;
    childs_ = is_input ? pipe.read : pipe.write;
    ours_ = is_input ? pipe.write : pipe.read;
    posix_spawn_file_actions_adddup2(actions, childs_, fd);
    if (kind == ChildStreams::kNonBlockingPipe) {
      fcntl(childs_, F_SETFL, fcntl(childs_, F_GETFL) | O_NONBLOCK);
    }
    if (kind == ChildStreams::kBrokenPipe) {
      close(ours_);
      ours_ = kNoHandle;
    }
  }

  // Returns this side's end. Call it once the child has its own end.
  ChildHandle Take() {
    if (childs_ != kNoHandle) close(childs_);
    return ours_;
  }

 private:
  int childs_ = kNoHandle;
  int ours_ = kNoHandle;
};

// The words to put before a command so that it runs: a program for another
// processor needs its emulator. See tools/toolchains/under_qemu.
std::vector<std::string> Launcher() {
  const char* words = std::getenv("MORTISE_TEST_LAUNCHER");
  if (words == nullptr) return {};
  return absl::StrSplit(words, ' ', absl::SkipEmpty());
}

int Fd(ChildHandle handle) { return static_cast<int>(handle); }
pid_t Pid(ChildHandle handle) { return static_cast<pid_t>(handle); }

}  // namespace

std::vector<Interruption> Interruptions() {
  return {{"SIGINT", SIGINT, -SIGINT},
          {"SIGTERM", SIGTERM, -SIGTERM},
          {"SIGHUP", SIGHUP, -SIGHUP}};
}

Child StartChild(const std::vector<std::string>& command,
                 const ChildStreams& streams) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  Stream in(STDIN_FILENO, streams.input, streams.file, &actions);
  Stream out(STDOUT_FILENO, streams.output, streams.file, &actions);
  Stream err(STDERR_FILENO, streams.error, streams.file, &actions);

  // The test must survive a program that does not read. The program gets the
  // signals' actions as a shell would set them.
  std::signal(SIGPIPE, SIG_IGN);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&defaults, signal);
  }
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  sigset_t blocked;
  sigemptyset(&blocked);
  posix_spawnattr_setsigmask(&attributes, &blocked);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

  std::vector<std::string> words = Launcher();
  words.insert(words.end(), command.begin(), command.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(&word[0]);
  argv.push_back(nullptr);
  pid_t pid;
  if (posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(),
                   environ) != 0) {
    std::cerr << "cannot start " << argv[0] << std::endl;
    std::abort();
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return {pid, in.Take(), out.Take(), err.Take()};
}

bool InterruptChild(ChildHandle process, const Interruption& how) {
  return kill(Pid(process), how.number) == 0;
}

int WaitForChild(ChildHandle process) {
  int status;
  while (waitpid(Pid(process), &status, 0) == -1 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void EndChild(ChildHandle process) { kill(Pid(process), SIGTERM); }

std::size_t ReadPipe(ChildHandle pipe, absl::Span<char> buffer) {
  while (true) {
    const ssize_t count = read(Fd(pipe), buffer.data(), buffer.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return 0;
  }
}

bool WritePipe(ChildHandle pipe, absl::string_view data) {
  while (!data.empty()) {
    const ssize_t count = write(Fd(pipe), data.data(), data.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    data.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void ClosePipe(ChildHandle pipe) { close(Fd(pipe)); }

}  // namespace mortise::testing
