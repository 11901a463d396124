#include "mortise/tools/mortise/background_thread.h"

#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace mortise::program {

void RunInBackground(std::function<void()> work) {
  // The threads are not detached: with MinGW's threads (winpthreads 10), one
  // that is detached while it begins may never run. The objects are kept where
  // leak checkers find them.
  static auto& threads = *new std::vector<std::thread>();
  threads.emplace_back(std::move(work));
}

}  // namespace mortise::program
