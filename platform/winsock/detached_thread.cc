#include "mortise/platform/winsock/detached_thread.h"

#include <functional>
#include <memory>
#include <utility>

#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

DWORD WINAPI RunAndForget(void* argument) {
  const std::unique_ptr<std::function<void()>> work(
      static_cast<std::function<void()>*>(argument));
  (*work)();
  return 0;
}

}  // namespace

// std::thread will not do: with MinGW's, under Wine, Abseil's locks can miss a
// wake-up in the first threads of a process.
int RunDetached(std::function<void()> work) {
  auto owned = std::make_unique<std::function<void()>>(std::move(work));
  const HANDLE thread =
      CreateThread(nullptr, 0, &RunAndForget, owned.get(), 0, nullptr);
  if (thread == nullptr) return static_cast<int>(GetLastError());
  owned.release();  // the thread deletes it
  CloseHandle(thread);
  return 0;
}

}  // namespace winsock
}  // namespace mortise
