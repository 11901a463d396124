#include "mortise/core/internal/make_error.h"

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "mortise/core/internal/error_payload.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/quote.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {
namespace {

// Returns Abseil's coarse code for a portable code. A code that is missing here
// becomes kUnknown, because nobody can say what to do about it.
absl::StatusCode StatusCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kEacces:
    case ErrorCode::kEperm:
      return absl::StatusCode::kPermissionDenied;
    case ErrorCode::kEaddrinuse:
    case ErrorCode::kEexist:
      return absl::StatusCode::kAlreadyExists;
    // Worth another try, on this socket or a new one.
    case ErrorCode::kEagain:
    case ErrorCode::kEaiAgain:
    case ErrorCode::kEalready:
    case ErrorCode::kEconnaborted:
    case ErrorCode::kEconnrefused:
    case ErrorCode::kEconnreset:
    case ErrorCode::kEhostdown:
    case ErrorCode::kEhostunreach:
    case ErrorCode::kEinprogress:
    case ErrorCode::kEintr:
    case ErrorCode::kEnetdown:
    case ErrorCode::kEnetreset:
    case ErrorCode::kEnetunreach:
    case ErrorCode::kEnonet:
    case ErrorCode::kEpipe:
    case ErrorCode::kEshutdown:
    case ErrorCode::kTryAgain:
      return absl::StatusCode::kUnavailable;
    // The socket or the machine is not in the state that the call needs.
    case ErrorCode::kEaddrnotavail:
    case ErrorCode::kEbadf:
    case ErrorCode::kEdestaddrreq:
    case ErrorCode::kEisconn:
    case ErrorCode::kEnotconn:
    case ErrorCode::kErofs:
      return absl::StatusCode::kFailedPrecondition;
    case ErrorCode::kEaiBadflags:
    case ErrorCode::kEaiFamily:
    case ErrorCode::kEaiSocktype:
    case ErrorCode::kEfault:
    case ErrorCode::kEilseq:
    case ErrorCode::kEinval:
    case ErrorCode::kEisdir:
    case ErrorCode::kEloop:
    case ErrorCode::kEmsgsize:
    case ErrorCode::kEnametoolong:
    case ErrorCode::kEnotdir:
    case ErrorCode::kEnotsock:
    case ErrorCode::kEprototype:
      return absl::StatusCode::kInvalidArgument;
    case ErrorCode::kEaiAddrfamily:
    case ErrorCode::kEaiNodata:
    case ErrorCode::kEaiNoname:
    case ErrorCode::kEaiService:
    case ErrorCode::kEnodev:
    case ErrorCode::kEnoent:
    case ErrorCode::kEnxio:
    case ErrorCode::kHostNotFound:
    case ErrorCode::kNameNotFound:
    case ErrorCode::kNoData:
      return absl::StatusCode::kNotFound;
    case ErrorCode::kEaiMemory:
    case ErrorCode::kEdquot:
    case ErrorCode::kEmfile:
    case ErrorCode::kEnfile:
    case ErrorCode::kEnobufs:
    case ErrorCode::kEnomem:
    case ErrorCode::kEnospc:
    case ErrorCode::kEtoomanyrefs:
    case ErrorCode::kEusers:
    case ErrorCode::kNoThread:
      return absl::StatusCode::kResourceExhausted;
    case ErrorCode::kEafnosupport:
    case ErrorCode::kEnoprotoopt:
    case ErrorCode::kEnosys:
    case ErrorCode::kEopnotsupp:
    case ErrorCode::kEpfnosupport:
    case ErrorCode::kEprotonosupport:
    case ErrorCode::kEsocktnosupport:
    case ErrorCode::kUnsupported:
      return absl::StatusCode::kUnimplemented;
    case ErrorCode::kEaiOverflow:
    case ErrorCode::kEoverflow:
      return absl::StatusCode::kOutOfRange;
    case ErrorCode::kEtimedout:
      return absl::StatusCode::kDeadlineExceeded;
    case ErrorCode::kEcanceled:
      return absl::StatusCode::kCancelled;
    case ErrorCode::kTlsCertificate:
      return absl::StatusCode::kUnauthenticated;
    case ErrorCode::kTlsAlert:
      return absl::StatusCode::kPermissionDenied;
    case ErrorCode::kTlsProtocol:
    case ErrorCode::kTlsTruncated:
      return absl::StatusCode::kDataLoss;
    default:
      return absl::StatusCode::kUnknown;
  }
}

absl::Status Build(absl::StatusCode status_code, const ErrorHead& head,
                   absl::string_view address, absl::string_view text) {
  const absl::string_view name = OperationName(head.operation);
  const std::string shown = Shown(address);
  absl::Status status(status_code, absl::StrCat(name, shown.empty() ? "" : " ",
                                                shown, ": ", OneLine(text)));
  AttachError(head, shown, &status);
  return status;
}

// Returns the text of an error with `name` in brackets, or with its number if
// it has no name.
std::string WithName(absl::string_view text, absl::string_view name,
                     int native) {
  return absl::StrCat(text, text.empty() ? "[" : " [",
                      name.empty() ? absl::StrCat(native) : std::string(name),
                      "]");
}

absl::Status BuildPlatformError(const Platform& platform, const ErrorHead& head,
                                absl::string_view address) {
  if (head.code == ErrorCode::kUnsupported) {
    return Build(StatusCodeOf(head.code), head, address,
                 "not supported on this platform [unsupported]");
  }
  const ErrorCalls& errors = platform.errors();
  absl::string_view name = ErrorCodeName(head.code);
  if (name.empty()) name = errors.Name(head.domain, head.native);
  return Build(
      StatusCodeOf(head.code), head, address,
      WithName(errors.Text(head.domain, head.native), name, head.native));
}

// Would-block, timeout and cancellation are everyday answers, so their statuses
// are made once and then shared: copying a status costs no allocation. Each
// operation has a list with one entry per number that has meant "would block",
// which are one or two, one for the timeout, and one for the cancellation.
// Entries are never freed.
struct FrequentError {
  ErrorHead head;
  absl::Status status;
  const FrequentError* next;
};

std::atomic<const FrequentError*> frequent_errors[kOperationCount];

template <typename BuildStatus>
absl::Status Frequent(const ErrorHead& head, BuildStatus build) {
  std::atomic<const FrequentError*>& list =
      frequent_errors[static_cast<int>(head.operation)];
  const FrequentError* first = list.load(std::memory_order_acquire);
  for (const FrequentError* e = first; e != nullptr; e = e->next) {
    if (e->head.native == head.native && e->head.code == head.code &&
        e->head.domain == head.domain) {
      return e->status;
    }
  }
  auto* const entry = new FrequentError{head, build(), first};
  // Losing the race to another thread leaves two equal entries, which is fine.
  while (!list.compare_exchange_weak(entry->next, entry,
                                     std::memory_order_acq_rel)) {
  }
  return entry->status;
}

}  // namespace

ErrorCode PortableCode(const Platform& platform, ErrorDomain domain,
                       int native) {
  if (native == kNotSupportedError) return ErrorCode::kUnsupported;
  return platform.facts().errors.Code(domain, native);
}

bool IsShared(ErrorCode code) {
  return code == ErrorCode::kEagain || code == ErrorCode::kEinprogress ||
         code == ErrorCode::kEalready;
}

absl::Status PlatformError(const Platform& platform, Operation operation,
                           ErrorDomain domain, int native,
                           absl::string_view address) {
  const ErrorHead head = {domain, operation,
                          PortableCode(platform, domain, native), native};
  if (IsShared(head.code)) {
    return Frequent(head,
                    [&] { return BuildPlatformError(platform, head, ""); });
  }
  return BuildPlatformError(platform, head, address);
}

absl::Status NameNotFoundError(Operation operation, absl::string_view name,
                               absl::string_view text) {
  const ErrorHead head = {ErrorDomain::kOs, operation, ErrorCode::kNameNotFound,
                          0};
  return Build(StatusCodeOf(head.code), head, name,
               absl::StrCat(text, " [", ErrorCodeName(head.code), "]"));
}

absl::Status NoThreadError(const Platform& platform, Operation operation,
                           int native, absl::string_view asked) {
  const ErrorHead head = {ErrorDomain::kOs, operation, ErrorCode::kNoThread,
                          native};
  return Build(StatusCodeOf(head.code), head, asked,
               absl::StrCat("no thread could be started to look it up: ",
                            platform.errors().Text(head.domain, native), " [",
                            ErrorCodeName(head.code), "]"));
}

absl::Status OsError(const Platform& platform, Operation operation, int native,
                     absl::string_view address) {
  return PlatformError(platform, operation, ErrorDomain::kOs, native, address);
}

absl::Status TimeoutError(Operation operation, absl::string_view address) {
  const ErrorHead head = {ErrorDomain::kTimeout, operation,
                          ErrorCode::kEtimedout, 0};
  const auto build = [&] {
    return Build(absl::StatusCode::kDeadlineExceeded, head, address,
                 "timed out");
  };
  return address.empty() ? Frequent(head, build) : build();
}

absl::Status CancelledError(Operation operation, absl::string_view address) {
  const ErrorHead head = {ErrorDomain::kCancelled, operation,
                          ErrorCode::kEcanceled, 0};
  const auto build = [&] {
    return Build(StatusCodeOf(head.code), head, address, "cancelled");
  };
  return address.empty() ? Frequent(head, build) : build();
}

absl::Status ArgumentError(absl::StatusCode code, Operation operation,
                           absl::string_view argument,
                           absl::string_view complaint) {
  const ErrorHead head = {ErrorDomain::kUsage, operation, ErrorCode::kEinval,
                          0};
  return Build(code, head, "",
               absl::StrCat(argument, ": ", complaint, " [EINVAL]"));
}

absl::Status ClosedError(Operation operation) {
  const ErrorHead head = {ErrorDomain::kUsage, operation, ErrorCode::kEbadf, 0};
  return Build(absl::StatusCode::kFailedPrecondition, head, "",
               "the socket is closed [EBADF]");
}

absl::Status LibraryError(ErrorDomain domain, Operation operation,
                          ErrorCode code, int native, absl::string_view text,
                          absl::string_view address) {
  const ErrorHead head = {domain, operation, code, native};
  return Build(StatusCodeOf(code), head, address,
               WithName(text, ErrorCodeName(code), native));
}

absl::Status WithOperation(Operation operation, const absl::Status& status) {
  const ErrorPayload payload(status);
  const absl::string_view name = OperationName(operation);
  if (!payload.present() || payload.operation() == name) return status;
  absl::string_view rest = status.message();
  absl::Status renamed = absl::ConsumePrefix(&rest, payload.operation())
                             ? WithMessage(status, absl::StrCat(name, rest))
                             : status;
  AttachError({payload.domain(), operation,
               ErrorCodeFromName(payload.code_name()), payload.native()},
              payload.address(), &renamed);
  return renamed;
}

absl::Status WithMessage(const absl::Status& status,
                         absl::string_view message) {
  absl::Status result(status.code(), message);
  status.ForEachPayload(
      [&result](absl::string_view name, const absl::Cord& payload) {
        result.SetPayload(name, payload);
      });
  return result;
}

absl::Status InContext(Operation operation, absl::string_view address,
                       const absl::Status& step) {
  return WithMessage(step, absl::StrCat(OperationName(operation), " ",
                                        Shown(address), ": ", step.message()));
}

}  // namespace internal
}  // namespace mortise
