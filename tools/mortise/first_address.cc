#include "mortise/tools/mortise/first_address.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {

absl::StatusOr<Endpoint> OpenFirst(
    absl::Span<const AddrInfo> addresses,
    const std::function<absl::StatusOr<Endpoint>(const AddrInfo&)>& open) {
  absl::Status last;
  std::vector<std::string> failures;
  for (const AddrInfo& info : addresses) {
    absl::StatusOr<Endpoint> endpoint = open(info);
    if (endpoint.ok()) return endpoint;
    last = endpoint.status();
    failures.emplace_back(last.message());
  }
  return absl::Status(last.code(), absl::StrJoin(failures, "; "));
}

}  // namespace mortise::program
