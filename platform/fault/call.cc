#include "mortise/platform/fault/call.h"

#include <cstddef>
#include <iterator>

#include "absl/strings/string_view.h"

namespace mortise {
namespace fault {
namespace {

constexpr absl::string_view kNames[] = {
    "any call",
#define MORTISE_FAULT_CALL(enumerator, name, domain, kinds) name,
#include "mortise/platform/fault/calls.inc"
#undef MORTISE_FAULT_CALL
};

}  // namespace

absl::string_view CallName(Call call) {
  const auto index = static_cast<std::size_t>(call);
  return index < std::size(kNames) ? kNames[index] : absl::string_view();
}

}  // namespace fault
}  // namespace mortise
