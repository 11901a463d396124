#include "mortise/platform/winsock/interfaces.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/errors.h"

namespace mortise {
namespace winsock {
namespace {

TEST(InterfacesTest, NamesAndIndicesGoBothWays) {
  Interfaces interfaces;
  int seen = 0;
  for (std::uint32_t index = 1; index < 100; ++index) {
    const SysResult<std::string> name = interfaces.IndexToName(index);
    if (!name.ok()) continue;
    ++seen;
    EXPECT_NE(name.value, "");
    const SysResult<std::uint32_t> back = interfaces.NameToIndex(name.value);
    EXPECT_TRUE(back.ok()) << name.value;
    EXPECT_EQ(back.value, index) << name.value;
  }
  EXPECT_GT(seen, 0) << "not even a loopback interface";
}

TEST(InterfacesTest, TheListHasThemAll) {
  Interfaces interfaces;
  const SysResult<std::vector<InterfaceEntry>> listed = interfaces.List();
  ASSERT_TRUE(listed.ok());
  std::set<std::uint32_t> indices;
  for (const InterfaceEntry& entry : listed.value) {
    indices.insert(entry.index);
    EXPECT_EQ(interfaces.NameToIndex(entry.name).value, entry.index)
        << entry.name;
  }
  for (std::uint32_t index = 1; index < 100; ++index) {
    EXPECT_EQ(interfaces.IndexToName(index).ok(), indices.count(index) == 1)
        << index;
  }
}

TEST(InterfacesTest, WhatIsNotThereIsNoDevice) {
  Interfaces interfaces;
  for (const char* const name :
       {"no-such-if", "",
        "no name of an interface can be as long as this is"}) {
    const SysResult<std::uint32_t> index = interfaces.NameToIndex(name);
    EXPECT_EQ(kErrors.Code(ErrorDomain::kOs, index.error), ErrorCode::kEnodev)
        << name;
    EXPECT_EQ(index.value, 0u) << name;
  }
  for (const std::uint32_t index : {0u, 0x7ffffff0u}) {
    const SysResult<std::string> name = interfaces.IndexToName(index);
    EXPECT_EQ(kErrors.Code(ErrorDomain::kOs, name.error), ErrorCode::kEnodev)
        << index;
    EXPECT_EQ(name.value, "") << index;
  }
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
