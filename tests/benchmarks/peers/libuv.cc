// libuv, with a uv_poll_t for each descriptor and a uv_async_t to be woken.

#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#include "mortise/tests/benchmarks/poller_side.h"

namespace mortise {
namespace benchmarks {
namespace {

void Check(const char* call, int result) {
  if (result >= 0) return;
  std::fprintf(stderr, "%s: %s\n", call, uv_strerror(result));
  std::exit(1);
}

class UvSide final : public PollerSide {
 public:
  UvSide() {
    Check("uv_loop_init", uv_loop_init(&loop_));
    Check("uv_async_init", uv_async_init(&loop_, &async_, &OnWake));
    loop_.data = this;
  }
  ~UvSide() override {
    uv_close(reinterpret_cast<uv_handle_t*>(&async_), nullptr);
    for (const auto& [fd, poll] : polls_) Close(poll);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }

  void Watch(int fd) override {
    auto* const poll = new uv_poll_t;
    Check("uv_poll_init", uv_poll_init(&loop_, poll, fd));
    poll->data = reinterpret_cast<void*>(static_cast<intptr_t>(fd));
    Check("uv_poll_start", uv_poll_start(poll, UV_READABLE, &OnReadable));
    polls_[fd] = poll;
  }
  void Forget(int fd) override {
    Close(polls_.at(fd));
    polls_.erase(fd);
  }

  int Wait(int* ready) override {
    ready_ = ready;
    count_ = 0;
    uv_run(&loop_, UV_RUN_ONCE);
    return count_;
  }

  void Wake() override { Check("uv_async_send", uv_async_send(&async_)); }

 private:
  static void Close(uv_poll_t* poll) {
    uv_close(reinterpret_cast<uv_handle_t*>(poll), [](uv_handle_t* handle) {
      delete reinterpret_cast<uv_poll_t*>(handle);
    });
  }

  static void OnReadable(uv_poll_t* poll, int status, int /*events*/) {
    Check("uv_poll_cb", status);
    auto* const self = static_cast<UvSide*>(poll->loop->data);
    if (self->count_ == kMostReady) return;  // It is reported again.
    self->ready_[self->count_++] =
        static_cast<int>(reinterpret_cast<intptr_t>(poll->data));
  }
  static void OnWake(uv_async_t* /*async*/) {}

  uv_loop_t loop_;
  uv_async_t async_;
  std::unordered_map<int, uv_poll_t*> polls_;
  int* ready_ = nullptr;
  int count_ = 0;
};

}  // namespace
}  // namespace benchmarks
}  // namespace mortise

extern "C" mortise::benchmarks::PollerSide* NewPollerSide() {
  return new mortise::benchmarks::UvSide;
}
