// What GetAddrInfo and AddressLookup have in common: what they ask a platform,
// and how they convert its answer.

#ifndef MORTISE_CORE_INTERNAL_ADDR_INFO_QUERY_H_
#define MORTISE_CORE_INTERNAL_ADDR_INFO_QUERY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/addr_info.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"

namespace mortise {
namespace internal {

// Returns the question. Fails with kInvalidArgument if a name holds a NUL, and
// with kOutOfRange if the timeout of `options` is negative.
absl::StatusOr<AddrInfoQuery> MakeQuery(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options);

// What a look-up with `options` hands to their platform.
struct AddrInfoRequest {
  Platform* platform;
  AddrInfoQuery query;
  CallLimit limit;
};

// Returns it. Fails as MakeQuery, and if there is no interrupt for the
// cancellation.
absl::StatusOr<AddrInfoRequest> MakeRequest(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options);

// Returns a port as a service, or kOutOfRange if it is not in 0 to 65535.
absl::StatusOr<std::string> ServiceOf(int port);

// Returns what was asked for, as text: "example.org:80".
std::string TextOf(const AddrInfoQuery& query);

// Returns what was found, or the reason why nothing was found.
absl::StatusOr<std::vector<AddrInfo>> TakeAddrInfos(const Platform& platform,
                                                    const AddrInfoQuery& query,
                                                    FoundAddresses found);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_ADDR_INFO_QUERY_H_
