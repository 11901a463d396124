// The network interfaces.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/interfaces.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/interface_calls.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(InterfaceContract, NamesAndIndicesGoBothWays) {
  const absl::StatusOr<std::vector<InterfaceEntry>> all =
      IfNameIndex(&platform());
  ASSERT_THAT(all, IsOk());
  EXPECT_FALSE(all->empty()) << "not even a loopback interface";
  std::set<std::uint32_t> indices;
  for (const InterfaceEntry& entry : *all) {
    EXPECT_NE(entry.index, 0u);
    EXPECT_NE(entry.name, "");
    EXPECT_TRUE(indices.insert(entry.index).second) << entry.index;
    EXPECT_THAT(IfNameToIndex(entry.name, &platform()),
                IsOkAndHolds(entry.index));
    EXPECT_THAT(IfIndexToName(entry.index, &platform()),
                IsOkAndHolds(entry.name));
  }
}

TEST_P(InterfaceContract, WhatIsNotThereIsNotFound) {
  for (const std::string& name :
       {std::string("no interface"), std::string(), std::string(100000, 'x'),
        std::string("\xff")}) {
    const absl::Status status = IfNameToIndex(name, &platform()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
    EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kOs);
    EXPECT_EQ(ErrorOf(status)->operation, "if_nametoindex");
  }
  for (const std::int64_t index :
       {std::int64_t{0}, std::int64_t{0x7ffffff0}, std::int64_t{0xffffffff}}) {
    const absl::Status status = IfIndexToName(index, &platform()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
    EXPECT_EQ(ErrorOf(status)->operation, "if_indextoname");
  }
}

TEST_P(InterfaceContract, WhatCannotBeRightIsNamed) {
  EXPECT_THAT(IfNameToIndex(absl::string_view("lo\0", 3), &platform()),
              RefusesArgument(absl::StatusCode::kInvalidArgument,
                              "if_nametoindex", "name"));
  for (const std::int64_t index :
       {std::int64_t{-1}, std::int64_t{1} << 32, INT64_MIN, INT64_MAX}) {
    EXPECT_THAT(IfIndexToName(index, &platform()),
                RefusesArgument(absl::StatusCode::kOutOfRange, "if_indextoname",
                                "index"));
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
