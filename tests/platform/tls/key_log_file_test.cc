#include "mortise/platform/tls/key_log_file.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/tls/file_error.h"
#include "mortise/platform/tls/path.h"
#include "mortise/tests/contract/process.h"

namespace mortise {
namespace tls {
namespace {

class KeyLogFileTest : public testing::Test {
 protected:
  ~KeyLogFileTest() override {
    std::error_code error;
    std::filesystem::remove(PathOf(path_), error);
  }

  std::string Contents() const {
    std::ostringstream all;
    all << std::ifstream(PathOf(path_), std::ios::binary).rdbuf();
    return all.str();
  }

  const std::string path_ = absl::StrCat(testing::TempDir(), "/schlüssel.log");
  FileError why_;
};

TEST_F(KeyLogFileTest, LinesAreAppended) {
  for (const char* const line : {"one", "two"}) {
    const auto log = KeyLogFile::Open(path_, &why_);
    ASSERT_NE(log, nullptr) << why_.text;
    log->Append(line);
    log->Append("");
  }
  EXPECT_EQ(Contents(), "one\n\ntwo\n\n");
}

TEST_F(KeyLogFileTest, LinesOfSeveralWritersDoNotMix) {
  if (contract::RunsUnderWine()) {
    GTEST_SKIP() << "Wine is not Windows here: an append looks for the end of "
                    "the file first, and writes there afterwards";
  }
  constexpr int kLines = 1000;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([this, i] {
      FileError why;
      // Each has opened the file itself, as another process would.
      const auto log = KeyLogFile::Open(path_, &why);
      ASSERT_NE(log, nullptr) << why.text;
      const std::string line(100 + i, static_cast<char>('a' + i));
      for (int j = 0; j < kLines; ++j) log->Append(line);
    });
  }
  for (std::thread& writer : writers) writer.join();
  int counts[4] = {};
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(Contents(), '\n'))) {
    if (line.empty()) continue;
    const int i = line[0] - 'a';
    ASSERT_TRUE(i >= 0 && i < 4) << line;
    EXPECT_EQ(line, std::string(100 + i, line[0]));
    ++counts[i];
  }
  EXPECT_THAT(counts, testing::Each(kLines));
}

TEST_F(KeyLogFileTest, OtherUsersCannotReadANewFile) {
  const auto log = KeyLogFile::Open(path_, &why_);
  ASSERT_NE(log, nullptr) << why_.text;
  const auto path = PathOf(path_);
  const auto permissions = std::filesystem::status(path).permissions();
  constexpr auto kOwner =
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
  std::error_code error;
  std::filesystem::permissions(path, kOwner, error);
  if (std::filesystem::status(path).permissions() != kOwner) {
    GTEST_SKIP() << "files have no such modes here";
  }
  EXPECT_EQ(permissions, kOwner);
}

TEST_F(KeyLogFileTest, WhatCannotBeOpenedIsTold) {
  EXPECT_EQ(KeyLogFile::Open(absl::StrCat(path_, "/x/y"), &why_), nullptr);
  EXPECT_EQ(why_.code, ErrorCode::kEnoent);
  EXPECT_NE(why_.text, "");
  why_ = {};
  EXPECT_EQ(KeyLogFile::Open("", &why_), nullptr);
  EXPECT_EQ(why_.code, ErrorCode::kEnoent);
  EXPECT_EQ(KeyLogFile::Open(testing::TempDir(), &why_), nullptr) << "a folder";
}

}  // namespace
}  // namespace tls
}  // namespace mortise
