// A caller's text inside an error message.

#ifndef MORTISE_CORE_INTERNAL_QUOTE_H_
#define MORTISE_CORE_INTERNAL_QUOTE_H_

#include <string>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

// `text` in double quotes, with everything but printable ASCII escaped as in C,
// so that it can neither break the line nor look like something else. Of a long
// text the beginning stands there, and how long it was.
ABSL_ATTRIBUTE_COLD std::string Quote(absl::string_view text);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_QUOTE_H_
