// Hosts that are written as numbers, and their texts.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_NUMERIC_HOST_H_
#define MORTISE_PLATFORM_SIM_KERNEL_NUMERIC_HOST_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

// The operating system of the build reads and writes the numbers, without
// asking a server. All are thread-safe.

// Returns the address that `text` is, such as "127.1" or "::1", or nullopt if
// it is no number. There is no scope in it.
std::optional<SockAddr> ReadNumericHost(absl::string_view text);

// Returns the text of an IP address, without its scope.
std::string NumericHost(const SockAddr& address);

// The same for addresses inside of the simulation.
std::optional<IpAddress> ReadNumericIp(absl::string_view text);
std::string NumericIp(const IpAddress& ip);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_NUMERIC_HOST_H_
