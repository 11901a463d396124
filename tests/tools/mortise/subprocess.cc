#include "mortise/tests/tools/mortise/subprocess.h"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/tests/tools/mortise/child.h"

namespace mortise::testing {
Subprocess::Subprocess(const std::vector<std::string>& command,
                       const ChildStreams& streams, Reading reading)
    : child_(StartChild(command, streams)) {
  if (reading == Reading::kAtOnce) StartReading();
  err_.Start(child_.error);
}

Subprocess::~Subprocess() {
  if (running_) EndChild(child_.process);
  Wait();
}

bool Subprocess::Write(absl::string_view input) {
  return WritePipe(child_.input, input);
}

void Subprocess::EndInput() {
  if (child_.input != kNoHandle) ClosePipe(child_.input);
  child_.input = kNoHandle;
}

int Subprocess::Wait() {
  if (running_) {
    if (!out_.started()) StartReading();
    result_ = WaitForChild(child_.process);
  }
  running_ = false;
  EndInput();
  out_.Join();
  err_.Join();
  return result_;
}

void Subprocess::Collector::Start(ChildHandle pipe) {
  thread_ = std::thread([this, pipe] { Run(pipe); });
}

void Subprocess::Collector::Run(ChildHandle pipe) {
  std::array<char, 65536> buffer;
  while (true) {
    const std::size_t count =
        pipe == kNoHandle ? 0 : ReadPipe(pipe, absl::MakeSpan(buffer));
    const std::lock_guard<std::mutex> lock(mutex_);
    text_.append(buffer.data(), count);
    ended_ = count == 0;
    grown_.notify_all();
    if (ended_) break;
  }
  if (pipe != kNoHandle) ClosePipe(pipe);
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
