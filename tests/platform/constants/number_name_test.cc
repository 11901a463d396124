// The names in messages are the names of the tables.

#include "mortise/platform/constants/number_name.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/platform/constants/named_number.h"

namespace mortise {
namespace constants_internal {
namespace {

constexpr std::pair<NumberKind, absl::string_view> kFamilies[] = {
    {NumberKind::kAddressFamily, "AF"},
    {NumberKind::kSocketType, "SOCK"},
    {NumberKind::kProtocol, "IPPROTO"},
    {NumberKind::kOsError, "E"},
    {NumberKind::kOsError, "WSA"},
    {NumberKind::kGetAddrInfoError, "EAI"},
    {NumberKind::kHostLookupError, "H_ERRNO"},
};

// Whether `name` names something. AF_MAX and similar names do not: their
// numbers grow with the headers.
bool Counts(absl::string_view name) {
  return absl::EndsWith(name, "_MAX") || name == "ELAST";
}

TEST(NumberNameTest, IsWhatTheTableSays) {
  int compared = 0;
  for (const auto& [kind, family] : kFamilies) {
    for (const Constant* constant : ConstantFamily(family)) {
      const absl::string_view expected = ConstantName(family, constant->value);
      if (Counts(expected)) continue;
      EXPECT_EQ(NumberName(kind, static_cast<int>(constant->value)), expected);
      ++compared;
    }
  }
  EXPECT_GT(compared, 100);
}

TEST(NumberNameTest, OfSeveralNamesTheCustomaryOneCounts) {
  EXPECT_EQ(NumberName(NumberKind::kAddressFamily, kAfUnix), "AF_UNIX");
  EXPECT_EQ(NumberName(NumberKind::kProtocol, kIpprotoIp), "IPPROTO_IP");
  EXPECT_EQ(NumberName(NumberKind::kHostLookupError, kNoData), "NO_DATA");
}

TEST(NumberNameTest, WhatHasNoNameIsEmpty) {
  for (const auto& [kind, family] : kFamilies) {
    EXPECT_EQ(NumberName(kind, 123456), "") << family;
    EXPECT_EQ(NumberName(kind, -123456), "") << family;
  }
}

TEST(NumberNameTest, NoNameCountsAFamily) {
  for (const auto& [kind, family] : kFamilies) {
    std::set<std::string> names;
    for (const NamedNumber& named : NamedNumbers(kind)) {
      EXPECT_FALSE(Counts(named.name)) << named.name;
      EXPECT_TRUE(names.insert(named.name).second) << named.name;
    }
    EXPECT_FALSE(names.empty()) << family;
  }
}

}  // namespace
}  // namespace constants_internal
}  // namespace mortise
