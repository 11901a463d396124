#include "mortise/platform/sim/host/netstat.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host/address_text.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/netstat.h"
#include "mortise/platform/sim/kernel/socket.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::size_t kColumns = 7;
using Line = std::array<std::string, kColumns>;

Line LineOf(const NetstatRow& row) {
  const SocketStatus& status = row.status;
  return {status.protocol,
          absl::StrCat(status.receive_queue),
          absl::StrCat(status.send_queue),
          AddressText(status.local),
          status.remote.has_value() ? AddressText(*status.remote) : "",
          status.state,
          row.owner};
}

}  // namespace

std::string NetstatText(absl::string_view host, const Kernel& kernel) {
  std::vector<Line> lines = {
      {"Proto", "Recv-Q", "Send-Q", "Local", "Remote", "State", "Owner"}};
  for (const NetstatRow& row : NetstatOf(kernel)) {
    lines.push_back(LineOf(row));
  }
  if (lines.size() == 1) return absl::StrCat(host, ": no sockets\n");
  std::array<std::size_t, kColumns> widths = {};
  for (Line& line : lines) {
    for (std::size_t i = 0; i < kColumns; ++i) {
      if (line[i].empty()) line[i] = "-";
      widths[i] = std::max(widths[i], line[i].size());
    }
  }
  std::string text = absl::StrCat(host, ":\n");
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < kColumns; ++i) {
      absl::StrAppend(&text, "  ", line[i]);
      if (i + 1 < kColumns) text.append(widths[i] - line[i].size(), ' ');
    }
    text.push_back('\n');
  }
  return text;
}

}  // namespace sim
}  // namespace mortise
