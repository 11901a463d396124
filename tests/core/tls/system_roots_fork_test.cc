// Children that are forked while other threads read the system's roots.

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/core/tls/internal/system_roots.h"
#include "mortise/platform/tls/path.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/test_files.h"

namespace mortise {
namespace internal {
namespace {

// If a lock that a thread holds could stay held in a child, one of the children
// would wait for it until the test is ended.
TEST(SystemRootsForkTest, AChildFindsThemUsable) {
  testing_tls::TestFiles files("system_roots_fork_test_");
  files.Save("roots.pem",
             testing_tls::TestAuthority::Root("Root").certificate_pem());
  const auto path = tls::PathOf(files.Path("roots.pem"));
  std::filesystem::last_write_time(
      path, std::filesystem::last_write_time(path) - std::chrono::hours(1));
  setenv("SSL_CERT_FILE", files.Path("roots.pem").c_str(), 1);
  setenv("SSL_CERT_DIR", "", 1);

  std::atomic<bool> is_over{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (!is_over) EXPECT_TRUE(SystemRoots().ok());
    });
  }
  for (int i = 0; i < 100; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(SystemRoots().ok() ? 0 : 1);
    ASSERT_GT(child, 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace internal
}  // namespace mortise
