// Subprocess on POSIX.

#include <fcntl.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/tools/mortise/subprocess.h"

extern char** environ;

namespace mortise::testing {
namespace {

struct Pipe {
  // Not inherited: a child that held the other's ends would keep them open.
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

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string ProgramPath(absl::string_view path_in_workspace) {
  return absl::StrCat(Variable("TEST_SRCDIR"), "/", Variable("TEST_WORKSPACE"),
                      "/", path_in_workspace);
}

Subprocess::Subprocess(const std::vector<std::string>& command) {
  const Pipe in;
  const Pipe out;
  const Pipe err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write, 2);

  // The test must survive a program that does not read; the program shall see
  // the signals as a shell would give them to it.
  std::signal(SIGPIPE, SIG_IGN);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&defaults, signal);
  }
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  std::vector<char*> argv;
  for (const std::string& word : command) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  pid_t pid;
  if (posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), environ) !=
      0) {
    std::cerr << "cannot start " << argv[0] << std::endl;
    std::abort();
  }
  pid_ = pid;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(in.read);
  close(out.write);
  close(err.write);
  input_ = in.write;
  out_.Start(out.read);
  err_.Start(err.read);
}

Subprocess::~Subprocess() {
  Signal(SIGTERM);
  Wait();
}

bool Subprocess::Write(absl::string_view input) {
  while (!input.empty()) {
    const ssize_t count = write(input_, input.data(), input.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    input.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Subprocess::EndInput() {
  if (input_ != -1) close(input_);
  input_ = -1;
}

void Subprocess::Signal(int signal) {
  if (running_) kill(static_cast<pid_t>(pid_), signal);
}

int Subprocess::Wait() {
  if (running_) {
    int status;
    while (waitpid(static_cast<pid_t>(pid_), &status, 0) == -1 &&
           errno == EINTR) {
    }
    running_ = false;
    result_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  EndInput();
  out_.Join();
  err_.Join();
  return result_;
}

void Subprocess::Collector::Start(int fd) {
  thread_ = std::thread([this, fd] { Run(fd); });
}

void Subprocess::Collector::Run(int fd) {
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (count > 0) {
      text_.append(buffer.data(), static_cast<std::size_t>(count));
    } else {
      ended_ = true;
    }
    grown_.notify_all();
    if (ended_) break;
  }
  close(fd);
}

void Subprocess::Collector::Join() {
  if (thread_.joinable()) thread_.join();
}

bool Subprocess::Collector::WaitFor(absl::string_view text) {
  std::unique_lock<std::mutex> lock(mutex_);
  grown_.wait(lock, [&] { return ended_ || absl::StrContains(text_, text); });
  return absl::StrContains(text_, text);
}

std::string Subprocess::Collector::text() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return text_;
}

}  // namespace mortise::testing
