#include "mortise/platform/sim/host/leaks.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host/address_text.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/socket.h"

namespace mortise {
namespace sim {

std::vector<std::string> LeaksOf(absl::string_view host, const Kernel& kernel,
                                 const std::vector<std::string>& left) {
  std::vector<std::string> lines;
  for (const std::shared_ptr<OpenFile>& file : kernel.handles().Files()) {
    if (std::find(left.begin(), left.end(), file->owner()) != left.end()) {
      continue;
    }
    const SocketStatus status = file->socket().Status();
    std::string line = absl::StrCat(host, ": ", status.protocol);
    const std::string local = AddressText(status.local);
    if (!local.empty()) absl::StrAppend(&line, " ", local);
    if (status.remote.has_value()) {
      absl::StrAppend(&line, " to ", AddressText(*status.remote));
    }
    if (*status.state != 0) absl::StrAppend(&line, " ", status.state);
    absl::StrAppend(&line, ", made by ", file->owner());
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace sim
}  // namespace mortise
