#include "mortise/platform/tls/read_file.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/tls/path.h"

namespace mortise {
namespace tls {
namespace {

TEST(ReadFileTest, BytesAreAsTheyStand) {
  const std::string path = absl::StrCat(testing::TempDir(), "/schlüssel.pem");
  const std::string written("a\r\nb\n\0\x1a\xff", 8);
  std::ofstream(PathOf(path), std::ios::binary) << written;
  std::string bytes = "old";
  std::string why;
  ASSERT_TRUE(ReadFile(path, &bytes, &why)) << why;
  EXPECT_EQ(bytes, written);
  std::ofstream(PathOf(path), std::ios::trunc).close();
  EXPECT_TRUE(ReadFile(path, &bytes, &why)) << why;
  EXPECT_EQ(bytes, "");
  std::filesystem::remove(PathOf(path));
}

TEST(ReadFileTest, MoreThanABufferIsReadWhole) {
  const std::string path = absl::StrCat(testing::TempDir(), "/long.pem");
  const std::string written(3 * 4096, 'x');
  std::ofstream(path, std::ios::binary) << written;
  std::string bytes;
  std::string why;
  ASSERT_TRUE(ReadFile(path, &bytes, &why)) << why;
  EXPECT_TRUE(bytes == written);
  std::filesystem::remove(path);
}

TEST(ReadFileTest, WhatIsTooLargeIsNotReadToTheEnd) {
  const std::string path = absl::StrCat(testing::TempDir(), "/large.pem");
  std::string bytes;
  std::string why;
  std::ofstream(path, std::ios::binary) << std::string(kLargestFile, 'x');
  EXPECT_TRUE(ReadFile(path, &bytes, &why)) << why;
  std::ofstream(path, std::ios::binary | std::ios::app) << 'x';
  EXPECT_FALSE(ReadFile(path, &bytes, &why));
  EXPECT_THAT(why, testing::HasSubstr("more than 16777216 bytes"));
  std::filesystem::remove(path);
}

TEST(ReadFileTest, WhatIsNoFileIsTold) {
  std::string bytes;
  std::string why;
  EXPECT_FALSE(
      ReadFile(absl::StrCat(testing::TempDir(), "/none.pem"), &bytes, &why));
  EXPECT_NE(why, "");
  EXPECT_FALSE(ReadFile("", &bytes, &why));
  EXPECT_FALSE(ReadFile(testing::TempDir(), &bytes, &why)) << "a folder";
}

}  // namespace
}  // namespace tls
}  // namespace mortise
