// The other files of this test only have to compile.

#include "gtest/gtest.h"

namespace {

TEST(HeadersTest, Compile) { SUCCEED(); }

}  // namespace
