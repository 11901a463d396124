// The error numbers of a system beside their portable codes, to be looked up in
// either direction.

#ifndef MORTISE_PLATFORM_ERROR_TABLE_H_
#define MORTISE_PLATFORM_ERROR_TABLE_H_

#include "absl/types/span.h"
#include "mortise/platform/error_code.h"

namespace mortise {

// An error number of the system, and what it means.
struct ErrorMapping {
  int native;
  ErrorCode code;
};

// One list of mappings for each domain whose numbers are the system's. The
// lists are not owned and must outlive every use of the table. Const methods
// are thread-safe, and nothing here blocks.
struct ErrorTable {
  absl::Span<const ErrorMapping> os;
  absl::Span<const ErrorMapping> get_addr_info;
  absl::Span<const ErrorMapping> host_lookup;

  // Returns the code of `native`, or kUnmapped if the domain has no such entry.
  // If two entries have the same number, the first one counts.
  ErrorCode Code(ErrorDomain domain, int native) const;
  // Returns the number of `code`, or kNotSupportedError if no list has such an
  // entry, so that it never means success. If two entries have the same code,
  // the first one counts; `os` comes before `get_addr_info`, and
  // `get_addr_info` before `host_lookup`.
  int Native(ErrorCode code) const;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_ERROR_TABLE_H_
