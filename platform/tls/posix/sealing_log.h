// This knows which process has sealed last, of all that have a copy of a
// connection.
//
// fork(2) copies a session with its keys and the number of its next record. If
// two processes went on, two records would be sealed with one number, which
// gives away what is in them. So what is sealed is noted in memory that the
// processes share.

#ifndef MORTISE_PLATFORM_TLS_POSIX_SEALING_LOG_H_
#define MORTISE_PLATFORM_TLS_POSIX_SEALING_LOG_H_

#include <atomic>
#include <cstdint>

namespace mortise {
namespace tls {

class SealingLog {
 public:
  SealingLog();
  // Takes no lock, as it runs in forked children.
  ~SealingLog();
  SealingLog(const SealingLog&) = delete;
  SealingLog& operator=(const SealingLog&) = delete;

  // To be called before something that has been sealed goes out. False if
  // another process has sealed since this one's copy was made: it must not go
  // out then. Not by two threads at a time.
  bool Note();

  // Whether this process noted last. On any thread, at any time.
  bool IsLast() const;

  // False in a forked child of the process that made it.
  bool IsOfThisProcess() const;

 private:
  struct Page;

  Page* page_;
  // The shared note: the process that sealed last, and how often it was noted.
  std::atomic<std::uint64_t>* last_;
  // What it was when this process noted last, or got its copy.
  std::atomic<std::uint64_t> known_{0};
  const std::uint32_t maker_;
};

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_POSIX_SEALING_LOG_H_
