#include "mortise/core/constants.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/constants/constant.h"
#include "mortise/platform/constants/native_table.h"
#include "mortise/platform/constants/tables.h"

namespace mortise {
namespace {

using constants_internal::GetNativeTable;
using constants_internal::NativeTable;
using constants_internal::TableOf;

constexpr std::pair<Os, absl::string_view> kOsNames[] = {
    {Os::kLinux, "linux"},
    {Os::kMacos, "macos"},
    {Os::kWindows, "windows"},
};

std::vector<absl::string_view> NamesThatHeadersLack(const NativeTable& native) {
  std::vector<absl::string_view> names;
  for (absl::Span<const char* const> list : native.lacking) {
    for (const char* name : list) {
      if (name != nullptr) names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The constants of an OS, sorted as the look-ups need them. Built at first use.
class Index {
 public:
  explicit Index(Os os) {
    std::vector<absl::string_view> lacking;
    if (os == NativeOs()) lacking = NamesThatHeadersLack(GetNativeTable());
    for (const Constant& constant : TableOf(os)) {
      if (!std::binary_search(lacking.begin(), lacking.end(), constant.name)) {
        by_name_.push_back(constant);
      }
    }
    for (const Constant& constant : by_name_) by_value_.push_back(&constant);
    std::sort(
        by_value_.begin(), by_value_.end(),
        [](const Constant* a, const Constant* b) {
          return std::make_tuple(a->family, a->value, !a->preferred, a->name) <
                 std::make_tuple(b->family, b->value, !b->preferred, b->name);
        });
    for (const Constant* constant : by_value_) {
      if (families_.empty() || families_.back() != constant->family) {
        families_.push_back(constant->family);
      }
    }
  }

  absl::Span<const Constant> by_name() const { return by_name_; }
  absl::Span<const absl::string_view> families() const { return families_; }

  const Constant* Find(absl::string_view name) const {
    auto found = std::lower_bound(
        by_name_.begin(), by_name_.end(), name,
        [](const Constant& constant, absl::string_view wanted) {
          return constant.name < wanted;
        });
    return found != by_name_.end() && found->name == name ? &*found : nullptr;
  }

  absl::Span<const Constant* const> Family(absl::string_view family) const {
    return Range(by_value_.begin(), by_value_.end(), family,
                 [](const Constant* constant) { return constant->family; });
  }

  absl::Span<const Constant* const> Names(absl::string_view family,
                                          std::int64_t value) const {
    absl::Span<const Constant* const> all = Family(family);
    return Range(all.begin(), all.end(), value,
                 [](const Constant* constant) { return constant->value; });
  }

 private:
  // Returns the constants whose key is `wanted`. The range from `begin` to
  // `end` must be sorted by that key.
  template <typename Iterator, typename Key, typename KeyOf>
  static absl::Span<const Constant* const> Range(Iterator begin, Iterator end,
                                                 const Key& wanted,
                                                 KeyOf key_of) {
    Iterator first = std::lower_bound(
        begin, end, wanted, [&](const Constant* constant, const Key& key) {
          return key_of(constant) < key;
        });
    Iterator last = std::upper_bound(
        first, end, wanted, [&](const Key& key, const Constant* constant) {
          return key < key_of(constant);
        });
    if (first == last) return {};
    return {&*first, static_cast<std::size_t>(last - first)};
  }

  std::vector<Constant> by_name_;
  std::vector<const Constant*>
      by_value_;  // Family, value, then names in order.
  std::vector<absl::string_view> families_;
};

// The index is never destroyed, because names may be printed until the program
// ends.
const Index& IndexOf(Os os) {
  switch (os) {
    case Os::kLinux: {
      static const Index* const index = new Index(Os::kLinux);
      return *index;
    }
    case Os::kMacos: {
      static const Index* const index = new Index(Os::kMacos);
      return *index;
    }
    case Os::kWindows:
      break;
  }
  static const Index* const index = new Index(Os::kWindows);
  return *index;
}

}  // namespace

Os NativeOs() {
  static const Os os = GetNativeTable().os;
  return os;
}

absl::string_view OsName(Os os) {
  for (const auto& [known, name] : kOsNames) {
    if (known == os) return name;
  }
  return "";
}

std::optional<Os> FindOs(absl::string_view name) {
  for (const auto& [os, known] : kOsNames) {
    if (known == name) return os;
  }
  return std::nullopt;
}

absl::Span<const Constant> Constants(Os os) { return IndexOf(os).by_name(); }

std::optional<Constant> FindConstant(absl::string_view name, Os os) {
  const Constant* found = IndexOf(os).Find(name);
  if (found == nullptr) return std::nullopt;
  return *found;
}

absl::string_view ConstantName(absl::string_view family, std::int64_t value,
                               Os os) {
  absl::Span<const Constant* const> names = ConstantNames(family, value, os);
  return names.empty() ? absl::string_view() : names.front()->name;
}

absl::Span<const Constant* const> ConstantNames(absl::string_view family,
                                                std::int64_t value, Os os) {
  return IndexOf(os).Names(family, value);
}

absl::Span<const Constant* const> ConstantFamily(absl::string_view family,
                                                 Os os) {
  return IndexOf(os).Family(family);
}

absl::Span<const absl::string_view> ConstantFamilies(Os os) {
  return IndexOf(os).families();
}

}  // namespace mortise
