#include "mortise/core/tls/internal/tls_transport.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/tests/core/stepping_stream.h"
#include "openssl/bio.h"

namespace mortise {
namespace internal {
namespace {

// The stream below takes a few bytes per try, holds them, and has to wait after
// each.
TEST(TlsTransportTest, EverySealedByteGoesOutOnceAndInOrder) {
  for (const std::size_t step : {1, 3, 1000}) {
    SteppingStream below(step);
    TlsTransport transport(below);
    bssl::UniquePtr<BIO> bio(transport.NewBio());
    std::minstd_rand random(1);
    std::string sealed;
    for (int i = 0; i < 300; ++i) {
      std::string bytes(1 + random() % 50, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random());
      // BoringSSL is never told to wait.
      ASSERT_EQ(
          BIO_write(bio.get(), bytes.data(), static_cast<int>(bytes.size())),
          static_cast<int>(bytes.size()));
      sealed += bytes;
      EXPECT_EQ(transport.sealed(), sealed.size());
      for (unsigned tries = random() % 4; tries > 0; --tries) {
        transport.Flush();
        EXPECT_LE(transport.out(), below.pipe()->bytes.size());
      }
      EXPECT_FALSE(transport.is_out() &&
                   below.pipe()->bytes.size() != sealed.size());
    }
    for (std::size_t i = 0; i <= sealed.size() && !transport.is_out(); ++i) {
      EXPECT_EQ(transport.last_write().wait, WaitEvents::kWritable);
      transport.Flush();
    }
    EXPECT_TRUE(transport.is_out());
    EXPECT_EQ(transport.out(), sealed.size());
    EXPECT_TRUE(below.pipe()->bytes == sealed);
  }
}

TEST(TlsTransportTest, AFailureIsKeptBesideAndDropsWhatIsLeft) {
  SteppingStream below(1);
  TlsTransport transport(below);
  bssl::UniquePtr<BIO> bio(transport.NewBio());
  ASSERT_EQ(BIO_write(bio.get(), "abc", 3), 3);
  EXPECT_TRUE(transport.write_failure().ok());
  below.pipe()->failure = absl::UnavailableError("gone");
  transport.Flush();
  EXPECT_EQ(transport.write_failure(), absl::UnavailableError("gone"));
  EXPECT_TRUE(transport.is_out());
  EXPECT_LT(transport.out(), transport.sealed());
  // BoringSSL does not see it, and nothing follows.
  below.pipe()->failure.reset();
  const std::string out = below.pipe()->bytes;
  EXPECT_EQ(BIO_write(bio.get(), "def", 3), 3);
  transport.Flush();
  EXPECT_EQ(below.pipe()->bytes, out);
}

}  // namespace
}  // namespace internal
}  // namespace mortise
