// What POSIX has and Windows lacks: exec, and pipes with names.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/tls/file_error.h"
#include "mortise/platform/tls/key_log_file.h"

namespace mortise {
namespace tls {
namespace {

std::string PathOfTest(const std::string& name) {
  return absl::StrCat(testing::TempDir(), "/key_log_posix_", name);
}

TEST(KeyLogFilePosixTest, ChildrenDoNotInheritIt) {
  const std::string path = PathOfTest("exec");
  // The next descriptor that is opened gets the lowest free number.
  const int lowest = dup(0);
  ASSERT_GE(lowest, 0);
  close(lowest);
  FileError why;
  const auto log = KeyLogFile::Open(path, &why);
  ASSERT_NE(log, nullptr) << why.text;
  EXPECT_EQ(fcntl(lowest, F_GETFD), FD_CLOEXEC);
  unlink(path.c_str());
}

TEST(KeyLogFilePosixTest, APipeIsRefusedAtOnce) {
  const std::string path = PathOfTest("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  FileError why;
  EXPECT_EQ(KeyLogFile::Open(path, &why), nullptr) << "nobody reads";
  EXPECT_EQ(why.code, ErrorCode::kEnxio);
  const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  why = {};
  EXPECT_EQ(KeyLogFile::Open(path, &why), nullptr);
  EXPECT_EQ(why.text, "it is not a file");
  close(reader);
  unlink(path.c_str());
}

TEST(KeyLogFilePosixTest, AFileKeepsItsMode) {
  const std::string path = PathOfTest("mode");
  const int made = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_GE(made, 0);
  ASSERT_EQ(fchmod(made, 0640), 0);
  FileError why;
  ASSERT_NE(KeyLogFile::Open(path, &why), nullptr) << why.text;
  struct stat status;
  ASSERT_EQ(fstat(made, &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
  close(made);
  unlink(path.c_str());
}

TEST(KeyLogFilePosixTest, AFullDiskDoesNoHarm) {
  FileError why;
  const auto log = KeyLogFile::Open("/dev/full", &why);
  if (log == nullptr) GTEST_SKIP() << "there is no /dev/full here";
  log->Append("lost");
}

}  // namespace
}  // namespace tls
}  // namespace mortise
