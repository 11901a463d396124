#include "mortise/platform/tls/file_stamp.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/tls/path.h"

namespace mortise {
namespace tls {
namespace {

void Write(const std::string& path, const std::string& text) {
  std::ofstream(PathOf(path), std::ios::binary) << text;
}

TEST(FileStampTest, TellsOneContentFromTheNext) {
  const std::string path =
      absl::StrCat(testing::TempDir(), "/file_stamp_\u00fc");
  std::filesystem::remove(PathOf(path));
  EXPECT_EQ(StampOf(path), FileStamp());
  Write(path, "x");
  const FileStamp first = StampOf(path);
  EXPECT_NE(first, FileStamp());
  EXPECT_EQ(StampOf(path), first);
  EXPECT_EQ(first.size, 1u);
  // The time is that of the usual clock.
  EXPECT_LT(
      absl::AbsDuration(absl::FromUnixNanos(first.modified) - absl::Now()),
      absl::Hours(1));
  Write(path, "xy");
  EXPECT_NE(StampOf(path), first);
  Write(path, "x");
  std::filesystem::last_write_time(
      PathOf(path),
      std::filesystem::last_write_time(PathOf(path)) - std::chrono::hours(1));
  EXPECT_NE(StampOf(path).modified, first.modified);
  std::filesystem::remove(PathOf(path));
  EXPECT_EQ(StampOf(path), FileStamp());
}

TEST(FileStampTest, NoTimeIsTooFar) {
  const std::string path = absl::StrCat(testing::TempDir(), "/file_stamp_far");
  Write(path, "x");
  for (const auto time : {std::filesystem::file_time_type::min(),
                          std::filesystem::file_time_type::max()}) {
    std::error_code error;
    std::filesystem::last_write_time(PathOf(path), time, error);
    if (error) continue;
    EXPECT_EQ(StampOf(path), StampOf(path));
    EXPECT_EQ(StampOf(path).size, 1u);
  }
  std::filesystem::remove(PathOf(path));
}

TEST(FileStampTest, NoFileIsNone) {
  EXPECT_EQ(StampOf(""), FileStamp());
  EXPECT_EQ(StampOf(absl::StrCat(testing::TempDir(), "/none/none")),
            FileStamp());
}

}  // namespace
}  // namespace tls
}  // namespace mortise
