// What goes wrong with a call of a platform.

#ifndef MORTISE_PLATFORM_FAULT_CALL_FAULT_H_
#define MORTISE_PLATFORM_FAULT_CALL_FAULT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace fault {

// A value type. Const methods are thread-safe, and nothing here blocks.
// CallFaults::Check tells which calls can have which fault.
class CallFault {
 public:
  enum class Kind : std::uint8_t {
    kFail,
    kFailAfter,
    kCut,
    kWouldBlock,
    kFalseReady,
    kTake,
  };

  // The call is not made, and fails with the platform's number for `code`.
  // `code` is one that the platform has a number for, in a domain whose errors
  // the call reports. Besides:
  //   kUnsupported  the call fails as if the platform lacked it
  //   kNoThread     a look-up fails as if no thread could be started for it
  //
  // Close closes the handle all the same, because it does so whatever its
  // result is. Sleep, which reports no error, returns without sleeping.
  static CallFault Fail(ErrorCode code);

  // The call is made. If it succeeds, it fails with the number for `code` all
  // the same. What it has made is closed: sockets, both ends of a pair,
  // descriptors that came with a message, interrupts, poll sets. What was added
  // to a poll set is taken out, and a change is changed back. Other effects
  // stay, so bytes that have been received are lost. The result of a SendFile
  // that fails so tells how many bytes were sent. A call that fails by itself
  // reports its own error.
  //
  // `code` cannot be one by which a platform says that nothing has happened
  // yet: kEagain, kUnsupported, and kEintr except for Close, Connect and waits.
  static CallFault FailAfter(ErrorCode code);

  // The call moves at most `most` bytes, as if there were no more, or no room
  // for more. A wait of a poll set reports at most `most` handles. At least 1.
  // A socket that is no stream moves whole messages, so calls on it are not
  // cut.
  static CallFault Cut(std::size_t most);

  // The call is not made, and fails because it would block. For a socket in
  // blocking mode this means that the time of SO_RCVTIMEO has passed.
  static CallFault WouldBlock();

  // The wait ends at once and reports that a handle is ready: the one that the
  // rule names, or else the first. It has not been looked at. A wait for no
  // handle ends at once and reports nothing.
  static CallFault FalseReady();

  // The call begins `time` later. `time` is finite and not negative. It passes
  // on the clock of the platform behind, in its Sleep. If the call
  // has a timeout, `time` is a part of it, and a look-up ends when it has
  // passed or the look-up is given up.
  //
  // BeginFindAddresses sleeps, too, before it begins. A platform has nothing
  // with which to let time pass elsewhere: threads and timers are the
  // program's.
  static CallFault Take(absl::Duration time);

  Kind kind() const { return kind_; }
  // Of Fail and FailAfter. kEagain for WouldBlock. kUnmapped for others.
  ErrorCode code() const { return code_; }
  // Of Cut. 0 for others.
  std::size_t most() const { return most_; }
  // Of Take. Zero for others.
  absl::Duration time() const { return time_; }

  // Returns "Fail(ECONNRESET)".
  std::string ToString() const;

 private:
  explicit CallFault(Kind kind) : kind_(kind) {}

  Kind kind_;
  ErrorCode code_ = ErrorCode::kUnmapped;
  std::size_t most_ = 0;
  absl::Duration time_ = absl::ZeroDuration();
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_CALL_FAULT_H_
