// How core/ makes an error. One place decides its code, text and payload, and
// sees to it that the text is one line: an address that cannot be shown as it
// is stands there in quotes (mortise/core/internal/quote.h).

#ifndef MORTISE_CORE_INTERNAL_MAKE_ERROR_H_
#define MORTISE_CORE_INTERNAL_MAKE_ERROR_H_

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace internal {

// What `platform` means by a number that it returned.
ErrorCode PortableCode(const Platform& platform, ErrorDomain domain,
                       int native);

// Whether the status for `code` is made once for all sockets, so that it costs
// no allocation. It mentions no address.
bool IsShared(ErrorCode code);

// The error for such a number. `address` is the text of what the call was
// about; a would-block leaves it out, because it is made once for all sockets.
ABSL_ATTRIBUTE_COLD absl::Status PlatformError(const Platform& platform,
                                               Operation operation,
                                               ErrorDomain domain, int native,
                                               absl::string_view address = "");

// The platform knows no such service or protocol, and has no number that says
// so; Python's OSError has none either. "getservbyname x/tcp: service/proto not
// found [name_not_found]".
ABSL_ATTRIBUTE_COLD absl::Status NameNotFoundError(Operation operation,
                                                   absl::string_view name,
                                                   absl::string_view text);

// No thread could be started for a look-up of `asked`, for the reason `native`:
// "getaddrinfo example.org:80: no thread could be started to look it up:
// Resource temporarily unavailable [no_thread]".
ABSL_ATTRIBUTE_COLD absl::Status NoThreadError(const Platform& platform,
                                               Operation operation, int native,
                                               absl::string_view asked);

// As PlatformError, for a number of the OS.
ABSL_ATTRIBUTE_COLD absl::Status OsError(const Platform& platform,
                                         Operation operation, int native,
                                         absl::string_view address = "");

// The socket's timeout ran out. Without an address it costs no allocation.
ABSL_ATTRIBUTE_COLD absl::Status TimeoutError(Operation operation,
                                              absl::string_view address = "");

// An argument that cannot be right, refused before it reached the platform:
// "bind: port: 70000 is not in 0 to 65535 [EINVAL]". `code` kOutOfRange for a
// number beyond its range, kInvalidArgument for anything else.
ABSL_ATTRIBUTE_COLD absl::Status ArgumentError(absl::StatusCode code,
                                               Operation operation,
                                               absl::string_view argument,
                                               absl::string_view complaint);

// The socket has been closed.
ABSL_ATTRIBUTE_COLD absl::Status ClosedError(Operation operation);

// `status` with another text. Its code and its payloads stay.
ABSL_ATTRIBUTE_COLD absl::Status WithMessage(const absl::Status& status,
                                             absl::string_view message);

// The error of a step, told by whoever took it on the way to something else:
// "create_server 127.0.0.1:80: listen: ...".
ABSL_ATTRIBUTE_COLD absl::Status InContext(Operation operation,
                                           absl::string_view address,
                                           const absl::Status& step);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_MAKE_ERROR_H_
