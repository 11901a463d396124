#include "mortise/platform/winsock/startup.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

bool IsUp() {
  const SOCKET made = socket(AF_INET, SOCK_STREAM, 0);
  if (made == INVALID_SOCKET) return false;
  closesocket(made);
  return true;
}

// There is only one test, because Winsock cannot be started a second time.
TEST(StartupTest, WinsockIsStartedOnceHoweverManyAskAndStaysUp) {
  ASSERT_FALSE(IsUp());
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([] { EXPECT_EQ(StartUp(), 0); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(IsUp());

  // If another part of the program starts and ends Winsock, nothing changes.
  WSADATA unused;
  ASSERT_EQ(WSAStartup(MAKEWORD(2, 2), &unused), 0);
  EXPECT_EQ(WSACleanup(), 0);
  EXPECT_TRUE(IsUp());
  EXPECT_EQ(StartUp(), 0);

  // The start was counted once, so that one WSACleanup ends Winsock.
  EXPECT_EQ(WSACleanup(), 0);
  EXPECT_FALSE(IsUp());
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
