// A platform that reports more than there is: sizes, indexes, and lengths of
// addresses that are too large. The library must not read or return bytes that
// are not there. AddressSanitizer sees the cases that the tests themselves
// cannot see.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/error.h"
#include "mortise/core/fds.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/gethostbyname.h"
#include "mortise/core/message.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/windows_socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/core/mock_socket.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::AnyNumber;
using ::testing::Return;

using Size = std::size_t;

// The size of what the peer has sent. It is larger than every buffer here.
constexpr Size kDatagram = 70000;

// Fills `buffer`, and returns a larger size.
Size Fill(absl::Span<char> buffer) {
  std::memset(buffer.data(), 'd', buffer.size());
  return kDatagram;
}

// Returns an address whose length is larger than the number of its bytes.
SockAddr LongAddress(int family) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(family);
  address.size = 255;
  std::memset(address.bytes, 'a', sizeof(address.bytes));
  return address;
}

class LyingPlatformTest : public MockSocketTest {
 protected:
  // Data of the smaller sizes is received into memory on the stack, and data of
  // the larger ones into the memory of a string.
  const std::vector<Size> sizes_ = {0, 1, 10, 16 * 1024, 16 * 1024 + 1, 40000};

  static std::string Filled(Size size) { return std::string(size, 'd'); }
};

TEST_F(LyingPlatformTest, AStringHasAtMostItsSize) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Recv)
      .WillRepeatedly([](NativeHandle, absl::Span<char> buffer, int) {
        return Made(Fill(buffer));
      });
  EXPECT_CALL(mock_.sockets, RecvFrom)
      .WillRepeatedly(
          [](NativeHandle, absl::Span<char> buffer, int, SockAddr* from) {
            *from = LongAddress(kAfUnix);
            return Made(Fill(buffer));
          });
  EXPECT_CALL(mock_.sockets, RecvMsg)
      .WillRepeatedly([](NativeHandle,
                         absl::Span<const absl::Span<char>> buffers,
                         absl::Span<char>, int, SockAddr*) {
        ReceivedMessage received;
        received.size = Fill(buffers[0]);
        return Made(received);
      });
  for (const int flags : {0, kMsgTrunc}) {
    for (const Size size : sizes_) {
      EXPECT_EQ(socket.Recv(size, flags).value(), Filled(size));
      const RecvFromStringResult from = socket.RecvFrom(size, flags).value();
      EXPECT_EQ(from.data, Filled(size));
      // With room for 0 bytes, the platform is called only if the length of the
      // data is wanted.
      const bool asks = size > 0 || flags != 0;
      EXPECT_EQ(from.address.bytes().size(), asks ? SockAddr::kCapacity : 0);
      EXPECT_EQ(RecvMsg(socket, size, 0, flags)->data, Filled(size));
    }
  }
}

// With MSG_TRUNC, TCP discards bytes and counts them.
TEST_F(LyingPlatformTest, WhatWasCountedAndNotWrittenIsZeros) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Recv)
      .WillRepeatedly([](NativeHandle, absl::Span<char> buffer, int) {
        return Made(buffer.size());
      });
  for (const Size size : sizes_) {
    EXPECT_EQ(socket.Recv(size, kMsgTrunc).value(), std::string(size, '\0'));
  }
}

TEST_F(LyingPlatformTest, ASpanIsNoLongerThanItIsUnlessItsLengthWasAskedFor) {
  Socket socket = Open();
  char buffer[10];
  EXPECT_CALL(mock_.sockets, Recv)
      .WillRepeatedly([](NativeHandle, absl::Span<char> span, int) {
        return Made(Fill(span));
      });
  EXPECT_CALL(mock_.sockets, RecvFrom)
      .WillRepeatedly([](NativeHandle, absl::Span<char> span, int, SockAddr*) {
        return Made(Fill(span));
      });
  EXPECT_CALL(mock_.sockets, RecvMsg)
      .WillRepeatedly([](NativeHandle,
                         absl::Span<const absl::Span<char>> buffers,
                         absl::Span<char> control, int, SockAddr*) {
        EXPECT_EQ(buffers.size(), 2u);
        ReceivedMessage received;
        received.size = Fill(buffers[0]);
        received.control_size = control.size() + 1;
        return Made(received);
      });
  const absl::Span<char> both[] = {absl::MakeSpan(buffer, 4),
                                   absl::MakeSpan(buffer + 4, 3)};
  char control[5];
  EXPECT_EQ(socket.Recv(absl::MakeSpan(buffer)).value(), 10u);
  EXPECT_EQ(socket.RecvFrom(absl::MakeSpan(buffer))->size, 10u);
  EXPECT_EQ(RecvMsg(socket, both, absl::MakeSpan(control))->size, 7u);
  EXPECT_EQ(RecvMsg(socket, both, absl::MakeSpan(control))->control_size, 5u);

  EXPECT_EQ(socket.Recv(absl::MakeSpan(buffer), kMsgTrunc).value(), kDatagram);
  EXPECT_EQ(socket.RecvFrom(absl::MakeSpan(buffer), kMsgTrunc)->size,
            kDatagram);
  const RecvMsgResult message =
      RecvMsg(socket, both, absl::MakeSpan(control), kMsgTrunc).value();
  EXPECT_EQ(message.size, kDatagram);
  EXPECT_EQ(message.control_size, 5u);
}

// The first attempt would block, so that the lies are met when the call is
// repeated.
TEST_F(LyingPlatformTest, ASecondTryIsBelievedNoMore) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.readiness, Wait).WillRepeatedly(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<Size>(ErrorCode::kEagain)))
      .WillOnce(Return(Made(kDatagram)));
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Failed<Size>(ErrorCode::kEagain)))
      .WillOnce(Return(Made(kDatagram)));
  char buffer[10];
  EXPECT_EQ(socket.Recv(absl::MakeSpan(buffer)).value(), 10u);
  EXPECT_EQ(socket.Send("abc").value(), 3u);
}

TEST_F(LyingPlatformTest, AncillaryDataIsNoLongerThanItsRoom) {
  Socket socket = Open(kAfUnix, kSockDgram);
  EXPECT_CALL(mock_.sockets, RecvMsg)
      .WillRepeatedly([](NativeHandle,
                         absl::Span<const absl::Span<char>> buffers,
                         absl::Span<char> control, int, SockAddr* from) {
        *from = LongAddress(kAfUnix);
        // Zeros are not a control message.
        std::fill(control.begin(), control.end(), '\0');
        ReceivedMessage received;
        received.size = Fill(buffers[0]);
        received.control_size = control.size() + kDatagram;
        return Made(received);
      });
  EXPECT_EQ(RecvMsg(socket, 10, 24)->ancillary.bytes().size(), 24u);

  if (!EncodeControl(ControlHandles()).has_value()) {
    GTEST_SKIP() << "the system passes no descriptors";
  }
  for (const int flags : {0, kMsgTrunc}) {
    const absl::StatusOr<RecvFdsResult> received =
        RecvFds(socket, 10, 2, flags);
    ASSERT_TRUE(received.ok()) << received.status();
    EXPECT_EQ(received->data, Filled(10));
  }
}

TEST_F(LyingPlatformTest, NoMoreIsSentThanThereWas) {
  Socket socket = Open(kAfInet, kSockDgram);
  const SocketAddress to = SocketAddress::Ipv4({127, 0, 0, 1}, 9);
  EXPECT_CALL(mock_.sockets, Send).WillRepeatedly(Return(Made(kDatagram)));
  EXPECT_CALL(mock_.sockets, SendTo).WillRepeatedly(Return(Made(kDatagram)));
  EXPECT_CALL(mock_.sockets, SendMsg).WillRepeatedly(Return(Made(kDatagram)));
  EXPECT_EQ(socket.Send("abc").value(), 3u);
  EXPECT_TRUE(socket.SendAll("abc").ok());
  EXPECT_EQ(socket.SendTo("abc", to).value(), 3u);
  EXPECT_EQ(socket.SendTo("abc", {"127.0.0.1", 9}).value(), 3u);
  EXPECT_EQ(SendMsg(socket, {"abc", "", "de"}).value(), 5u);
  EXPECT_EQ(SendMsg(socket, {"abc", "de"}, {}, 0, to).value(), 5u);
  EXPECT_EQ(SendMsg(socket, {"abc", "de"}, {}, 0, {"127.0.0.1", 9}).value(),
            5u);
}

TEST_F(LyingPlatformTest, AnOptionIsNoLongerThanItsRoom) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, GetSockOpt)
      .WillRepeatedly([](NativeHandle, int, int, absl::Span<char> buffer) {
        // Some options read the buffer, so it must have defined contents.
        for (const char byte : buffer) EXPECT_EQ(byte, 0);
        return Made(Fill(buffer));
      });
  for (const Size size : {Size{1}, Size{2}, Size{4}, Socket::kMaxOptionSize}) {
    EXPECT_EQ(socket.GetSockOpt(1, 2, size).value(), Filled(size));
  }
  EXPECT_EQ(socket.GetSockOpt(1, 2).value(), 0x64646464);
  EXPECT_CALL(mock_.sockets, Ioctl)
      .WillOnce([](NativeHandle, std::uint32_t, absl::Span<const char>,
                   absl::Span<char> out) { return Made(Fill(out)); });
  char out[10];
  EXPECT_EQ(Ioctl(socket, 1, "", absl::MakeSpan(out)).value(), 10u);
}

TEST_F(LyingPlatformTest, AddressesAreNoLongerThanTheirBytes) {
  Socket socket = Open(kAfUnix);
  EXPECT_CALL(mock_.sockets, GetSockName)
      .WillRepeatedly([](NativeHandle, SockAddr* address) {
        *address = LongAddress(kAfUnix);
        return Done();
      });
  EXPECT_CALL(mock_.sockets, GetPeerName)
      .WillRepeatedly([](NativeHandle, SockAddr* address) {
        *address = LongAddress(60000);
        return Done();
      });
  EXPECT_CALL(mock_.sockets, Accept)
      .WillRepeatedly([](NativeHandle, SockAddr* address) {
        *address = LongAddress(kAfInet);
        return Made(NativeHandle(9));
      });
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(9)));
  const SocketAddress path = socket.GetSockName().value();
  EXPECT_EQ(path.ToString(), "unix:" + std::string(SockAddr::kCapacity, 'a'));
  EXPECT_EQ(path, socket.GetSockName().value());
  EXPECT_FALSE(path < path);
  const SocketAddress raw = socket.GetPeerName().value();
  EXPECT_EQ(raw.bytes(), std::string(SockAddr::kCapacity, 'a'));
  EXPECT_NE(raw.ToString(), "");
  const AcceptResult accepted = socket.Accept().value();
  EXPECT_EQ(accepted.address.host(), "");

  AddrInfoEntry entry;
  entry.family = kAfUnix;
  entry.address = LongAddress(kAfUnix);
  LookupResult<std::vector<AddrInfoEntry>> found;
  found.value = {entry};
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(found));
  GetAddrInfoOptions options;
  options.platform = &mock_.platform;
  EXPECT_EQ(GetAddrInfo("host", 80, options)->front().address, path);

  LookupResult<HostEntry> host;
  host.value.addresses = {LongAddress(kAfInet)};
  EXPECT_CALL(mock_.names, FindHostByName).WillOnce(Return(host));
  (void)GetHostByNameEx("host", {absl::Seconds(1), &mock_.platform});
}

// The system's own platform refuses such an address.
TEST_F(LyingPlatformTest, ALongAddressIsRefusedByTheSystem) {
  absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
  ASSERT_TRUE(socket.ok()) << socket.status();
  for (const int family : {kAfUnix, 60000}) {
    EXPECT_FALSE(
        Platform::Default()
            .sockets()
            .SendTo(socket->native_handle(), {"x", 1}, 0, LongAddress(family))
            .ok());
  }
}

TEST_F(LyingPlatformTest, AnAttemptThatThereIsNotHasNotEnded) {
  EXPECT_CALL(mock_.sockets, Socket).WillOnce(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, SetBlocking).WillRepeatedly(Return(Done()));
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEinprogress)));
  EXPECT_CALL(mock_.readiness, WaitInterruptibly)
      .Times(AnyNumber())
      .WillRepeatedly([this](absl::Span<const WaitTarget>,
                             absl::Span<WaitInterrupt* const>,
                             absl::Duration timeout) {
        mock_.clock.Advance(timeout);
        return Made(kDatagram);
      });
  CreateConnectionOptions options;
  options.platform = &mock_.platform;
  options.timeout = absl::Seconds(1);
  AddrInfoEntry entry;
  entry.family = kAfInet;
  entry.type = kSockStream;
  entry.address = SocketAddress::Ipv4({127, 0, 0, 1}, 9).raw();
  LookupResult<std::vector<AddrInfoEntry>> found;
  found.value = {entry};
  EXPECT_CALL(mock_.names, FindAddresses).WillRepeatedly(Return(found));
  EXPECT_TRUE(IsTimeout(CreateConnection({"host", 9}, options).status()));
}

TEST_F(LyingPlatformTest, NoMoreOfAFileIsSentThanWasAskedFor) {
  Socket socket = Open();
  std::uint64_t sent = 0;
  EXPECT_CALL(mock_.files, SendFile).WillOnce(Return(Made(kDatagram)));
  EXPECT_EQ(SendFile(socket, NativeHandle(5), 0, 10, &sent).value(), 10u);
  EXPECT_EQ(sent, 10u);

  // Without the system's call for sending files. The file is read at offsets,
  // and in order.
  for (const bool has_offsets : {true, false}) {
    EXPECT_CALL(mock_.files, SendFile)
        .WillOnce(Return(SysResult<Size>{0, kNotSupportedError}));
    if (has_offsets) {
      EXPECT_CALL(mock_.files, ReadAt)
          .WillOnce([](NativeHandle, std::uint64_t, absl::Span<char> buffer) {
            return Made(Fill(buffer));
          });
    } else {
      EXPECT_CALL(mock_.files, ReadAt)
          .WillOnce(Return(SysResult<Size>{0, kNotSupportedError}));
      EXPECT_CALL(mock_.files, ReadNext)
          .WillOnce([](NativeHandle, absl::Span<char> buffer) {
            return Made(Fill(buffer));
          });
    }
    EXPECT_CALL(mock_.sockets, Send)
        .WillOnce([](NativeHandle, absl::Span<const char> data, int) {
          EXPECT_EQ(absl::string_view(data.data(), data.size()), "dddddddddd");
          return Made(kDatagram);
        });
    EXPECT_EQ(SendFile(socket, NativeHandle(5), 0, 10, &sent).value(), 10u);
    EXPECT_EQ(sent, 10u);
  }
}

TEST_F(LyingPlatformTest, AFileReadsAndWritesNoMoreThanThereIs) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, SetBlocking).WillRepeatedly(Return(Done()));
  EXPECT_CALL(mock_.sockets, Dup).WillRepeatedly(Return(Made(NativeHandle(8))));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(8))).Times(AnyNumber());
  EXPECT_CALL(mock_.sockets, Recv)
      .WillRepeatedly([](NativeHandle, absl::Span<char> buffer, int) {
        return Made(Fill(buffer));
      });
  EXPECT_CALL(mock_.sockets, Send).WillRepeatedly(Return(Made(kDatagram)));
  for (const int buffering : {0, 10}) {
    MakeFileOptions options;
    options.buffering = buffering;
    SocketFile file = MakeFile(socket, "rwb", options).value();
    EXPECT_EQ(file.Read1(7).value(), Filled(7));
    EXPECT_EQ(file.Read(7).value(), Filled(7));
    char buffer[20];
    EXPECT_LE(file.ReadInto1(absl::MakeSpan(buffer)).value(), 20u);
    EXPECT_EQ(file.ReadInto(absl::MakeSpan(buffer)).value(), 20u);
    EXPECT_TRUE(file.Write("more than the buffer").ok());
    EXPECT_TRUE(file.Flush().ok());
    EXPECT_EQ(file.unsent(), 0u);
  }
}

// The platform reports success, and that it has taken 0 bytes. A function that
// sends until everything is sent would try again for ever.
TEST_F(LyingPlatformTest, TakingNothingForEverIsAnError) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, SetBlocking).WillRepeatedly(Return(Done()));
  EXPECT_CALL(mock_.sockets, Dup).WillRepeatedly(Return(Made(NativeHandle(8))));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(8))).Times(AnyNumber());
  EXPECT_CALL(mock_.files, SendFile)
      .WillRepeatedly(Return(SysResult<Size>{0, kNotSupportedError}));
  EXPECT_CALL(mock_.files, ReadAt)
      .WillRepeatedly([](NativeHandle, std::uint64_t, absl::Span<char> buffer) {
        return Made(Fill(buffer));
      });
  int asked = 0;
  EXPECT_CALL(mock_.sockets, Send).WillRepeatedly([&asked](auto...) {
    // An error at last, so that this test ends even if the library is wrong.
    return ++asked < 100 ? Made(Size{0}) : Failed<Size>(ErrorCode::kEio);
  });
  for (const absl::Duration timeout :
       {absl::InfiniteDuration(), absl::Seconds(1), absl::ZeroDuration()}) {
    ASSERT_TRUE(socket.SetTimeout(timeout).ok());
    EXPECT_TRUE(IsBrokenPipe(socket.SendAll("x")));
    EXPECT_TRUE(IsBrokenPipe(SendFile(socket, NativeHandle(5), 0, 1).status()));
    for (const int buffering : {0, 10}) {
      MakeFileOptions options;
      options.buffering = buffering;
      SocketFile file = MakeFile(socket, "wb", options).value();
      absl::Status status = file.Write("x");
      if (status.ok()) status = file.Flush();
      EXPECT_TRUE(IsBrokenPipe(status)) << status;
    }
  }
  EXPECT_LT(asked, 100);
  // If there are 0 bytes to send, taking 0 bytes is right.
  asked = 0;
  EXPECT_TRUE(socket.SendAll("").ok());
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace mortise
