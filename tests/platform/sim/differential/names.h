// Addresses as the steps of a program show them.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_NAMES_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_NAMES_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/platform/sim/differential/program.h"

namespace mortise {
namespace differential {

// Makes the addresses that programs name, and texts of those that a machine
// returns. Ports, and names that the system has chosen, are numbered in the
// order in which they come. For one thread and one run.
class Names {
 public:
  explicit Names(absl::string_view directory) : directory_(directory) {}

  // Not for kOfSocket, which is the machine's.
  SockAddr Make(const PlacedAddress& address) const;
  std::string TextOf(const SockAddr& address);

 private:
  std::string UnixText(absl::string_view name);

  const std::string directory_;
  std::map<std::uint16_t, std::size_t> ports_;
  std::map<std::string, std::size_t> chosen_;
};

}  // namespace differential
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_NAMES_H_
