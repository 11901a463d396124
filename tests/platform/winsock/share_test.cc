// Hands a socket to another process, which runs this program too.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sockets.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

constexpr absl::string_view kGreeting = "from the child";

// The child's main function. It makes a socket from the data that it reads from
// its standard input, and sends "hello" on it. Returns 0 if this has succeeded.
int RunChild() {
  char line[4096];
  if (std::fgets(line, sizeof(line), stdin) == nullptr) return 2;
  std::string hex = line;
  while (!hex.empty() && hex.back() <= ' ') hex.pop_back();
  Sockets sockets;
  const SysResult<NativeHandle> shared =
      sockets.FromShare(absl::HexStringToBytes(hex));
  if (!shared.ok()) return 3;
  if (!sockets.Send(shared.value, kGreeting, 0).ok()) return 4;
  return sockets.Close(shared.value).ok() ? 0 : 5;
}

// A child that waits for a line.
class Child {
 public:
  Child() {
    SECURITY_ATTRIBUTES inherited = {sizeof(inherited), nullptr, TRUE};
    HANDLE input = nullptr;
    CreatePipe(&input, &pipe_, &inherited, 0);
    SetHandleInformation(pipe_, HANDLE_FLAG_INHERIT, 0);
    wchar_t program[32768];
    GetModuleFileNameW(nullptr, program, 32768);
    std::wstring command = L"share_test --child";
    STARTUPINFOW startup = {};
    startup.cb = sizeof(startup);
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = input;
    startup.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    started_ = CreateProcessW(program, &command[0], nullptr, nullptr, TRUE, 0,
                              nullptr, nullptr, &startup, &process_) != 0;
    CloseHandle(input);
  }

  bool started() const { return started_; }
  std::uint32_t id() const { return process_.dwProcessId; }

  // Sends the line to the child, and returns its exit code.
  int Run(absl::string_view line) {
    DWORD written = 0;
    WriteFile(pipe_, line.data(), static_cast<DWORD>(line.size()), &written,
              nullptr);
    CloseHandle(pipe_);
    WaitForSingleObject(process_.hProcess, INFINITE);
    DWORD code = 0;
    GetExitCodeProcess(process_.hProcess, &code);
    CloseHandle(process_.hThread);
    CloseHandle(process_.hProcess);
    return static_cast<int>(code);
  }

 private:
  HANDLE pipe_ = nullptr;
  PROCESS_INFORMATION process_ = {};
  bool started_ = false;
};

TEST(ShareTest, AnotherProcessSendsOverTheSameConnection) {
  Sockets sockets;
  const SysResult<HandlePair> pair =
      sockets.SocketPair(AF_INET, SOCK_STREAM, 0);
  ASSERT_TRUE(pair.ok()) << pair.error;
  Child child;
  ASSERT_TRUE(child.started());
  const SysResult<std::string> info =
      sockets.Share(pair.value.second, child.id());
  ASSERT_TRUE(info.ok()) << info.error;
  EXPECT_EQ(info.value.size(), sizeof(WSAPROTOCOL_INFOW));
  EXPECT_EQ(child.Run(absl::BytesToHexString(info.value) + "\n"), 0);
  char buffer[64];
  const SysResult<std::size_t> size =
      sockets.Recv(pair.value.first, absl::MakeSpan(buffer), 0);
  ASSERT_TRUE(size.ok()) << size.error;
  EXPECT_EQ(absl::string_view(buffer, size.value), kGreeting);
  sockets.Close(pair.value.first);
  sockets.Close(pair.value.second);
}

TEST(ShareTest, BytesOfAnotherSizeAreRefused) {
  Sockets sockets;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, sizeof(WSAPROTOCOL_INFOW) - 1,
        sizeof(WSAPROTOCOL_INFOW) + 1}) {
    EXPECT_EQ(sockets.FromShare(std::string(size, '\0')).error, WSAEINVAL);
  }
}

TEST(DescriptorsTest, AnEventIsNoSocket) {
  Sockets sockets;
  const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  const NativeHandle handle(reinterpret_cast<std::intptr_t>(event));
  EXPECT_EQ(sockets.Describe(handle).error, WSAENOTSOCK);
  // Nevertheless the socket can be inherited.
  EXPECT_FALSE(sockets.GetInheritable(handle).value);
  EXPECT_TRUE(sockets.SetInheritable(handle, true).ok());
  EXPECT_TRUE(sockets.GetInheritable(handle).value);
  CloseHandle(event);
}

}  // namespace
}  // namespace winsock
}  // namespace mortise

int main(int argc, char** argv) {
  if (argc == 2 && absl::string_view(argv[1]) == "--child") {
    return mortise::winsock::RunChild();
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
