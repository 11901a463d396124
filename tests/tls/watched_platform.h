// The operating system below TLS, for tests about what TLS asks of it. It
// counts the calls. On demand it has no room to send, interrupts a wait, or
// reports wrong sizes.
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
#include <vector>

#include "mortise/platform/backend.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace testing_tls {

// Thread-safe. Must outlive every socket made with it.
class WatchedPlatform {
 public:
  // Returns the number of bytes that is reported in place of the true one.
  using Lie = std::function<std::size_t(std::size_t)>;

  WatchedPlatform();
  ~WatchedPlatform();
  WatchedPlatform(const WatchedPlatform&) = delete;
  WatchedPlatform& operator=(const WatchedPlatform&) = delete;

  Platform& platform();

  // Returns how often the platform has been asked to send or to receive.
  int transfers() const;

  // From now on there is room for `size` more bytes, and then for none until
  // LetSend is called. A Shutdown has the effect of LetSend.
  void HoldSendingAfter(std::size_t size);
  void LetSend();
  // Makes room for `size` bytes, and wakes nobody who waits for room. Linux
  // does so too: a send finds room before poll(2) tells of it.
  void MakeRoomUnannounced(std::size_t size);
  // Waits until a send has found no room since HoldSendingAfter, or until
  // LetSend is called.
  void AwaitHeld();

  // Returns how often the platform has been asked to wait, and waits until it
  // has been asked so often.
  int waits() const;
  void AwaitWaits(int waits);

  // Makes the next wait for room fail as if a signal had interrupted it.
  void InterruptNextWait();

  void LieAboutSent(Lie lie);
  void LieAboutReceived(Lie lie);

 private:
  class Sockets;
  class Readiness;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int transfers_ = 0;
  int waits_ = 0;
  std::size_t room_;
  bool held_ = false;
  bool interrupts_ = false;
  // The threads that wait for room.
  std::vector<WaitInterrupt*> waiters_;
  Lie sent_;
  Lie received_;

  std::unique_ptr<Sockets> sockets_;
  std::unique_ptr<Readiness> readiness_;
  std::unique_ptr<Platform> platform_;
};

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_TLS_WATCHED_PLATFORM_H_
