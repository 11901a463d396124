// The error numbers of a system beside their portable names, to be looked up
// either way.

#ifndef MORTISE_PLATFORM_ERROR_TABLE_H_
#define MORTISE_PLATFORM_ERROR_TABLE_H_

#include "absl/types/span.h"
#include "mortise/platform/error_code.h"

namespace mortise {

struct ErrorMapping {
  int native;
  ErrorCode code;
};

// One table for each domain that has numbers of the system.
struct ErrorTable {
  absl::Span<const ErrorMapping> os;
  absl::Span<const ErrorMapping> get_addr_info;
  absl::Span<const ErrorMapping> host_lookup;

  // kUnmapped for a number that is not there. Of two entries with one number
  // the first counts.
  ErrorCode Code(ErrorDomain domain, int native) const;
  // 0 for a code that is not there. Of two entries with one code the first
  // counts.
  int Native(ErrorCode code) const;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_ERROR_TABLE_H_
