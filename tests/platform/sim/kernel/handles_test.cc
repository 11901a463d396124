#include "mortise/platform/sim/kernel/handles.h"

#include <cstdint>
#include <memory>

#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

namespace mortise {
namespace sim {
namespace {

TEST(HandlesTest, TheLowestFreeNumberComesFirst) {
  KernelLab lab;
  Kernel& kernel = lab.kernel();
  const auto make = [&kernel] {
    return kernel.NewSocket(kAfInet, kSockStream, 0).value;
  };
  EXPECT_EQ(make(), Handles::kFirst);
  EXPECT_EQ(make(), Handles::kFirst + 1);
  EXPECT_EQ(make(), Handles::kFirst + 2);
  EXPECT_NE(kernel.handles().Remove(Handles::kFirst + 1), nullptr);
  EXPECT_NE(kernel.handles().Remove(Handles::kFirst), nullptr);
  EXPECT_EQ(make(), Handles::kFirst);
  EXPECT_EQ(make(), Handles::kFirst + 1);
  EXPECT_EQ(make(), Handles::kFirst + 3);
}

TEST(HandlesTest, ThereAreNoMoreThanThereMayBe) {
  KernelOptions options;
  options.most_handles = 2;
  KernelLab lab(options);
  Kernel& kernel = lab.kernel();
  EXPECT_EQ(kernel.NewSocket(kAfInet, kSockStream, 0).error, kDone);
  EXPECT_EQ(kernel.NewPair(kAfUnix, kSockStream, 0).error, ErrorCode::kEmfile);
  EXPECT_EQ(kernel.NewSocket(kAfInet, kSockStream, 0).error, kDone);
  EXPECT_EQ(kernel.NewSocket(kAfInet, kSockStream, 0).error,
            ErrorCode::kEmfile);
  kernel.handles().Remove(Handles::kFirst);
  EXPECT_EQ(kernel.NewSocket(kAfInet, kSockStream, 0).error, kDone);
}

// Not even if a call has a share of the file.
TEST(HandlesTest, NoNumberComesAgainAfterAllAreClosed) {
  KernelLab lab;
  Kernel& kernel = lab.kernel();
  Handles& handles = kernel.handles();
  const auto make = [&kernel] {
    return kernel.NewPair(kAfUnix, kSockStream, 0).value.first;
  };
  EXPECT_EQ(make(), Handles::kFirst);
  const std::shared_ptr<OpenFile> share = handles.Find(Handles::kFirst);
  const std::shared_ptr<Socket> peer =
      handles.Find(Handles::kFirst + 1)->shared_socket();
  handles.CloseAll();
  EXPECT_EQ(handles.size(), 0u);
  EXPECT_EQ(handles.Find(Handles::kFirst), nullptr);
  EXPECT_EQ(peer->PeerName().error, ErrorCode::kEnotconn);
  EXPECT_EQ(handles.end(), Handles::kFirst + 2);
  EXPECT_EQ(make(), Handles::kFirst + 2);
}

TEST(HandlesTest, WhatIsNotOpenIsNothing) {
  KernelLab lab;
  Handles& handles = lab.kernel().handles();
  for (const std::int64_t handle :
       {std::int64_t{-1}, std::int64_t{0}, Handles::kFirst - 1, Handles::kFirst,
        Handles::kFirst + 1000}) {
    EXPECT_EQ(handles.Find(handle), nullptr);
    EXPECT_EQ(handles.Remove(handle), nullptr);
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise
