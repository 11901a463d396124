// Runs a real set-user-ID program, if the machine lets a test make one.

#include "mortise/platform/tls/elevated.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/tests/tree.h"

namespace mortise {
namespace tls {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A user and group other than root.
constexpr uid_t kOther = 65534;

std::string Program() {
  return mortise::testing::TreePath("tests/platform/tls/print_trusted");
}

// What OutputOf returns if the system has no idea how to run the program, which
// is of another machine. The test itself then runs in an emulator.
constexpr char kNotOfThisMachine[] = "not of this machine";

// Returns what `program` prints if the user `user` runs it, with an environment
// that names certificates and a file for secrets.
std::string OutputOf(const std::string& program, uid_t user) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    char* const arguments[] = {const_cast<char*>("print_trusted"), nullptr};
    char* const environment[] = {
        const_cast<char*>("SSL_CERT_FILE=/nowhere/ca.pem"),
        const_cast<char*>("SSL_CERT_DIR=/nowhere"),
        const_cast<char*>("SSLKEYLOGFILE=/nowhere/keys.log"), nullptr};
    if (user != getuid() && (setgid(user) != 0 || setuid(user) != 0)) {
      _exit(126);
    }
    execve(program.c_str(), arguments, environment);
    if (errno == ENOEXEC) {
      (void)!write(STDOUT_FILENO, kNotOfThisMachine, strlen(kNotOfThisMachine));
    }
    _exit(127);
  }
  close(ends[1]);
  std::string out;
  char some[512];
  for (ssize_t got; (got = read(ends[0], some, sizeof(some))) > 0;) {
    out.append(some, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return out;
}

TEST(ElevatedTest, ThisTestIsNot) { EXPECT_FALSE(IsElevated()); }

TEST(ElevatedTest, APlainProgramObeysTheEnvironment) {
  const std::string out = OutputOf(Program(), getuid());
  if (out == kNotOfThisMachine) GTEST_SKIP() << out;
  EXPECT_THAT(out, StartsWith("plain\n"));
  EXPECT_THAT(out, HasSubstr("SSL_CERT_FILE=/nowhere/ca.pem, "
                             "SSL_CERT_DIR=/nowhere"));
  EXPECT_THAT(out, HasSubstr("\n/nowhere/keys.log\n"));
}

class SetIdTest : public ::testing::TestWithParam<mode_t> {
 protected:
  // The folder is in /tmp, which every user may read.
  ~SetIdTest() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    if (getuid() != 0) GTEST_SKIP() << "only root makes such programs here";
    std::string name = "/tmp/mortise_elevated_XXXXXX";
    ASSERT_NE(mkdtemp(&name[0]), nullptr);
    folder_ = name;
    program_ = absl::StrCat(name, "/print_trusted");
    std::filesystem::copy_file(Program(), program_);
    ASSERT_EQ(chmod(name.c_str(), 0755), 0);
    ASSERT_EQ(chmod(program_.c_str(), GetParam() | 0755), 0);
  }

  std::filesystem::path folder_ = "/nonexistent";
  std::string program_;
};

TEST_P(SetIdTest, IgnoresTheEnvironment) {
  const std::string out = OutputOf(program_, kOther);
  if (out.empty()) GTEST_SKIP() << "no other user can run programs here";
  if (out == kNotOfThisMachine) GTEST_SKIP() << out;
  // /tmp may be mounted in a way that does not allow such programs, or the
  // process may not be allowed to run them.
  if (absl::StartsWith(out, "plain\n")) {
    struct stat status;
    ASSERT_EQ(stat(program_.c_str(), &status), 0);
    ASSERT_NE(status.st_mode & GetParam(), 0u);
    GTEST_SKIP() << "set-ID programs get no rights here";
  }
  EXPECT_THAT(out, StartsWith("elevated\n"));
  EXPECT_THAT(out, Not(HasSubstr("nowhere")));
  // For the program's own user it is an ordinary program.
  EXPECT_THAT(OutputOf(program_, 0), StartsWith("plain\n"));
}

INSTANTIATE_TEST_SUITE_P(Both, SetIdTest,
                         ::testing::Values(mode_t{S_ISUID}, mode_t{S_ISGID}),
                         [](const ::testing::TestParamInfo<mode_t>& info) {
                           return info.param == S_ISUID ? "User" : "Group";
                         });

}  // namespace
}  // namespace tls
}  // namespace mortise
