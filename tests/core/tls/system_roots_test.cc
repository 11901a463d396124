// Which of the system's certificates are read, and when they are read again.
// The environment variables SSL_CERT_FILE and SSL_CERT_DIR take the place of
// the system.

#include "mortise/core/tls/internal/system_roots.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/tls/internal/certificate_reader.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "mortise/platform/tls/path.h"
#include "mortise/platform/tls/read_file.h"
#include "mortise/tests/environment.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/test_files.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace mortise {
namespace internal {
namespace {

using ::testing::HasSubstr;
using testing::SetVariable;
using testing_tls::PemOf;
using testing_tls::TestAuthority;
using testing_tls::TestFiles;

using Anchors = std::shared_ptr<const TrustAnchors>;

class SystemRootsTest : public ::testing::Test {
 protected:
  SystemRootsTest() {
    SetVariable("SSL_CERT_DIR", "");
    SetVariable("SSL_CERT_FILE", files_.Path("roots.pem"));
  }

  // Writes the file that the environment names, as if it had been there for
  // `age`.
  void Write(absl::string_view text,
             std::chrono::hours age = std::chrono::hours(1)) {
    files_.Save("roots.pem", text);
    const auto path = tls::PathOf(files_.Path("roots.pem"));
    std::filesystem::last_write_time(
        path, std::filesystem::last_write_time(path) - age);
  }

  static Anchors Must() {
    const absl::StatusOr<Anchors> roots = SystemRoots();
    EXPECT_TRUE(roots.ok()) << roots.status();
    return roots.ok() ? *roots : nullptr;
  }

  static bool Trusts(const Anchors& anchors, const std::string& pem) {
    const CertificateText read = ReadCertificates(pem);
    return anchors != nullptr &&
           anchors->IsTrusted(read.certificates[0].certificate.get());
  }

  const std::string first_ = TestAuthority::Root("First").certificate_pem();
  const std::string second_ = TestAuthority::Root("Second").certificate_pem();
  // Another test's file could be as long, and could have been written in the
  // same second.
  TestFiles files_{absl::StrCat(
      "system_roots_test_",
      ::testing::UnitTest::GetInstance()->current_test_info()->name(), "_")};
};

TEST_F(SystemRootsTest, WhatCannotBeReadIsPassedOverAndTheRestCounts) {
  for (const std::string& broken :
       {PemOf("CERTIFICATE", "garbage"),
        std::string("-----BEGIN CERTIFICATE-----\n*\n-----END "
                    "CERTIFICATE-----\n"),
        std::string("-----BEGIN CERTIFICATE-----\n"),
        std::string("-----END CERTIFICATE-----\n"),
        std::string("\xef\xbb\xbf\0\n", 5)}) {
    Write(absl::StrCat(broken, first_, broken, second_, broken));
    const Anchors roots = Must();
    EXPECT_TRUE(Trusts(roots, first_)) << broken;
    EXPECT_TRUE(Trusts(roots, second_)) << broken;
  }
}

TEST_F(SystemRootsTest, NothingIsAnError) {
  for (const std::string& text :
       {std::string(), std::string("text"), PemOf("CERTIFICATE", "garbage")}) {
    Write(text);
    const absl::Status status = SystemRoots().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("SSL_CERT_FILE="));
  }
  SetVariable("SSL_CERT_FILE", files_.Path("missing.pem"));
  EXPECT_EQ(SystemRoots().status().code(), absl::StatusCode::kNotFound);
}

// Reading may succeed the next time: the process may have had no descriptor
// left.
TEST_F(SystemRootsTest, WhatCouldNotBeReadIsReadTheNextTime) {
  const std::string folder = files_.Path("certificates");
  std::filesystem::create_directory(tls::PathOf(folder));
  // Writes a file as if it had been there for an hour. If it is `huge`, it is
  // larger than what can be read.
  const auto save = [&](const std::string& name, const std::string& text,
                        bool huge) {
    files_.Save(name, text);
    const auto path = tls::PathOf(files_.Path(name));
    if (huge) std::filesystem::resize_file(path, tls::kLargestFile + 1);
    std::filesystem::last_write_time(
        path, std::filesystem::last_write_time(path) - std::chrono::hours(1));
  };
  SetVariable("SSL_CERT_FILE", "");
  SetVariable("SSL_CERT_DIR", folder);
  save("certificates/first.pem", first_, /*huge=*/false);
  EXPECT_EQ(Must(), Must());
  save("certificates/second.pem", second_, /*huge=*/true);
  const Anchors once = Must();
  EXPECT_TRUE(Trusts(once, first_));
  EXPECT_FALSE(Trusts(once, second_));
  EXPECT_NE(Must(), once);

  SetVariable("SSL_CERT_DIR", "");
  SetVariable("SSL_CERT_FILE", files_.Path("roots.pem"));
  save("roots.pem", first_, /*huge=*/true);
  EXPECT_THAT(std::string(SystemRoots().status().message()),
              AllOf(HasSubstr("cannot read"), HasSubstr("roots.pem")));
}

TEST_F(SystemRootsTest, AreReadOnceAndShared) {
  Write(first_);
  const Anchors once = Must();
  EXPECT_EQ(Must(), once);
  std::vector<std::thread> threads;
  std::vector<Anchors> got(8);
  for (Anchors& each : got) threads.emplace_back([&each] { each = Must(); });
  for (std::thread& thread : threads) thread.join();
  for (const Anchors& each : got) EXPECT_EQ(each, once);
}

TEST_F(SystemRootsTest, ThreadsThatReadAtOnceReadTheSame) {
  for (int round = 0; round < 20; ++round) {
    Write(absl::StrCat(std::string(static_cast<std::size_t>(round), '\n'),
                       first_));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] { EXPECT_TRUE(Trusts(Must(), first_)); });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

TEST_F(SystemRootsTest, AreReadAgainWhenTheFileChanges) {
  Write(first_);
  const Anchors before = Must();
  // The file has another size.
  Write(first_ + second_);
  const Anchors larger = Must();
  EXPECT_TRUE(Trusts(larger, second_));
  // Only the file's time is another one.
  Write(first_ + second_, std::chrono::hours(2));
  EXPECT_NE(Must(), larger);
  // A caller that holds the old roots keeps them.
  EXPECT_FALSE(Trusts(before, second_));
  EXPECT_TRUE(Trusts(before, first_));
  // The variable names another file.
  files_.Save("others.pem", second_);
  SetVariable("SSL_CERT_FILE", files_.Path("others.pem"));
  EXPECT_FALSE(Trusts(Must(), first_));
  SetVariable("SSL_CERT_FILE", files_.Path("roots.pem"));
  EXPECT_TRUE(Trusts(Must(), first_));
}

TEST_F(SystemRootsTest, AFileInAnothersPlaceIsAnotherFile) {
#ifdef _WIN32
  GTEST_SKIP() << "a file there has no number that is told without opening it";
#endif
  // The file has the same size and the same time.
  Write(first_);
  const Anchors before = Must();
  std::string changed = first_;
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  files_.Save("new.pem", changed + "");
  const auto old_path = tls::PathOf(files_.Path("roots.pem"));
  const auto new_path = tls::PathOf(files_.Path("new.pem"));
  std::filesystem::last_write_time(new_path,
                                   std::filesystem::last_write_time(old_path));
  std::filesystem::rename(new_path, old_path);
  const absl::StatusOr<Anchors> after = SystemRoots();
  EXPECT_TRUE(!after.ok() || *after != before);
}

TEST_F(SystemRootsTest, AFileThatHasJustBeenWrittenIsReadAgain) {
  // The next contents may have the same time as these, and they have the same
  // size.
  const std::size_t size = std::max(first_.size(), second_.size());
  const auto padded = [&](const std::string& pem) {
    return pem + std::string(size - pem.size(), '\n');
  };
  for (int i = 0; i < 200; ++i) {
    const std::string& written = i % 2 == 0 ? first_ : second_;
    files_.Save("roots.pem", padded(written));
    ASSERT_TRUE(Trusts(Must(), written)) << i;
  }
}

TEST_F(SystemRootsTest, FoldersAreLookedThroughEachTime) {
  const std::string folder = files_.Path("folder");
  std::filesystem::create_directories(tls::PathOf(folder));
  const auto write = [&](const char* name, const std::string& text) {
    files_.Save(absl::StrCat("folder/", name), text);
    const auto path = tls::PathOf(files_.Path(absl::StrCat("folder/", name)));
    std::filesystem::last_write_time(
        path, std::filesystem::last_write_time(path) - std::chrono::hours(1));
  };
  SetVariable("SSL_CERT_FILE", "");
  SetVariable("SSL_CERT_DIR", folder);
  write("a.0", first_);
  write("b.0", "text");
  const Anchors before = Must();
  EXPECT_TRUE(Trusts(before, first_));
  EXPECT_EQ(Must(), before);
  write("c.0", second_);
  EXPECT_TRUE(Trusts(Must(), second_));
  std::filesystem::remove(tls::PathOf(files_.Path("folder/a.0")));
  EXPECT_FALSE(Trusts(Must(), first_));
  std::filesystem::remove_all(tls::PathOf(folder));
  EXPECT_FALSE(SystemRoots().ok());
}

// A system may also trust certificates that are not of authorities. Windows has
// old ones of Microsoft's own, which lack basic constraints.
TEST_F(SystemRootsTest, TheAuthoritiesOfThisSystemVouch) {
  SetVariable("SSL_CERT_FILE", "");
  const absl::StatusOr<Anchors> roots = SystemRoots();
  if (!roots.ok()) GTEST_SKIP() << roots.status();
  const STACK_OF(X509)* const all = (*roots)->all();
  std::size_t authorities = 0;
  for (std::size_t i = 0; i < sk_X509_num(all); ++i) {
    X509* const root = sk_X509_value(all, i);
    if (X509_check_ca(root) == 0) continue;
    ++authorities;
    if ((*roots)->IsTrusted(root) &&
        X509_check_issued(root, root) == X509_V_OK) {
      EXPECT_NE((*roots)->IssuerOf(root), nullptr) << i;
    }
  }
  EXPECT_GT(authorities, 0u);
}

}  // namespace
}  // namespace internal
}  // namespace mortise
