#include "mortise/platform/sim/kernel/native_number.h"

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/constants/constant.h"
#include "mortise/platform/constants/native_table.h"
#include "mortise/platform/constants/tables.h"

namespace mortise {
namespace sim {
namespace {

using constants_internal::NativeTable;
using constants_internal::TableOf;

bool HeadersLack(const NativeTable& native, absl::string_view name) {
  for (const absl::Span<const char* const> list : native.lacking) {
    for (const char* const lacking : list) {
      if (lacking != nullptr && name == lacking) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<int> NativeNumber(absl::string_view name) {
  static const auto* const native =
      new NativeTable(constants_internal::GetNativeTable());
  for (const Constant& constant : TableOf(native->os)) {
    if (constant.name != name) continue;
    if (HeadersLack(*native, name)) return std::nullopt;
    return static_cast<int>(constant.value);
  }
  return std::nullopt;
}

}  // namespace sim
}  // namespace mortise
