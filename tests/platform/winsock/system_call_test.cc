#include "mortise/platform/winsock/system_call.h"

#include <cstddef>
#include <limits>

#include "gtest/gtest.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

TEST(SystemCallTest, AFailureIsWSAGetLastError) {
  WSASetLastError(WSAENOBUFS);
  EXPECT_EQ(DoneOrError(SOCKET_ERROR).error, WSAENOBUFS);
  EXPECT_EQ(HandleOrError(INVALID_SOCKET).error, WSAENOBUFS);
  EXPECT_FALSE(HandleOrError(INVALID_SOCKET).value.valid());
  EXPECT_EQ(SizeOrError(SOCKET_ERROR).error, WSAENOBUFS);
  EXPECT_EQ(SizeOrError(SOCKET_ERROR).value, 0u);
}

TEST(SystemCallTest, AnythingElseIsTheValueWhateverTheLastErrorIs) {
  WSASetLastError(WSAENOBUFS);
  EXPECT_TRUE(DoneOrError(0).ok());
  EXPECT_EQ(HandleOrError(0).value, NativeHandle(0));
  EXPECT_EQ(SizeOrError(17).value, 17u);
  EXPECT_EQ(SizeOrError(17).error, 0);
}

TEST(SystemCallTest, AHandleKeepsAllBits) {
  // All the bits that a SOCKET has. If a SOCKET has 32 bits, the first number
  // sets the highest one.
  for (const SOCKET wide : {static_cast<SOCKET>(0x123456789abcdef0),
                            static_cast<SOCKET>(0x0fedcba912345678)}) {
    EXPECT_EQ(AsSocket(AsHandle(wide)), wide);
  }
  EXPECT_FALSE(AsHandle(INVALID_SOCKET).valid());
  EXPECT_EQ(AsSocket(NativeHandle()), INVALID_SOCKET);
}

TEST(SystemCallTest, WhatAnIntDoesNotHoldIsCut) {
  constexpr int kMost = std::numeric_limits<int>::max();
  EXPECT_EQ(CutLength(0), 0);
  EXPECT_EQ(CutLength(kMost), kMost);
  EXPECT_EQ(CutLength(std::size_t{kMost} + 1), kMost);
  EXPECT_EQ(CutLength(~std::size_t{0} - 4), kMost);
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
