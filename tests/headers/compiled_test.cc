// The other files of this test say what they have to say by being compiled.

#include "gtest/gtest.h"

namespace {

TEST(HeadersTest, Compile) { SUCCEED(); }

}  // namespace
