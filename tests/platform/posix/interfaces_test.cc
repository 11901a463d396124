#include "mortise/platform/posix/interfaces.h"

#include <net/if.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

TEST(InterfacesTest, NamesAndIndicesGoBothWays) {
  Interfaces interfaces;
  struct if_nameindex* const all = if_nameindex();
  ASSERT_NE(all, nullptr);
  int seen = 0;
  for (const struct if_nameindex* i = all; i->if_index != 0; ++i, ++seen) {
    const SysResult<std::uint32_t> index = interfaces.NameToIndex(i->if_name);
    EXPECT_TRUE(index.ok());
    EXPECT_EQ(index.value, i->if_index);
    const SysResult<std::string> name = interfaces.IndexToName(i->if_index);
    EXPECT_TRUE(name.ok());
    EXPECT_EQ(name.value, i->if_name);
  }
  if_freenameindex(all);
  EXPECT_GT(seen, 0) << "not even a loopback interface";
}

TEST(InterfacesTest, KernelControlsAreThoseOfMacOs) {
  EXPECT_FALSE(Interfaces().KernelControlId("no.such.control").ok());
#ifdef AF_SYSTEM
  EXPECT_NE(Interfaces().KernelControlId("com.apple.net.utun_control").value,
            0u);
#else
  EXPECT_EQ(Interfaces().KernelControlId("com.apple.net.utun_control").error,
            kNotSupportedError);
#endif
}

TEST(InterfacesTest, TheListIsTheSystems) {
  const SysResult<std::vector<InterfaceEntry>> listed = Interfaces().List();
  ASSERT_TRUE(listed.ok());
  struct if_nameindex* const all = if_nameindex();
  ASSERT_NE(all, nullptr);
  std::size_t count = 0;
  for (const struct if_nameindex* i = all; i->if_index != 0; ++i, ++count) {
    ASSERT_LT(count, listed.value.size());
    EXPECT_EQ(listed.value[count].index, i->if_index);
    EXPECT_EQ(listed.value[count].name, i->if_name);
  }
  if_freenameindex(all);
  EXPECT_EQ(listed.value.size(), count);
}

TEST(InterfacesTest, WhatIsNotThereIsAnError) {
  Interfaces interfaces;
  for (const char* const name :
       {"no-such-if", "", "longer-than-any-interface"}) {
    const SysResult<std::uint32_t> index = interfaces.NameToIndex(name);
    EXPECT_NE(index.error, 0) << name;
    EXPECT_EQ(index.value, 0u) << name;
  }
  for (const std::uint32_t index : {0u, 0x7ffffff0u}) {
    const SysResult<std::string> name = interfaces.IndexToName(index);
    EXPECT_NE(name.error, 0) << index;
    EXPECT_EQ(name.value, "") << index;
  }
}

}  // namespace
}  // namespace posix
}  // namespace mortise
