// Writing and reading ancillary data: what is refused, malformed data, and
// which side closes the descriptors.

#include "mortise/core/ancillary.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/windows_socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/core/mock_socket.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::Return;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kRange = absl::StatusCode::kOutOfRange;
constexpr std::size_t kMost = 0x7fffffff;

// --- CmsgLen, CmsgSpace ------------------------------------------------------

TEST(CmsgTest, SpaceIsLengthAndPadding) {
  for (std::size_t size = 0; size < 100; ++size) {
    const std::size_t length = CmsgLen(size).value();
    const std::size_t space = CmsgSpace(size).value();
    EXPECT_EQ(length, CmsgLen(0).value() + size);
    EXPECT_GE(space, length);
    EXPECT_LT(space - length, 16u);
  }
}

TEST(CmsgTest, TheLongestIsWherePythonHasIt) {
  const std::size_t longest = kMost - CmsgLen(0).value();
  EXPECT_EQ(CmsgLen(longest).value(), kMost);
  const std::size_t widest = kMost - CmsgSpace(1).value();
  EXPECT_LE(CmsgSpace(widest).value(), kMost);
  for (const std::size_t step : {std::size_t{1}, std::size_t{100}}) {
    EXPECT_EQ(CmsgLen(longest + step).status().code(), kRange);
    EXPECT_EQ(CmsgSpace(widest + step).status().code(), kRange);
  }
}

TEST(CmsgTest, NumbersThatWrapAroundAreOutOfRange) {
  for (const std::size_t bad :
       {kMost, std::size_t{1} << 31, static_cast<std::size_t>(-1),
        static_cast<std::size_t>(-17)}) {
    EXPECT_EQ(CmsgLen(bad).status().code(), kRange) << bad;
    EXPECT_EQ(CmsgSpace(bad).status().code(), kRange) << bad;
    EXPECT_TRUE(IsUsageError(CmsgLen(bad).status()));
  }
}

// --- AncillaryBuilder, AncillaryMessages -------------------------------------

struct Triple {
  int level;
  int type;
  std::string data;

  friend bool operator==(const Triple& a, const Triple& b) {
    return a.level == b.level && a.type == b.type && a.data == b.data;
  }
};

std::vector<Triple> TriplesOf(absl::Span<const char> control) {
  std::vector<Triple> triples;
  for (const AncillaryMessage& message : AncillaryMessages(control)) {
    triples.push_back(
        {message.level(), message.type(), std::string(message.data())});
  }
  return triples;
}

TEST(AncillaryBuilderTest, WhatIsAddedIsRead) {
  const std::vector<Triple> triples = {
      {1, 2, ""}, {-1, 0, "x"}, {7, 8, std::string(1000, 'y')}, {1, 2, "1234"}};
  AncillaryBuilder builder;
  EXPECT_TRUE(builder.empty());
  for (const Triple& triple : triples) {
    ASSERT_TRUE(builder.Add(triple.level, triple.type, triple.data).ok());
  }
  EXPECT_EQ(TriplesOf(builder.bytes()), triples);
  builder.Clear();
  EXPECT_TRUE(builder.empty());
  EXPECT_TRUE(TriplesOf(builder.bytes()).empty());
}

TEST(AncillaryBuilderTest, PaddingIsZero) {
  AncillaryBuilder builder;
  ASSERT_TRUE(builder.Add(1, 2, "x").ok());
  ASSERT_EQ(builder.bytes().size(), CmsgSpace(1).value());
  for (std::size_t i = CmsgLen(1).value(); i < builder.bytes().size(); ++i) {
    EXPECT_EQ(builder.bytes()[i], '\0');
  }
}

TEST(AncillaryBuilderTest, WhatIsTooLongChangesNothing) {
  AncillaryBuilder builder;
  ASSERT_TRUE(builder.Add(1, 2, "x").ok());
  const std::size_t before = builder.bytes().size();
  const char byte = 'x';
  // The data is refused because of its size. It is not read: only one byte of
  // memory is there.
  for (const std::size_t size :
       {kMost, kMost - CmsgSpace(1).value(), std::size_t{1} << 31}) {
    EXPECT_EQ(builder.Add(1, 2, absl::string_view(&byte, size)).code(), kRange);
  }
  EXPECT_EQ(builder.bytes().size(), before);
}

TEST(AncillaryBuilderTest, WhatNoMessageCanHoldIsRefused) {
  AncillaryBuilder builder;
  EXPECT_THAT(builder.AddPacketInfo({SocketAddress(), 1}),
              IsRefusal(kInvalid, "cmsg", "address: none is not IP"));
  EXPECT_THAT(builder.AddHopLimit(kAfUnix, 1),
              IsRefusal(kInvalid, "cmsg", "family: AF_UNIX is not IP"));
  EXPECT_THAT(builder.AddHopLimit(kAfInet, -1),
              IsRefusal(kRange, "cmsg", "hops: -1 is not in 0 to 255"));
  EXPECT_THAT(builder.AddHopLimit(kAfInet6, 256),
              IsRefusal(kRange, "cmsg", "hops: 256 is not in 0 to 255"));
  EXPECT_THAT(builder.AddCredentials({std::int64_t{1} << 32}),
              IsRefusal(kRange, "cmsg",
                        "process_id: 4294967296 is not in 0 to 2147483647"));
  EXPECT_THAT(
      builder.AddCredentials({-1}),
      IsRefusal(kRange, "cmsg", "process_id: -1 is not in 0 to 2147483647"));
  EXPECT_TRUE(builder.empty());
}

TEST(AncillaryBuilderTest, TheInvalidHandleIsRefused) {
  AncillaryBuilder builder;
  EXPECT_THAT(builder.AddDescriptors({NativeHandle(0), NativeHandle()}),
              IsRefusal(kInvalid, "cmsg",
                        "descriptors: number 1 is not a valid descriptor"));
  EXPECT_TRUE(builder.empty());
}

TEST(AncillaryBuilderTest, HopsAreReadAgain) {
  for (const AddressFamily family : {kAfInet, kAfInet6}) {
    AncillaryBuilder builder;
    ASSERT_TRUE(builder.AddHopLimit(family, 64).ok());
    int count = 0;
    for (const AncillaryMessage& message : AncillaryMessages(builder.bytes())) {
      ++count;
      EXPECT_EQ(message.AsHopLimit(), std::optional<int>(64));
      EXPECT_FALSE(message.AsPacketInfo().has_value());
      EXPECT_FALSE(message.AsTimestamp().has_value());
    }
    EXPECT_EQ(count, 1);
  }
}

TEST(AncillaryBuilderTest, Ipv6PacketInfoIsReadAgain) {
  const SocketAddress address =
      SocketAddress::Numeric("2001:db8::1", 80).value();
  AncillaryBuilder builder;
  ASSERT_TRUE(builder.AddPacketInfo({address, 0x01020304}).ok());
  const AncillaryMessages messages(builder.bytes());
  ASSERT_NE(messages.begin(), messages.end());
  const std::optional<PacketInfo> info = messages.begin()->AsPacketInfo();
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->address, SocketAddress::Numeric("2001:db8::1", 0).value());
  EXPECT_EQ(info->interface_index, 0x01020304u);
  EXPECT_FALSE(messages.begin()->AsHopLimit().has_value());
}

TEST(AncillaryMessagesTest, DataThatIsTooShortSaysNothing) {
  AncillaryBuilder whole;
  ASSERT_TRUE(whole.AddPacketInfo({SocketAddress::Ipv6({}, 0), 1}).ok());
  const AncillaryMessage model = *AncillaryMessages(whole.bytes()).begin();
  for (std::size_t size = 0; size < model.data().size(); ++size) {
    AncillaryBuilder cut;
    ASSERT_TRUE(
        cut.Add(model.level(), model.type(), model.data().substr(0, size))
            .ok());
    EXPECT_FALSE(
        AncillaryMessages(cut.bytes()).begin()->AsPacketInfo().has_value());
  }
}

TEST(AncillaryMessagesTest, TheIteratorIsOne) {
  AncillaryBuilder builder;
  ASSERT_TRUE(builder.Add(1, 1, "one").ok());
  ASSERT_TRUE(builder.Add(2, 2, "two").ok());
  const AncillaryMessages messages(builder.bytes());
  EXPECT_EQ(std::distance(messages.begin(), messages.end()), 2);
  AncillaryMessages::const_iterator it = messages.begin();
  EXPECT_EQ(it, messages.begin());
  EXPECT_EQ((it++)->data(), "one");
  EXPECT_NE(it, messages.begin());
  EXPECT_EQ((*it).data(), "two");
  EXPECT_EQ(++it, messages.end());
}

// Expects that every message lies within the bytes. The bytes have memory of
// their own, so that a sanitizer sees a read beyond them.
void ExpectWithin(const std::string& bytes) {
  const std::unique_ptr<char[]> copy(new char[bytes.size()]);
  bytes.copy(copy.get(), bytes.size());
  const absl::Span<const char> control(copy.get(), bytes.size());
  std::size_t sum = 0;
  std::size_t messages = 0;
  for (const AncillaryMessage& message : AncillaryMessages(control)) {
    ++messages;
    for (const char byte : message.data()) {
      sum += static_cast<unsigned char>(byte);
    }
    ASSERT_LE(message.data().size(), bytes.size());
    if (!message.data().empty()) {
      ASSERT_GE(message.data().data(), control.data());
      ASSERT_LE(message.data().data() + message.data().size(),
                control.data() + control.size());
    }
    sum +=
        message.AsHopLimit().has_value() + message.AsPacketInfo().has_value() +
        message.AsCredentials().has_value() + message.AsTimestamp().has_value();
  }
  // Each message takes at least the size of a header, so the iteration ends.
  ASSERT_LE(messages * CmsgLen(0).value(), bytes.size()) << sum;
}

TEST(AncillaryMessagesTest, RandomBytesAreReadWithinTheirBounds) {
  std::mt19937 random(20240607);  // NOLINT(cert-msc51-cpp): the same each time
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(random() % 200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    ASSERT_NO_FATAL_FAILURE(ExpectWithin(bytes)) << i;
  }
}

TEST(AncillaryMessagesTest, DamagedMessagesAreReadWithinTheirBounds) {
  std::mt19937 random(20240608);  // NOLINT(cert-msc51-cpp): the same each time
  AncillaryBuilder builder;
  ASSERT_TRUE(builder.AddHopLimit(kAfInet, 1).ok());
  ASSERT_TRUE(builder.AddPacketInfo({SocketAddress::Ipv6({}, 0), 1}).ok());
  ASSERT_TRUE(builder.Add(1, 2, "123").ok());
  const std::string good(builder.bytes().begin(), builder.bytes().end());
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = good.substr(0, random() % (good.size() + 1));
    for (int changes = static_cast<int>(random() % 4);
         changes > 0 && !bytes.empty(); --changes) {
      // Small and large numbers, so that there are lengths that just fit and
      // lengths that just do not.
      bytes[random() % bytes.size()] =
          static_cast<char>(random() % 2 == 0 ? random() % 64 : random());
    }
    ASSERT_NO_FATAL_FAILURE(ExpectWithin(bytes)) << i;
  }
}

// --- What the platform is asked ----------------------------------------------

class MockAncillaryTest : public MockSocketTest {
 protected:
  // Returns the message that carries `handles`, or an empty one if the system
  // does not pass descriptors.
  std::string MessageWith(absl::Span<const NativeHandle> handles) {
    AncillaryBuilder builder(&mock_.platform);
    builder.AddDescriptors(handles).IgnoreError();
    return std::string(builder.bytes().begin(), builder.bytes().end());
  }
};

// A platform may have handles that the OS does not have, as the network in
// memory has. The mock takes every valid handle.
TEST_F(MockAncillaryTest, AHandleThatTheOsDoesNotHaveIsRefused) {
  if (!EncodeControl(ControlHandles()).has_value()) {
    GTEST_SKIP() << "the system passes no descriptors";
  }
  const NativeHandle foreign(std::int64_t{1} << 40);
  ASSERT_TRUE(mock_.sockets.IsHandle(foreign));
  AncillaryBuilder builder(&mock_.platform);
  EXPECT_THAT(
      builder.AddDescriptors({NativeHandle(1), foreign, NativeHandle(2)}),
      IsRefusal(kInvalid, "cmsg",
                "descriptors: number 1 1099511627776 is not a valid "
                "descriptor"));
  EXPECT_TRUE(builder.empty());
}

TEST_F(MockAncillaryTest, DescriptorsThatNobodyTakesAreClosed) {
  const std::string message =
      MessageWith({NativeHandle(11), NativeHandle(12), NativeHandle(13)});
  if (message.empty()) GTEST_SKIP() << "the system passes no descriptors";
  ReceivedDescriptors descriptors(message, &mock_.platform);
  ASSERT_EQ(descriptors.size(), 3u);
  EXPECT_EQ(descriptors[2], NativeHandle(13));
  EXPECT_EQ(descriptors.Take(1), NativeHandle(12));
  EXPECT_FALSE(descriptors[1].valid());
  EXPECT_FALSE(descriptors.Take(1).valid());
  const ReceivedDescriptors moved = std::move(descriptors);
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(11)));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(13)));
}

TEST_F(MockAncillaryTest, DescriptorsThatAreTakenStayOpen) {
  const std::string message = MessageWith({NativeHandle(11)});
  if (message.empty()) GTEST_SKIP() << "the system passes no descriptors";
  ReceivedDescriptors descriptors(message, &mock_.platform);
  EXPECT_EQ(descriptors.TakeAll(), std::vector<NativeHandle>{NativeHandle(11)});
  EXPECT_TRUE(descriptors.empty());
}

TEST_F(MockAncillaryTest, ThoseThatHaveBeenTakenAreInvalidAmongAll) {
  const std::string message = MessageWith({NativeHandle(11), NativeHandle(12)});
  if (message.empty()) GTEST_SKIP() << "the system passes no descriptors";
  ReceivedDescriptors descriptors(message, &mock_.platform);
  EXPECT_EQ(descriptors.Take(0), NativeHandle(11));
  EXPECT_EQ(descriptors.TakeAll(),
            (std::vector<NativeHandle>{NativeHandle(), NativeHandle(12)}));
}

TEST_F(MockAncillaryTest, AssignmentSwapsTheDescriptors) {
  const std::string message = MessageWith({NativeHandle(11)});
  if (message.empty()) GTEST_SKIP() << "the system passes no descriptors";
  ReceivedDescriptors descriptors(message, &mock_.platform);
  ReceivedDescriptors other(MessageWith({NativeHandle(12)}), &mock_.platform);
  descriptors = std::move(other);
  EXPECT_EQ(descriptors.Take(0), NativeHandle(12));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(11)));
}

TEST_F(MockAncillaryTest, WhatTheSystemLacksIsUnsupported) {
  const auto expect = [](const ControlValue& value, auto add) {
    AncillaryBuilder builder;
    const absl::Status status = add(builder);
    const bool has_it = EncodeControl(value).has_value();
    EXPECT_EQ(status.ok(), has_it) << status;
    EXPECT_EQ(IsUnsupported(status), !has_it) << status;
    EXPECT_EQ(builder.empty(), !has_it);
  };
  expect(ControlHandles{{NativeHandle(1)}}, [](AncillaryBuilder& builder) {
    return builder.AddDescriptors({NativeHandle(1)});
  });
  const SocketAddress any = SocketAddress::Ipv4({}, 0);
  expect(ControlPacketInfo{any.raw(), 1}, [&any](AncillaryBuilder& builder) {
    return builder.AddPacketInfo({any, 1});
  });
  expect(ControlHopLimit{kAfInet, 1}, [](AncillaryBuilder& builder) {
    return builder.AddHopLimit(kAfInet, 1);
  });
  expect(ControlCredentials{},
         [](AncillaryBuilder& builder) { return builder.AddCredentials({}); });
}

// --- The methods of the socket -----------------------------------------------

TEST_F(MockAncillaryTest, WhatRecvMsgIsToldIsHandedOn) {
  Socket socket = Open(kAfInet, kSockDgram);
  EXPECT_CALL(mock_.sockets, RecvMsg(kHandle, _, _, 5, _))
      .WillOnce([](NativeHandle, absl::Span<const absl::Span<char>> buffers,
                   absl::Span<char> control, int, SockAddr* from) {
        EXPECT_EQ(buffers.size(), 2u);
        EXPECT_EQ(buffers[1].size(), 3u);
        EXPECT_EQ(control.size(), 4u);
        *from = SocketAddress::Ipv4({1, 2, 3, 4}, 5).raw();
        return Made(ReceivedMessage{3, 2, 8});
      });
  char one[2];
  char two[3];
  char control[4];
  const absl::StatusOr<RecvMsgResult> got =
      RecvMsg(socket, {absl::MakeSpan(one), absl::MakeSpan(two)},
              absl::MakeSpan(control), 5);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->size, 3u);
  EXPECT_EQ(got->control_size, 2u);
  EXPECT_EQ(got->flags, 8);
  EXPECT_EQ(got->address, SocketAddress::Ipv4({1, 2, 3, 4}, 5));
}

TEST_F(MockAncillaryTest, RecvMsgWaitsAndTellsWhatTheSecondTryBrought) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, RecvMsg)
      .WillOnce(Return(Failed<ReceivedMessage>(ErrorCode::kEagain)))
      .WillOnce(Return(Failed<ReceivedMessage>(ErrorCode::kEintr)))
      .WillOnce(Return(Made(ReceivedMessage{3, 2, 8})));
  EXPECT_CALL(mock_.readiness, Wait(kHandle, WaitEvents::kReadable, _))
      .WillOnce(Return(Made(true)));
  char buffer[4];
  char control[2];
  const absl::StatusOr<RecvMsgResult> got =
      RecvMsg(socket, {absl::MakeSpan(buffer)}, absl::MakeSpan(control));
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->size, 3u);
  EXPECT_EQ(got->control_size, 2u);
  EXPECT_EQ(got->flags, 8);
}

TEST_F(MockAncillaryTest, SendMsgTimesOut) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, SendMsg)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait(kHandle, WaitEvents::kWritable, _))
      .WillOnce(Return(Made(false)));
  EXPECT_TRUE(IsTimeout(SendMsg(socket, {"x"}).status()));
}

TEST_F(MockAncillaryTest, AncillaryDataBeyond31BitsIsRefused) {
  Socket socket = Open();
  char byte = 'x';
  const absl::Span<char> huge(&byte, kMost + 1);
  constexpr absl::string_view kComplaint =
      "control: 2147483648 is not in 0 to 2147483647";
  EXPECT_THAT(RecvMsg(socket, {}, huge).status(),
              IsRefusal(kRange, "recvmsg", kComplaint));
  EXPECT_THAT(SendMsg(socket, {}, huge).status(),
              IsRefusal(kRange, "sendmsg", kComplaint));
  EXPECT_THAT(SendMsg(socket, {}, huge, 0, SocketAddress::Ipv4({}, 0)).status(),
              IsRefusal(kRange, "sendmsg", kComplaint));
}

TEST_F(MockAncillaryTest, StringsBeyondTheirMostAreRefused) {
  Socket socket = Open();
  constexpr std::size_t kTooMuch = Socket::kMaxBufSize + 1;
  EXPECT_THAT(RecvMsg(socket, kTooMuch, 0).status(),
              IsRefusal(kRange, "recvmsg",
                        "bufsize: 1073741825 is not in 0 to 1073741824"));
  EXPECT_THAT(RecvMsg(socket, 1, kTooMuch).status(),
              IsRefusal(kRange, "recvmsg",
                        "ancbufsize: 1073741825 is not in 0 to 1073741824"));
}

TEST_F(MockAncillaryTest, AFailedRecvMsgTakesNoDescriptors) {
  const std::string message = MessageWith({NativeHandle(11)});
  if (message.empty()) GTEST_SKIP() << "the system passes no descriptors";
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, RecvMsg)
      .WillOnce([&message](NativeHandle, absl::Span<const absl::Span<char>>,
                           absl::Span<char> control, int, SockAddr*) {
        EXPECT_GE(control.size(), message.size());
        std::memcpy(control.data(), message.data(), message.size());
        SysResult<ReceivedMessage> failed =
            Failed<ReceivedMessage>(ErrorCode::kEconnreset);
        failed.value.control_size = message.size();
        return failed;
      });
  // If a descriptor had been taken, it would be closed, and the strict mocks
  // would report that.
  EXPECT_TRUE(IsConnectionReset(RecvMsg(socket, 1, 100).status()));
}

TEST_F(MockAncillaryTest, AdoptReadsWhatTheDescriptorIs) {
  EXPECT_CALL(mock_.sockets, Describe(kHandle))
      .WillOnce(Return(Made(SocketDescription{5, 6, 7})));
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  const absl::StatusOr<Socket> socket = Socket::Adopt(kHandle, &mock_.platform);
  ASSERT_TRUE(socket.ok()) << socket.status();
  EXPECT_EQ(socket->family(), AddressFamily(5));
  EXPECT_EQ(socket->type(), SocketType(6));
  EXPECT_EQ(socket->protocol(), Protocol(7));
}

TEST_F(MockAncillaryTest, WhatIsNoSocketStaysTheCallers) {
  EXPECT_CALL(mock_.sockets, Describe(kHandle))
      .Times(2)
      .WillRepeatedly(Return(Failed<SocketDescription>(ErrorCode::kEnotsock)));
  // The handle is not closed, and no copy is made.
  EXPECT_FALSE(Socket::Adopt(kHandle, &mock_.platform).ok());
  EXPECT_FALSE(Socket::FromFd(kHandle, &mock_.platform).ok());
}

TEST_F(MockAncillaryTest, ASharedHandleIsClosedIfItIsNoSocket) {
  EXPECT_CALL(mock_.sockets, FromShare(absl::string_view("info")))
      .WillOnce(Return(Made(NativeHandle(9))));
  EXPECT_CALL(mock_.sockets, Describe(NativeHandle(9)))
      .WillOnce(Return(Failed<SocketDescription>(ErrorCode::kEnotsock)));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(9)));
  EXPECT_FALSE(FromShare("info", &mock_.platform).ok());
}

TEST_F(MockAncillaryTest, AFractionOfAMillisecondIsCutOffAKeepaliveTime) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Ioctl(kHandle, 4, _, _))
      .WillOnce([](auto, auto, absl::Span<const char> in, auto) {
        std::uint32_t numbers[3] = {};
        EXPECT_EQ(in.size(), sizeof(numbers));
        std::memcpy(numbers, in.data(), std::min(in.size(), sizeof(numbers)));
        EXPECT_EQ(numbers[0], 1u);
        EXPECT_EQ(numbers[1], 1u);
        EXPECT_EQ(numbers[2], 0u);
        return Made<std::size_t>(0);
      });
  KeepaliveValues values;
  values.time = absl::Microseconds(1999);
  values.interval = absl::Microseconds(999);
  EXPECT_TRUE(Ioctl(socket, 4, values).ok());
}

}  // namespace
}  // namespace mortise
