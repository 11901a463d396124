#include "mortise/tools/mortise/output_writer.h"

#include <cstddef>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/poller.h"
#include "mortise/tools/mortise/background_thread.h"
#include "mortise/tools/mortise/standard_streams.h"

namespace mortise::program {
namespace {

constexpr std::size_t kRoom = std::size_t{64} * 1024;

}  // namespace

OutputWriter& OutputWriter::Start(Poller& poller) {
  OutputWriter& writer = *new OutputWriter(poller);
  RunInBackground([&writer] { writer.Run(); });
  return writer;
}

void OutputWriter::Run() {
  std::string data;
  std::unique_lock<std::mutex> lock(mutex_);
  while (status_.ok()) {
    added_.wait(lock, [this] { return !waiting_.empty(); });
    data.clear();
    data.swap(waiting_);
    writing_ = true;
    lock.unlock();
    const absl::Status written = WriteStandardOutput(data);
    lock.lock();
    writing_ = false;
    status_ = written;
    poller_.Wake();
  }
}

void OutputWriter::Write(absl::string_view data) {
  const std::lock_guard<std::mutex> lock(mutex_);
  waiting_.append(data.data(), data.size());
  added_.notify_one();
}

bool OutputWriter::HasRoom() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return waiting_.size() < kRoom;
}

bool OutputWriter::IsIdle() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return waiting_.empty() && !writing_;
}

absl::Status OutputWriter::status() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

}  // namespace mortise::program
