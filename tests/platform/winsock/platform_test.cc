#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/winsock/clock.h"
#include "mortise/platform/winsock/errors.h"
#include "mortise/platform/winsock/interfaces.h"
#include "mortise/platform/winsock/names.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/readiness.h"
#include "mortise/platform/winsock/sockets.h"

namespace mortise {
namespace {

// A program may use the default platform before main().
const Platform& early = Platform::Default();
// Using the platform does not start Winsock, so this call fails.
const SOCKET early_socket = socket(AF_INET, SOCK_STREAM, 0);
const int early_error = WSAGetLastError();

TEST(PlatformTest, ThereIsOneDefault) {
  EXPECT_EQ(&Platform::Default(), &early);
}

TEST(PlatformTest, WinsockIsNotStartedBeforeItIsUsed) {
  EXPECT_EQ(early_socket, INVALID_SOCKET);
  EXPECT_EQ(early_error, WSANOTINITIALISED);
}

TEST(PlatformTest, ItsPartsAreThoseOfWinsock) {
  const Platform& platform = Platform::Default();
  EXPECT_NE(dynamic_cast<winsock::Sockets*>(&platform.sockets()), nullptr);
  EXPECT_NE(dynamic_cast<winsock::Readiness*>(&platform.readiness()), nullptr);
  EXPECT_NE(dynamic_cast<winsock::Clock*>(&platform.clock()), nullptr);
  EXPECT_NE(dynamic_cast<winsock::Names*>(&platform.names()), nullptr);
  EXPECT_NE(dynamic_cast<winsock::Interfaces*>(&platform.interfaces()),
            nullptr);
  EXPECT_NE(dynamic_cast<winsock::Errors*>(&platform.errors()), nullptr);
}

TEST(PlatformTest, ItsFactsAreThoseOfTheHeaders) {
  const SystemFacts& facts = Platform::Default().facts();
  EXPECT_EQ(facts.errors.Native(ErrorCode::kEconnreset), WSAECONNRESET);
  EXPECT_EQ(facts.errors.Native(ErrorCode::kEaiNoname), WSAHOST_NOT_FOUND);
  EXPECT_EQ(facts.errors.Native(ErrorCode::kTryAgain), WSATRY_AGAIN);
  // One byte is left for the terminator.
  EXPECT_EQ(facts.max_unix_path, sizeof(sockaddr_un::sun_path) - 1);
  EXPECT_EQ(facts.pair_family, AF_INET);
  EXPECT_EQ(facts.wait_flags.do_not_wait, 0);
  EXPECT_EQ(facts.wait_flags.error_queue, 0);
  EXPECT_FALSE(facts.woken_by_shutdown.receivers);
  EXPECT_FALSE(facts.woken_by_shutdown.unix_senders);
  EXPECT_FALSE(facts.woken_by_shutdown.other_senders);
  EXPECT_FALSE(facts.woken_by_shutdown.acceptors);
}

}  // namespace
}  // namespace mortise
