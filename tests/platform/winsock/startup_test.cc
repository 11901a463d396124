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

// One test, as what is started cannot be started again.
TEST(StartupTest, WinsockIsStartedOnceHoweverManyAskAndStaysUp) {
  ASSERT_FALSE(IsUp());
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([] { EXPECT_EQ(StartUp(), 0); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(IsUp());

  // Somebody else's start and end change nothing.
  WSADATA unused;
  ASSERT_EQ(WSAStartup(MAKEWORD(2, 2), &unused), 0);
  EXPECT_EQ(WSACleanup(), 0);
  EXPECT_TRUE(IsUp());
  EXPECT_EQ(StartUp(), 0);

  // It was counted once: one end is its end.
  EXPECT_EQ(WSACleanup(), 0);
  EXPECT_FALSE(IsUp());
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
