#include "mortise/platform/posix/system_call.h"

#include <sys/types.h>

#include <cerrno>
#include <cstdint>
#include <limits>

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
  constexpr std::int64_t kMost = std::numeric_limits<int>::max();
  EXPECT_EQ(Fd(NativeHandle(kMost)), kMost);
}

// If the handle were cut to its low bits, it would be another descriptor.
TEST(SystemCallTest, AHandleThatNoDescriptorCanBeIsNone) {
  constexpr std::int64_t kBeyond = std::int64_t{1} << 32;
  for (const std::int64_t value :
       {kBeyond, kBeyond + 3, std::int64_t{1} << 31, 3 - kBeyond,
        (kBeyond << 31) + 3, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::min() + 3}) {
    EXPECT_EQ(Fd(NativeHandle(value)), -1) << value;
    EXPECT_FALSE(IsDescriptor(NativeHandle(value))) << value;
  }
  EXPECT_TRUE(IsDescriptor(NativeHandle(0)));
  EXPECT_FALSE(IsDescriptor(NativeHandle(-1)));
  EXPECT_FALSE(IsDescriptor(NativeHandle(-100)));  // AT_FDCWD
}

}  // namespace
}  // namespace posix
}  // namespace mortise
