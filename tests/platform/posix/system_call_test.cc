#include "mortise/platform/posix/system_call.h"

#include <sys/types.h>

#include <cerrno>

#include "gtest/gtest.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace posix {
namespace {

TEST(SystemCallTest, MinusOneIsErrno) {
  errno = EIO;
  EXPECT_EQ(DoneOrErrno(-1).error, EIO);
  EXPECT_EQ(HandleOrErrno(-1).error, EIO);
  EXPECT_FALSE(HandleOrErrno(-1).value.valid());
  EXPECT_EQ(SizeOrErrno(ssize_t{-1}).error, EIO);
  EXPECT_EQ(SizeOrErrno(ssize_t{-1}).value, 0u);
}

TEST(SystemCallTest, AnythingElseIsTheValueWhateverErrnoIs) {
  errno = EIO;
  EXPECT_TRUE(DoneOrErrno(0).ok());
  EXPECT_TRUE(HandleOrErrno(0).ok());
  EXPECT_EQ(HandleOrErrno(0).value, NativeHandle(0));
  EXPECT_TRUE(HandleOrErrno(0).value.valid());
  EXPECT_EQ(SizeOrErrno(ssize_t{17}).value, 17u);
  EXPECT_EQ(SizeOrErrno(ssize_t{17}).error, 0);
  EXPECT_TRUE(SizeOrErrno(ssize_t{0}).ok());
}

TEST(SystemCallTest, AHandleIsItsDescriptor) {
  EXPECT_EQ(Fd(NativeHandle(5)), 5);
  EXPECT_EQ(Fd(NativeHandle(0)), 0);
  EXPECT_EQ(Fd(NativeHandle()), -1);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
