// A call in a wrong form does not compile, and the compiler's message has a
// sentence that says what to write. The test runs the compilers of this
// machine.

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/tests/platform/constants/run_command.h"

namespace mortise {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Forms {
  std::string name;
  std::string sentence;  // "" for forms that compile.
  // The compiler complains only once about each type, so each form has a type
  // of its own.
  std::vector<std::string> code;
};

std::vector<Forms> AllForms() {
  return {
      // The right forms compile, so the other forms fail for the expected
      // reason and for no other.
      {"right",
       "",
       {R"(socket.Connect({"host", 80}).IgnoreError();)",
        R"((void)socket.SendTo("data", {"host", 80});)",
        R"(std::vector<std::byte> room; (void)socket.Recv(room);)",
        R"(std::array<unsigned char, 3> data{}; (void)socket.Send(data);)"}},
      {"address_is_one_argument",
       "an address is one argument: write",
       {R"(socket.Connect("host", 80).IgnoreError();)",
        R"(socket.Connect(text, 80).IgnoreError();)",
        R"(socket.Connect(text.c_str(), "80").IgnoreError();)",
        R"(socket.Bind("a host", 80).IgnoreError();)"}},
      {"text_is_no_address",
       "a text is no address: write",
       {R"(socket.Connect("host:80").IgnoreError();)",
        R"(socket.Connect(text).IgnoreError();)",
        R"(socket.Connect({"host:443"}).IgnoreError();)",
        R"(socket.Bind("host:8080").IgnoreError();)",
        R"(socket.Bind(absl::string_view(text)).IgnoreError();)",
        R"((void)socket.ConnectEx("127.0.0.1:80");)",
        R"((void)socket.SendTo("data", "host.example:80");)",
        R"((void)socket.SendTo("data", "h", 80);)",
        R"((void)SendMsg(socket, {"data"}, {}, 0, "[::1]:8080");)"}},
      {"not_to_be_received_into",
       "this cannot be received into, because it is const or a temporary",
       {R"((void)socket.Recv(text);)", R"((void)socket.Recv("literal");)",
        R"((void)socket.Recv(std::vector<char>(10));)",
        R"((void)socket.Recv(absl::MakeConstSpan(text));)",
        R"(const std::vector<std::byte> room; (void)socket.RecvFrom(room);)"}},
      {"not_bytes",
       "a buffer consists of char, unsigned char or std::byte",
       {R"(std::vector<int> ints; (void)socket.Recv(ints);)",
        R"(std::vector<long> longs; (void)socket.RecvFrom(longs);)",
        R"(std::vector<short> shorts; (void)socket.Send(shorts);)",
        R"(int ints[3] = {}; (void)socket.Send(ints);)",
        R"(std::array<int, 2> ints{}; (void)socket.SendAll(ints);)",
        R"(std::wstring wide; (void)socket.SendTo(wide, {"host", 80});)"}},
      {"pointers_without_a_size",
       "write {pointer, size}",
       {R"(unsigned char* data = nullptr; (void)socket.Send(data);)",
        R"(char* data = nullptr; (void)socket.Recv(data);)"}},
      {"sizes_that_are_not_in_bytes",
       "the size of a buffer is in bytes",
       {R"(int ints[3] = {}; (void)socket.Send({ints, 3});)",
        R"(short shorts[3] = {}; (void)socket.Recv({shorts, 3});)"}},
  };
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

int Count(absl::string_view text, absl::string_view part) {
  return static_cast<int>(
      std::vector<absl::string_view>(absl::StrSplit(text, part)).size() - 1);
}

class WrongFormsTest : public ::testing::TestWithParam<std::string> {};

TEST_P(WrongFormsTest, TheCompilerSaysWhatToWrite) {
  const char* const own = std::getenv("CXX");
  const std::string compiler =
      GetParam() == "CXX" ? (own != nullptr ? own : "c++") : GetParam();
  if (!HasProgram(compiler)) GTEST_SKIP() << "there is no " << compiler;
  const std::string folder = ::testing::TempDir() + "/" + GetParam();
  ASSERT_EQ(RunCommand("mkdir -p " + folder).exit_status, 0);
  // The header is compiled only once, because all forms include the same.
  const std::string header = folder + "/all.h";
  Write(header,
        "#include <array>\n"
        "#include <string>\n"
        "#include <vector>\n"
        "#include \"mortise/core/message.h\"\n"
        "#include \"mortise/core/socket.h\"\n");
  const std::string compile =
      compiler + " -std=c++17 @tests/headers/socket.flags ";
  const CommandResult compiled = RunCommand(compile + "-x c++-header " +
                                            header + " -o " + header + ".gch");
  ASSERT_EQ(compiled.exit_status, 0) << compiled.output;
  for (const Forms& forms : AllForms()) {
    SCOPED_TRACE(forms.name);
    // One line per form.
    std::string source;
    for (const std::string& code : forms.code) {
      absl::StrAppend(&source, "void Use", source.size(),
                      "(mortise::Socket& socket, const std::string& text) { ",
                      code, " (void)socket, (void)text; }\n");
    }
    const std::string path = folder + "/" + forms.name + ".cc";
    Write(path, source);
    const CommandResult result =
        RunCommand(compile + "-fsyntax-only -include " + header + " " + path);
    if (forms.sentence.empty()) {
      EXPECT_EQ(result.exit_status, 0) << result.output;
      continue;
    }
    EXPECT_NE(result.exit_status, 0);
    EXPECT_GE(Count(result.output, forms.sentence),
              static_cast<int>(forms.code.size()))
        << result.output;
    EXPECT_THAT(result.output, Not(HasSubstr("no matching")));
    // For each form, the message names the caller's own line.
    for (std::size_t i = 0; i < forms.code.size(); ++i) {
      EXPECT_THAT(result.output,
                  HasSubstr(absl::StrCat(forms.name, ".cc:", i + 1, ":")))
          << forms.code[i];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Compilers, WrongFormsTest,
                         ::testing::Values("CXX", "clang++"),
                         [](const auto& info) {
                           return info.param == "CXX" ? "Own" : "Clang";
                         });

}  // namespace
}  // namespace mortise
