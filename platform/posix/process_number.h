// Which process this is, for what a forked child inherits and must not use.

#ifndef MORTISE_PLATFORM_POSIX_PROCESS_NUMBER_H_
#define MORTISE_PLATFORM_POSIX_PROCESS_NUMBER_H_

#include <cstdint>

namespace mortise {
namespace posix {

// A number of this process, which none of its relatives has ever had that was
// forked after the first call in a common ancestor; never 0. Thread-safe, and
// takes no lock that a child could inherit.
//
// That is not getpid(2): systems give the number of a process that has ended to
// another one, and the first process of every PID namespace is number 1.
std::uint32_t ProcessNumber();

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_PROCESS_NUMBER_H_
