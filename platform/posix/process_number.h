// Identifies a process, for objects that a forked child inherits and must not
// use.

#ifndef MORTISE_PLATFORM_POSIX_PROCESS_NUMBER_H_
#define MORTISE_PLATFORM_POSIX_PROCESS_NUMBER_H_

#include <cstdint>

#include "mortise/platform/process_mark.h"

namespace mortise {
namespace posix {

// Returns a number of this process, never 0. A relative that was forked after
// the first call in a common ancestor never has the same number, not even after
// one of the two processes has ended. Thread-safe; takes no lock that a child
// could inherit.
//
// This is not getpid(2). A system gives the number of a process that has ended
// to another process, and the first process of every PID namespace has number
// 1.
std::uint32_t ProcessNumber();

// Marks this process.
ProcessMark MarkProcess();

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_PROCESS_NUMBER_H_
