#include "mortise/tools/mortise/input_reader.h"

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "mortise/core/poller.h"
#include "mortise/tools/mortise/background_thread.h"
#include "mortise/tools/mortise/standard_streams.h"

namespace mortise::program {
namespace {

constexpr std::size_t kBlockSize = std::size_t{64} * 1024;

}  // namespace

InputReader& InputReader::Start(Poller& poller) {
  InputReader& reader = *new InputReader(poller);
  RunInBackground([&reader] { reader.Run(); });
  return reader;
}

void InputReader::Run() {
  std::vector<char> buffer(kBlockSize);
  bool goes_on = true;
  while (goes_on) {
    const absl::StatusOr<std::size_t> size =
        ReadStandardInput(absl::MakeSpan(buffer));
    goes_on = size.ok() && *size > 0;
    std::unique_lock<std::mutex> lock(mutex_);
    taken_.wait(lock, [this] { return !block_.has_value(); });
    if (size.ok()) {
      block_ = std::string(buffer.data(), *size);
    } else {
      block_ = size.status();
    }
    poller_.Wake();
  }
}

InputReader::Next InputReader::next() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!block_.has_value()) return Next::kNothing;
  return block_->ok() && !(*block_)->empty() ? Next::kData : Next::kEnd;
}

absl::StatusOr<std::string> InputReader::Take() {
  const std::lock_guard<std::mutex> lock(mutex_);
  absl::StatusOr<std::string> block = *std::move(block_);
  block_.reset();
  taken_.notify_one();
  return block;
}

}  // namespace mortise::program
