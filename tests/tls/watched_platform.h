// The operating system as it stands below TLS in tests that are about what TLS
// asks of it: it counts, and on demand it has no room to send, fails or lies.
//
//   static auto* const below = new WatchedPlatform;  // outlives its sockets
//   Ends ends = MustMeet({}, &below->platform());
//   below->HoldSendingAfter(100);
//   std::thread sending([&] { status = ends.client.WriteAll(data); });
//   below->AwaitHeld();  // a record is sealed now, and 100 bytes of it are out
//   below->LetSend();

#ifndef MORTISE_TESTS_TLS_WATCHED_PLATFORM_H_
#define MORTISE_TESTS_TLS_WATCHED_PLATFORM_H_

#include <condition_variable>  // NOLINT(build/c++11)
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>  // NOLINT(build/c++11)

#include "mortise/platform/backend.h"

namespace mortise {
namespace testing_tls {

// Thread-safe. Must outlive every socket made with it.
class WatchedPlatform {
 public:
  // What is reported in place of a number of bytes.
  using Lie = std::function<std::size_t(std::size_t)>;

  WatchedPlatform();
  ~WatchedPlatform();
  WatchedPlatform(const WatchedPlatform&) = delete;
  WatchedPlatform& operator=(const WatchedPlatform&) = delete;

  Platform& platform();

  // How often it has been asked to send or to receive.
  int transfers() const;

  // There is room for `size` more bytes, and then for none until LetSend. A
  // Shutdown lets everything go.
  void HoldSendingAfter(std::size_t size);
  void LetSend();
  // Waits until a send has found no room since HoldSendingAfter, or LetSend.
  void AwaitHeld();

  // The next wait for room is interrupted by a signal.
  void InterruptNextWait();

  void LieAboutSent(Lie lie);
  void LieAboutReceived(Lie lie);

 private:
  class Sockets;
  class Readiness;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int transfers_ = 0;
  std::size_t room_;
  bool held_ = false;
  bool interrupts_ = false;
  Lie sent_;
  Lie received_;

  std::unique_ptr<Sockets> sockets_;
  std::unique_ptr<Readiness> readiness_;
  std::unique_ptr<Platform> platform_;
};

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_TLS_WATCHED_PLATFORM_H_
