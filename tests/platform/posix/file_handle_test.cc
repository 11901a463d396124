#include "mortise/platform/file_handle.h"

#include <cstdio>

#include "gtest/gtest.h"

namespace mortise {
namespace {

TEST(FileHandleTest, AStreamHasADescriptorOrNone) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(FileHandleOf(file).value(), fileno(file));
  std::fclose(file);
  char memory[4] = {};
  std::FILE* const in_memory = fmemopen(memory, sizeof(memory), "r");
  ASSERT_NE(in_memory, nullptr);
  EXPECT_FALSE(FileHandleOf(in_memory).valid());
  std::fclose(in_memory);
}

}  // namespace
}  // namespace mortise
