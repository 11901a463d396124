// Tests check.h, with which other tests check the constants: it tells apart a
// macro, an enumerator, and a name that does not exist.

#include "mortise/platform/constants/check.h"

#include "gtest/gtest.h"

// Definitions such as an OS's headers may have.
#define MORTISE_TEST_MACRO 5
#define MORTISE_TEST_NEGATIVE (-5)
#define MORTISE_TEST_UNSIGNED ((unsigned int)0xffffffff)
enum { MORTISE_TEST_ENUMERATOR = 7 };
enum { MORTISE_TEST_BOTH = 8 };
#define MORTISE_TEST_BOTH MORTISE_TEST_BOTH

// A source that checks has this for each name that is not a macro.
#ifdef MORTISE_TEST_ENUMERATOR
#error "an enumerator is no macro"
#endif
MORTISE_MAY_BE_LACKING(MORTISE_TEST_ENUMERATOR)
MORTISE_MAY_BE_LACKING(MORTISE_TEST_ABSENT)

namespace mortise {
namespace constants_internal {
namespace {

TEST(CheckTest, MacrosAreCompared) {
  static_assert(Same((MORTISE_TEST_MACRO)-0, 5), "equal");
  static_assert(!Same((MORTISE_TEST_MACRO)-0, 6), "not equal");
  EXPECT_EQ(Lacking("NAME", (MORTISE_TEST_MACRO)-0), nullptr);
}

TEST(CheckTest, EnumeratorsAreCompared) {
  static_assert(Same((MORTISE_TEST_ENUMERATOR)-0, 7), "equal");
  static_assert(!Same((MORTISE_TEST_ENUMERATOR)-0, 8), "not equal");
  static_assert(Same((MORTISE_TEST_BOTH)-0, 8), "equal");
  EXPECT_EQ(Lacking("NAME", (MORTISE_TEST_ENUMERATOR)-0), nullptr);
}

TEST(CheckTest, WhatIsNeitherIsLacking) {
  static_assert(Same((MORTISE_TEST_ABSENT)-0, 5), "nothing to contradict");
  EXPECT_STREQ(Lacking("NAME", (MORTISE_TEST_ABSENT)-0), "NAME");
}

TEST(CheckTest, SignsAreCompared) {
  static_assert(Same((MORTISE_TEST_NEGATIVE)-0, -5), "equal");
  static_assert(Same((MORTISE_TEST_UNSIGNED)-0, 0xffffffffu), "equal");
  static_assert(!Same((MORTISE_TEST_UNSIGNED)-0, -1), "the same bits, no more");
}

TEST(CheckTest, ACountingNameThatDiffersIsLacking) {
  EXPECT_EQ(Differing("NAME", (MORTISE_TEST_MACRO)-0, 5), nullptr);
  EXPECT_STREQ(Differing("NAME", (MORTISE_TEST_MACRO)-0, 4), "NAME");
  EXPECT_STREQ(Differing("NAME", (MORTISE_TEST_ABSENT)-0, 4), "NAME");
}

}  // namespace
}  // namespace constants_internal
}  // namespace mortise
