// The sockets of a kernel, for people.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_NETSTAT_H_
#define MORTISE_PLATFORM_SIM_KERNEL_NETSTAT_H_

#include <string>
#include <vector>

#include "mortise/platform/sim/kernel/socket.h"

namespace mortise {
namespace sim {

class Kernel;

struct NetstatRow {
  SocketStatus status;
  // OpenFile::owner. Empty for a connection that no file refers to any more.
  std::string owner;
};

// Returns the sockets that have a handle, in the order of the handles, and then
// the TCP connections that have none, in the order in which they were made.
// Descriptors that are on their way in a message are left out. Thread safety
// as of Kernel.
std::vector<NetstatRow> NetstatOf(const Kernel& kernel);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_NETSTAT_H_
