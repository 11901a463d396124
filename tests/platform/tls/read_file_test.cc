#include "mortise/platform/tls/read_file.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/tls/path.h"

namespace mortise {
namespace tls {
namespace {

TEST(ReadFileTest, BytesAreAsTheyStand) {
  const std::string path = absl::StrCat(testing::TempDir(), "/schlüssel.pem");
  const std::string written("a\r\nb\n\0\x1a\xff", 8);
  std::ofstream(PathOf(path), std::ios::binary) << written;
  std::string bytes = "old";
  FileError why;
  ASSERT_TRUE(ReadFile(path, &bytes, &why)) << why.text;
  EXPECT_EQ(bytes, written);
  std::ofstream(PathOf(path), std::ios::trunc).close();
  EXPECT_TRUE(ReadFile(path, &bytes, &why)) << why.text;
  EXPECT_EQ(bytes, "");
  std::filesystem::remove(PathOf(path));
}

TEST(ReadFileTest, MoreThanABufferIsReadWhole) {
  const std::string path = absl::StrCat(testing::TempDir(), "/long.pem");
  const std::string written(3 * 4096, 'x');
  std::ofstream(path, std::ios::binary) << written;
  std::string bytes;
  FileError why;
  ASSERT_TRUE(ReadFile(path, &bytes, &why)) << why.text;
  EXPECT_TRUE(bytes == written);
  std::filesystem::remove(path);
}

TEST(ReadFileTest, WhatIsTooLargeIsNotReadToTheEnd) {
  const std::string path = absl::StrCat(testing::TempDir(), "/large.pem");
  std::string bytes;
  FileError why;
  std::ofstream(path, std::ios::binary) << std::string(kLargestFile, 'x');
  EXPECT_TRUE(ReadFile(path, &bytes, &why)) << why.text;
  std::ofstream(path, std::ios::binary | std::ios::app) << 'x';
  EXPECT_FALSE(ReadFile(path, &bytes, &why));
  EXPECT_THAT(why.text, testing::HasSubstr("more than 16777216 bytes"));
  EXPECT_EQ(why.code, ErrorCode::kUnmapped);
  std::filesystem::remove(path);
}

TEST(ReadFileTest, WhatIsNoFileIsTold) {
  std::string bytes;
  FileError why;
  EXPECT_FALSE(
      ReadFile(absl::StrCat(testing::TempDir(), "/none.pem"), &bytes, &why));
  EXPECT_EQ(why.code, ErrorCode::kEnoent);
  EXPECT_NE(why.text, "");
  EXPECT_FALSE(ReadFile("", &bytes, &why));
  EXPECT_EQ(why.code, ErrorCode::kEnoent);
  EXPECT_FALSE(ReadFile(testing::TempDir(), &bytes, &why)) << "a folder";
}

}  // namespace
}  // namespace tls
}  // namespace mortise
