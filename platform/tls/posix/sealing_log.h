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

#include "mortise/platform/posix/process_number.h"
#include "mortise/platform/process_mark.h"

namespace mortise {
namespace tls {

class SealingLog {
 public:
  SealingLog();
  // Takes no lock, as it runs in forked children.
  ~SealingLog();
  SealingLog(const SealingLog&) = delete;
  SealingLog& operator=(const SealingLog&) = delete;

  // To be called before a sealed record goes out, by one thread at a time.
  // Returns false if another process has sealed since this process got its
  // copy. The record must not go out then.
  bool Note();

  // Whether this process noted last. May be called by any thread at any time.
  bool IsLast() const;

  // Returns false in a forked child of the process that made this object.
  bool IsOfThisProcess() const;

 private:
  struct Page;

  Page* page_;
  // The shared note: the process that sealed last, and how often it was noted.
  std::atomic<std::uint64_t>* last_;
  // The value of the note when this process noted last, or got its copy.
  std::atomic<std::uint64_t> known_{0};
  const ProcessMark maker_ = posix::MarkProcess();
};

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_POSIX_SEALING_LOG_H_
