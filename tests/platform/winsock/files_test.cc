#include "mortise/platform/winsock/files.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/file_handle.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sockets.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

NativeHandle HandleOf(HANDLE handle) {
  return NativeHandle(reinterpret_cast<std::intptr_t>(handle));
}

class FilesTest : public ::testing::Test {
 protected:
  FilesTest()
      : file_(std::tmpfile()),
        pair_(sockets_.SocketPair(AF_INET, SOCK_STREAM, 0).value) {
    EXPECT_NE(file_, nullptr);
    EXPECT_EQ(std::fwrite("0123456789", 1, 10, file_), 10u);
    EXPECT_EQ(std::fflush(file_), 0);
  }
  ~FilesTest() override {
    std::fclose(file_);
    sockets_.Close(pair_.first);
    sockets_.Close(pair_.second);
  }

  NativeHandle handle() { return FileHandleOf(file_); }

  std::int64_t Place() {
    LARGE_INTEGER place = {};
    SetFilePointerEx(
        reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(handle().value())),
        LARGE_INTEGER(), &place, FILE_CURRENT);
    return place.QuadPart;
  }

  std::string Received(std::size_t size) {
    std::string data(size, '\0');
    for (std::size_t at = 0; at < size;) {
      const SysResult<std::size_t> more =
          sockets_.Recv(pair_.second, absl::MakeSpan(&data[at], size - at), 0);
      if (!more.ok() || more.value == 0) return data.substr(0, at);
      at += more.value;
    }
    return data;
  }

  Sockets sockets_;
  Files files_;
  std::FILE* const file_;
  const HandlePair pair_;
};

TEST_F(FilesTest, TheSystemSendsAPartAndLeavesThePlace) {
  EXPECT_EQ(Place(), 10);
  const SysResult<std::size_t> sent =
      files_.SendFile(pair_.first, true, handle(), 3, 4);
  EXPECT_EQ(sent.error, 0);
  EXPECT_EQ(sent.value, 4u);
  EXPECT_EQ(Received(4), "3456");
  EXPECT_EQ(files_.SendFile(pair_.first, true, handle(), 8, 100).value, 2u);
  EXPECT_EQ(Received(2), "89");
  for (const std::uint64_t offset :
       {std::uint64_t{10}, std::uint64_t{1} << 40}) {
    const SysResult<std::size_t> none =
        files_.SendFile(pair_.first, true, handle(), offset, 100);
    EXPECT_EQ(none.error, 0);
    EXPECT_EQ(none.value, 0u);
  }
  EXPECT_EQ(files_.SendFile(pair_.first, true, handle(), 0, 0).value, 0u);
  EXPECT_EQ(Place(), 10);
}

TEST_F(FilesTest, ASocketThatMustNotWaitIsLeftToOthers) {
  EXPECT_EQ(files_.SendFile(pair_.first, false, handle(), 0, 1).error,
            kNotSupportedError);
}

TEST_F(FilesTest, ReadingAtAnOffsetLeavesThePlace) {
  char buffer[8];
  EXPECT_EQ(files_.ReadAt(handle(), 7, absl::MakeSpan(buffer)).value, 3u);
  EXPECT_EQ(absl::string_view(buffer, 3), "789");
  for (const std::uint64_t offset :
       {std::uint64_t{10}, std::uint64_t{1} << 40}) {
    const SysResult<std::size_t> none =
        files_.ReadAt(handle(), offset, absl::MakeSpan(buffer));
    EXPECT_EQ(none.error, 0);
    EXPECT_EQ(none.value, 0u);
  }
  EXPECT_EQ(Place(), 10);
}

TEST_F(FilesTest, APipeIsReadInOrder) {
  HANDLE from = nullptr;
  HANDLE to = nullptr;
  ASSERT_TRUE(CreatePipe(&from, &to, nullptr, 0));
  DWORD written = 0;
  ASSERT_TRUE(WriteFile(to, "abc", 3, &written, nullptr));
  char buffer[8];
  EXPECT_EQ(files_.SendFile(pair_.first, true, HandleOf(from), 0, 3).error,
            kNotSupportedError);
  EXPECT_EQ(files_.ReadAt(HandleOf(from), 0, absl::MakeSpan(buffer)).error,
            kNotSupportedError);
  EXPECT_EQ(files_.ReadNext(HandleOf(from), absl::MakeSpan(buffer, 2)).value,
            2u);
  EXPECT_EQ(absl::string_view(buffer, 2), "ab");
  CloseHandle(to);
  EXPECT_EQ(files_.ReadNext(HandleOf(from), absl::MakeSpan(buffer)).value, 1u);
  const SysResult<std::size_t> end =
      files_.ReadNext(HandleOf(from), absl::MakeSpan(buffer));
  EXPECT_EQ(end.error, 0);
  EXPECT_EQ(end.value, 0u);
  CloseHandle(from);
}

TEST_F(FilesTest, WhatIsNoFileSaysSo) {
  // There is no handle with this number.
  const NativeHandle none(1 << 28);
  char buffer[8];
  EXPECT_EQ(files_.ReadAt(none, 0, absl::MakeSpan(buffer)).error,
            ERROR_INVALID_HANDLE);
  EXPECT_EQ(files_.ReadNext(none, absl::MakeSpan(buffer)).error,
            ERROR_INVALID_HANDLE);
  EXPECT_FALSE(files_.SendFile(pair_.first, true, none, 0, 1).ok());
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
