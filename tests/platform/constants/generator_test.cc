// Runs the generator as its users do: on this machine's own headers, on headers
// made for the test, and with the cross-compilers that are installed.

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/tests/platform/constants/run_command.h"

namespace mortise {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kSkipped = 77;

std::string Generate(const std::string& arguments) {
  return Python() + "tools/constants/generate.py " + arguments;
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

class GeneratorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!HasProgram("python3")) GTEST_SKIP() << "there is no python3";
    if (!HasProgram(Compiler())) GTEST_SKIP() << "there is no " << Compiler();
  }

  static std::string Compiler() {
    const char* compiler = std::getenv("CXX");
    return compiler != nullptr ? compiler : "c++";
  }

  // Makes a source tree for the test, whose tables the test can change.
  std::string MakeRoot() {
    const std::string root =
        ::testing::TempDir() + "/root_" +
        ::testing::UnitTest::GetInstance()->current_test_info()->name();
    EXPECT_EQ(RunCommand("rm -rf " + root + " && mkdir -p " + root +
                         "/platform && cp -RL platform/constants " + root +
                         "/platform && chmod -R u+w " + root)
                  .exit_status,
              0);
    return root;
  }

  static std::string LinuxTable(const std::string& root) {
    return root + "/platform/constants/linux/table.tsv";
  }
};

TEST_F(GeneratorTest, ThisMachinesHeadersAgreeWithTheTable) {
  const CommandResult result = RunCommand(Generate("check"));
  EXPECT_EQ(result.exit_status, 0) << result.output;
  RecordProperty("remarks", result.output);
}

TEST_F(GeneratorTest, WhatIsGeneratedIsUpToDate) {
  const CommandResult result = RunCommand(Generate("check-rendered"));
  EXPECT_EQ(result.exit_status, 0) << result.output;
}

TEST_F(GeneratorTest, AStaleFileIsNoticed) {
  const std::string root = MakeRoot();
  const std::string path = root + "/platform/constants/macos/values.h";
  Write(path, Read(path) + "// changed\n");
  const CommandResult result =
      RunCommand(Generate("--root " + root + " check-rendered"));
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(result.output, HasSubstr("platform/constants/macos/values.h"));
}

#if defined(__linux__)

TEST_F(GeneratorTest, LosingANameFails) {
  const std::string root = MakeRoot();
  const std::string table = LinuxTable(root);
  Write(table, Read(table) +
                   "SO_MORTISE_LOST\t1\tint\tSO\tsys/socket.h\tlibc\t"
                   "SO_MORTISE_LOST\t\n");
  const CommandResult result =
      RunCommand(Generate("--root " + root + " check"));
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(result.output, HasSubstr("FAILED lost: SO_MORTISE_LOST"));
}

TEST_F(GeneratorTest, TheSameHeadersGiveTheSameBytes) {
  const std::string root = MakeRoot();
  const std::string scan =
      Generate("--root " + root + " scan linux-x86_64-gnu --compiler '" +
               Compiler() + "'");
  ASSERT_EQ(RunCommand(scan).exit_status, 0) << RunCommand(scan).output;
  const std::string once = Read(LinuxTable(root));
  ASSERT_EQ(RunCommand(scan).exit_status, 0);
  EXPECT_EQ(Read(LinuxTable(root)), once);
  EXPECT_THAT(once, HasSubstr("\nSO_REUSEADDR\t"));
}

TEST_F(GeneratorTest, ANewNameIsReported) {
  const std::string root = MakeRoot();
  const std::string table = LinuxTable(root);
  std::string text = Read(table);
  const std::size_t line = text.find("\nSO_REUSEADDR\t") + 1;
  text.erase(line, text.find('\n', line) + 1 - line);
  Write(table, text);
  const CommandResult result =
      RunCommand(Generate("--root " + root + " check"));
  EXPECT_EQ(result.exit_status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("new: SO_REUSEADDR = "));
}

TEST_F(GeneratorTest, AWrongValueFails) {
  const std::string root = MakeRoot();
  const std::string table = LinuxTable(root);
  std::string text = Read(table);
  const std::size_t value = text.find("\nAF_INET\t2\t") + 9;
  text.replace(value, 1, "3");
  Write(table, text);
  const CommandResult result =
      RunCommand(Generate("--root " + root + " check"));
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(result.output,
              HasSubstr("FAILED AF_INET is 2 here, 3 in the table"));
}

// An absent name does not compile. It is not replaced by a zero.
TEST_F(GeneratorTest, ANameThatTheOsLacksIsACompileError) {
  const std::string root = MakeRoot();
  ASSERT_EQ(RunCommand("ln -s . " + root + "/mortise").exit_status, 0);
  const std::string source = root + "/use.cc";
  const std::string compile =
      Compiler() + " -std=c++17 -fsyntax-only -I" + root + " " + source;
  const std::string include =
      "#include \"mortise/platform/constants/native.h\"\n";
  Write(source, include + "static_assert(mortise::kSoReuseaddr != 0);\n");
  EXPECT_EQ(RunCommand(compile).exit_status, 0) << RunCommand(compile).output;
  Write(source, include + "int x = mortise::kSoExclusiveaddruse;\n");
  EXPECT_NE(RunCommand(compile).exit_status, 0);
  EXPECT_THAT(RunCommand(compile).output, HasSubstr("kSoExclusiveaddruse"));
}

#endif  // defined(__linux__)

// Tests the scanner on headers such as an OS may have.
class ScannerTest : public GeneratorTest {
 protected:
  // Prints `NAME VALUE TYPE HEADER` for each name that the scanner finds in a
  // header.
  CommandResult Scan(const std::string& header) {
    const std::string folder = ::testing::TempDir() + "/scanned";
    EXPECT_EQ(RunCommand("mkdir -p " + folder).exit_status, 0);
    Write(folder + "/fake.h", header);
    Write(folder + "/scan.py",
          "import sys\n"
          "sys.path.insert(0, 'tools/constants')\n"
          "import scanner, targets\n"
          "sets = [targets.HeaderSet('fake', ('fake.h',), ())]\n"
          "command = sys.argv[1].split() + ['-I', sys.argv[2]]\n"
          "for c in scanner.scan('linux', command, sets)['fake']:\n"
          "    print(c.name, c.value, c.type, c.header)\n");
    return RunCommand(Python() + folder + "/scan.py '" + Compiler() + "' " +
                      folder);
  }
};

TEST_F(ScannerTest, FindsMacrosAndEnumeratorsAlike) {
  const CommandResult result = Scan(
      "#define SO_ONE 1\n"
      "enum { IPPROTO_A = 3, IPPROTO_B, /* no macro */\n"
      "       IPPROTO_C = IPPROTO_A + (1, 5),\n"
      "       IPPROTO_D };\n"
      "enum Named : unsigned { IPPROTO_E = 9 };\n");
  EXPECT_EQ(result.output,
            "IPPROTO_A 3 int fake.h\n"
            "IPPROTO_B 4 int fake.h\n"
            "IPPROTO_C 8 int fake.h\n"
            "IPPROTO_D 9 int fake.h\n"
            "IPPROTO_E 9 int fake.h\n"
            "SO_ONE 1 int fake.h\n");
}

TEST_F(ScannerTest, KeepsSignAndWidth) {
  const CommandResult result = Scan(
      "#define SO_A (~4)\n"
      "#define SO_B 0xffffffffu\n"
      "#define SO_C 0x80000000\n"
      "#define SO_D 0x7fffffff\n"
      "#define SO_E (-0x7fffffff - 1)\n"
      "#define SO_F 0xffffffffffffffffull\n"
      "#define SO_G (-1ll)\n"
      "#define SO_H 5L\n"
      "#define SO_I sizeof(char[12])\n"
      "#define INADDR_A 0x7f000001\n");
  EXPECT_EQ(result.output,
            "INADDR_A 2130706433 unsigned fake.h\n"
            "SO_A -5 int fake.h\n"
            "SO_B 4294967295 unsigned fake.h\n"
            "SO_C 2147483648 unsigned fake.h\n"
            "SO_D 2147483647 int fake.h\n"
            "SO_E -2147483648 int fake.h\n"
            "SO_F 18446744073709551615 uint64 fake.h\n"
            "SO_G -1 int64 fake.h\n"
            "SO_H 5 int fake.h\n"
            "SO_I 12 unsigned fake.h\n");
}

TEST_F(ScannerTest, LeavesOutWhatIsNoIntegerConstant) {
  const CommandResult result = Scan(
      "extern int variable;\n"
      "#define SO_TEXT \"text\"\n"
      "#define SO_FLOAT 1.5\n"
      "#define SO_POINTER ((void *)0)\n"
      "#define SO_VARIABLE variable\n"
      "#define SO_BROKEN no_such_name + 1\n"
      "#define SO_TYPE struct\n"
      "#define SO_FUNCTION(x) x\n"
      "#define SO_FLAG\n"
      "#define SO_GONE 1\n"
      "#undef SO_GONE\n"
      "#define SO_GOOD 1\n"
      "#define OTHER_GOOD 1\n");
  EXPECT_EQ(result.output, "SO_GOOD 1 int fake.h\n");
}

TEST_F(ScannerTest, HeadersThatDoNotCompileAreAnErrorNotAnEmptyTable) {
  const CommandResult result = Scan("this is no C++\n#define SO_ONE 1\n");
  EXPECT_NE(result.exit_status, 0);
  EXPECT_THAT(result.output, Not(HasSubstr("SO_ONE")));
}

// Every target from which the table was made, if its compiler is installed.
class TargetTest : public GeneratorTest,
                   public ::testing::WithParamInterface<const char*> {};

TEST_P(TargetTest, HeadersAgreeWithTheTable) {
  // Zig has to be told where its caches are, and a test may write only here.
  const std::string cache = ::testing::TempDir() + "/zig";
  const CommandResult result =
      RunCommand("mkdir -p " + cache + " && ZIG_GLOBAL_CACHE_DIR=" + cache +
                 " ZIG_LOCAL_CACHE_DIR=" + cache + " " +
                 Generate("check " + std::string(GetParam())));
  if (result.exit_status == kSkipped) GTEST_SKIP() << result.output;
  EXPECT_EQ(result.exit_status, 0) << result.output;
}

INSTANTIATE_TEST_SUITE_P(
    Cross, TargetTest,
    ::testing::Values("linux-arm64-gnu", "linux-s390x-gnu", "linux-riscv64-gnu",
                      "linux-arm-gnu", "linux-i686-gnu", "linux-arm-gnu-time64",
                      "linux-powerpc64le-gnu", "linux-mips-gnu",
                      "linux-mips64el-gnu", "linux-mips-gnu-time64",
                      "linux-sparc64-gnu", "linux-alpha-gnu", "linux-hppa-gnu",
                      "linux-x86_64-musl", "linux-arm-musl", "linux-mips-musl",
                      "macos-arm64", "macos-x86_64", "windows-x86_64-mingw",
                      "windows-x86_64-zig", "windows-arm64-zig"),
    [](const ::testing::TestParamInfo<const char*>& param) {
      std::string name = param.param;
      for (char& c : name) {
        if (c == '-') c = '_';
      }
      return name;
    });

}  // namespace
}  // namespace mortise
