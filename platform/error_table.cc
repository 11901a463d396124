#include "mortise/platform/error_table.h"

#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

ErrorCode ErrorTable::Code(ErrorDomain domain, int native) const {
  absl::Span<const ErrorMapping> mappings;
  switch (domain) {
    case ErrorDomain::kOs:
      mappings = os;
      break;
    case ErrorDomain::kGetAddrInfo:
      mappings = get_addr_info;
      break;
    case ErrorDomain::kHostLookup:
      mappings = host_lookup;
      break;
    default:
      break;  // the other domains have no numbers of the OS
  }
  for (const ErrorMapping& mapping : mappings) {
    if (mapping.native == native) return mapping.code;
  }
  return ErrorCode::kUnmapped;
}

int ErrorTable::Native(ErrorCode code) const {
  for (const absl::Span<const ErrorMapping> mappings :
       {os, get_addr_info, host_lookup}) {
    for (const ErrorMapping& mapping : mappings) {
      if (mapping.code == code) return mapping.native;
    }
  }
  return kNotSupportedError;
}

}  // namespace mortise
