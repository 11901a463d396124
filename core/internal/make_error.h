// How core/ makes an error. One place decides its code, text and payload, and
// makes sure that the text is one line: an address that cannot be shown as it
// is is quoted (mortise/core/internal/quote.h).

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

// Returns the portable code for `native`, a number that `platform` returned.
ErrorCode PortableCode(const Platform& platform, ErrorDomain domain,
                       int native);

// Whether the status for `code` is made once for all sockets, so that it costs
// no allocation. Such a status mentions no address.
bool IsShared(ErrorCode code);

// Returns the error for `native`, a number that `platform` returned. `address`
// is the text of what the call was about. A status that IsShared leaves it out.
ABSL_ATTRIBUTE_COLD absl::Status PlatformError(const Platform& platform,
                                               Operation operation,
                                               ErrorDomain domain, int native,
                                               absl::string_view address = "");

// Returns the error for a service or protocol that the platform does not know:
// "getservbyname x/tcp: service/proto not found [name_not_found]". It has no
// number, because no platform has one for it. Python's OSError has none either.
ABSL_ATTRIBUTE_COLD absl::Status NameNotFoundError(Operation operation,
                                                   absl::string_view name,
                                                   absl::string_view text);

// Returns the error for a look-up of `asked` for which no thread could be
// started, for the reason `native`:
// "getaddrinfo example.org:80: no thread could be started to look it up:
// Resource temporarily unavailable [no_thread]".
ABSL_ATTRIBUTE_COLD absl::Status NoThreadError(const Platform& platform,
                                               Operation operation, int native,
                                               absl::string_view asked);

// As PlatformError, for a number of the OS.
ABSL_ATTRIBUTE_COLD absl::Status OsError(const Platform& platform,
                                         Operation operation, int native,
                                         absl::string_view address = "");

// Returns the error for a socket's timeout that has run out. Without an address
// it costs no allocation.
ABSL_ATTRIBUTE_COLD absl::Status TimeoutError(Operation operation,
                                              absl::string_view address = "");

// Returns the error for a call that a Cancellation has ended. Without an
// address it costs no allocation.
ABSL_ATTRIBUTE_COLD absl::Status CancelledError(Operation operation,
                                                absl::string_view address = "");

// Returns the error for an argument that cannot be right and was refused before
// it reached the platform: "bind: port: 70000 is not in 0 to 65535 [EINVAL]".
// `code` is kOutOfRange for a number beyond its range, and otherwise
// kInvalidArgument.
ABSL_ATTRIBUTE_COLD absl::Status ArgumentError(absl::StatusCode code,
                                               Operation operation,
                                               absl::string_view argument,
                                               absl::string_view complaint);

// Returns the error for a socket that has been closed.
ABSL_ATTRIBUTE_COLD absl::Status ClosedError(Operation operation);

// Returns the error `native` of a library that is not the operating system. The
// caller knows its meaning, `code`, and its text.
ABSL_ATTRIBUTE_COLD absl::Status LibraryError(ErrorDomain domain,
                                              Operation operation,
                                              ErrorCode code, int native,
                                              absl::string_view text,
                                              absl::string_view address);

// Returns `status`, an error that a step of a call met under the name of the
// step, under the name `operation`: "flush 127.0.0.1:9: Broken pipe [EPIPE]". A
// status that is no error of this library stays as it is.
ABSL_ATTRIBUTE_COLD absl::Status WithOperation(Operation operation,
                                               const absl::Status& status);

// Returns `status` with another text. Its code and its payloads stay.
ABSL_ATTRIBUTE_COLD absl::Status WithMessage(const absl::Status& status,
                                             absl::string_view message);

// Returns the error of a step of a larger operation, with the operation and its
// address in front of the text:
// "create_server 127.0.0.1:80: listen: ...".
ABSL_ATTRIBUTE_COLD absl::Status InContext(Operation operation,
                                           absl::string_view address,
                                           const absl::Status& step);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_MAKE_ERROR_H_
