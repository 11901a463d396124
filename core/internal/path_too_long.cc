#include "mortise/core/internal/path_too_long.h"

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/quote.h"

namespace mortise {
namespace internal {
namespace {

// The longest prefix that reaches a name by an open directory. The number of a
// descriptor has at most ten digits.
constexpr absl::string_view kByDescriptor = "/proc/self/fd/2147483647/";

}  // namespace

absl::Status PathTooLong(Operation operation, absl::string_view path,
                         absl::string_view whose, std::size_t most) {
  std::string complaint = absl::StrCat(path.size(), " bytes are more than ",
                                       whose, " ", most, ": ", Quote(path));
  const bool is_abstract = !path.empty() && path.front() == '\0';
  const std::size_t slash = path.rfind('/');
  if (!is_abstract && slash != absl::string_view::npos) {
    const absl::string_view name = path.substr(slash + 1);
    if (!name.empty() && name.size() <= most) {
      absl::StrAppend(&complaint,
                      "; make its directory the current one and use ",
                      Quote(name));
      if (kByDescriptor.size() + name.size() <= most) {
        absl::StrAppend(&complaint,
                        ", or on Linux open the directory as descriptor N and "
                        "use ",
                        Quote(absl::StrCat("/proc/self/fd/N/", name)));
      }
    }
  }
  return ArgumentError(absl::StatusCode::kInvalidArgument, operation, "path",
                       complaint);
}

}  // namespace internal
}  // namespace mortise
