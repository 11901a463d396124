#include "mortise/platform/file_handle.h"

#include <io.h>

#include <cstdio>

#include "gtest/gtest.h"

namespace mortise {
namespace {

TEST(FileHandleTest, AStreamHasAHandle) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  EXPECT_TRUE(FileHandleOf(file).valid());
  EXPECT_EQ(FileHandleOf(file).value(), _get_osfhandle(_fileno(file)));
  std::fclose(file);
}

}  // namespace
}  // namespace mortise
