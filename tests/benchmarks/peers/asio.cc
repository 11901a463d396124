// Asio without Boost, with async_wait on each descriptor, begun anew whenever
// it has ended, and post to be woken.

#include <asio.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unordered_map>
#include <vector>

#include "mortise/tests/benchmarks/poller_side.h"

namespace mortise {
namespace benchmarks {
namespace {

class AsioSide final : public PollerSide {
 public:
  ~AsioSide() override {
    for (auto& [fd, descriptor] : descriptors_) descriptor->release();
  }

  void Watch(int fd) override {
    auto& descriptor = descriptors_[fd];
    descriptor = std::make_unique<asio::posix::stream_descriptor>(context_, fd);
    Begin(*descriptor, fd);
  }
  void Forget(int fd) override {
    const auto found = descriptors_.find(fd);
    found->second->release();
    descriptors_.erase(found);
  }

  int Wait(int* ready) override {
    for (const int fd : ended_) {
      const auto found = descriptors_.find(fd);
      if (found != descriptors_.end()) Begin(*found->second, fd);
    }
    ended_.clear();
    ready_ = ready;
    count_ = 0;
    context_.run_one();
    // What else is ready already.
    while (count_ < kMostReady && context_.poll_one() != 0) {
    }
    return count_;
  }

  void Wake() override {
    asio::post(context_, [] {});
  }

 private:
  void Begin(asio::posix::stream_descriptor& descriptor, int fd) {
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                          [this, fd](const asio::error_code& error) {
                            if (error == asio::error::operation_aborted) return;
                            if (error) {
                              std::fprintf(stderr, "async_wait: %s\n",
                                           error.message().c_str());
                              std::exit(1);
                            }
                            ready_[count_++] = fd;
                            ended_.push_back(fd);
                          });
  }

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{
      context_.get_executor()};
  std::unordered_map<int, std::unique_ptr<asio::posix::stream_descriptor>>
      descriptors_;
  std::vector<int> ended_;
  int* ready_ = nullptr;
  int count_ = 0;
};

}  // namespace
}  // namespace benchmarks
}  // namespace mortise

extern "C" mortise::benchmarks::PollerSide* NewPollerSide() {
  return new mortise::benchmarks::AsioSide;
}
