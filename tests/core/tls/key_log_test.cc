// TlsOptions::key_log_file: what is written, and which files are refused.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

class KeyLogTest : public testing::TestWithParam<TlsVersion> {
 protected:
  KeyLogTest() {
    for (const char* const name : {"client", "server"}) {
      std::filesystem::remove(Path(name));
    }
  }
  ~KeyLogTest() override {
    for (const char* const name : {"client", "server"}) {
      std::filesystem::remove(Path(name));
    }
  }

  static std::string Path(absl::string_view name) {
    return absl::StrCat(testing::TempDir(), "/key_log_test_", name);
  }

  // Returns the lines of a file, in the order of their text.
  static std::vector<std::string> Lines(absl::string_view name) {
    std::ostringstream all;
    all << std::ifstream(Path(name), std::ios::binary).rdbuf();
    std::vector<std::string> lines = absl::StrSplit(all.str(), '\n');
    EXPECT_EQ(lines.back(), "") << "the last line has its end";
    lines.pop_back();
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  static TlsOptions Client() {
    TlsOptions options = Trusting(DefaultRoot());
    options.minimum_version = options.maximum_version = GetParam();
    return options;
  }
};

TEST_P(KeyLogTest, BothEndsWriteTheSameSecrets) {
  TlsOptions client = Client();
  client.key_log_file = Path("client");
  TlsOptions server = Being(DefaultIdentity());
  server.key_log_file = Path("server");
  const Ends ends = Meet(MustClient(client), MustServer(server));
  ASSERT_TRUE(ends.client_status.ok()) << ends.client_status;
  ASSERT_TRUE(ends.server_status.ok()) << ends.server_status;
  const std::vector<std::string> lines = Lines("client");
  EXPECT_EQ(lines, Lines("server"));
  std::vector<std::string> labels;
  for (const std::string& line : lines) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    ASSERT_EQ(words.size(), 3u) << line;
    labels.push_back(words[0]);
    EXPECT_EQ(words[1].size(), 64u) << "the client's random bytes";
    EXPECT_GE(words[2].size(), 64u) << "the secret";
    EXPECT_EQ(
        absl::StrCat(words[1], words[2]).find_first_not_of("0123456789abcdef"),
        std::string::npos)
        << line;
  }
  if (GetParam() == TlsVersion::kTls12) {
    EXPECT_THAT(labels, testing::ElementsAre("CLIENT_RANDOM"));
  } else {
    EXPECT_THAT(labels,
                testing::IsSupersetOf({"CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                                       "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                                       "CLIENT_TRAFFIC_SECRET_0",
                                       "SERVER_TRAFFIC_SECRET_0"}));
  }
}

TEST_P(KeyLogTest, ThreadsShareAFile) {
  TlsOptions server = Being(DefaultIdentity());
  server.key_log_file = Path("server");
  const TlsContext shared = MustServer(server);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      TlsOptions client = Client();
      client.key_log_file = Path("client");
      const TlsContext own = MustClient(client);
      for (int j = 0; j < 5; ++j) {
        const Ends ends = Meet(own, shared);
        EXPECT_TRUE(ends.client_status.ok()) << ends.client_status;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(Lines("server").size(), 20u);
  EXPECT_EQ(Lines("client"), Lines("server"));
}

INSTANTIATE_TEST_SUITE_P(Both, KeyLogTest,
                         testing::Values(TlsVersion::kTls12,
                                         TlsVersion::kTls13),
                         [](const testing::TestParamInfo<TlsVersion>& info) {
                           return VersionName(info.param);
                         });

TEST(KeyLogErrorTest, AFileThatCannotBeOpenedIsNamed) {
  TlsOptions options = Being(DefaultIdentity());
  options.key_log_file = absl::StrCat(testing::TempDir(), "/none/key.log");
  const absl::Status status = TlsContext::Server(options).status();
  EXPECT_TRUE(IsFileNotFound(status)) << status;
  EXPECT_EQ(ErrorOf(status)->address,
            absl::StrCat("key_log_file ", options.key_log_file));
}

TEST(KeyLogErrorTest, OptionsThatAreRefusedMakeNoFile) {
  TlsOptions options;
  options.key_log_file = absl::StrCat(testing::TempDir(), "/key_log_not_made");
  options.alpn = {""};
  options.trusted.text = DefaultRoot().certificate_pem();
  EXPECT_FALSE(TlsContext::Client(options).ok());
  EXPECT_FALSE(std::filesystem::exists(options.key_log_file));
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
