// Buffers to send from and to receive into. All the types that people use go
// through a socket on a mock.

#include "mortise/core/buffer.h"

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/tests/core/mock_socket.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::Return;

// The buffers are as small as the views that they stand for.
static_assert(sizeof(ConstBuffer) == sizeof(absl::string_view));
static_assert(sizeof(MutableBuffer) == sizeof(absl::Span<char>));
static_assert(std::is_trivially_copyable_v<ConstBuffer>);
static_assert(std::is_trivially_copyable_v<MutableBuffer>);
// A buffer cannot be made from a number or from nullptr, which mean something
// else.
static_assert(!std::is_convertible_v<int, ConstBuffer>);
static_assert(!std::is_convertible_v<std::nullptr_t, ConstBuffer>);
static_assert(!std::is_convertible_v<std::size_t, MutableBuffer>);
static_assert(!std::is_convertible_v<std::nullptr_t, MutableBuffer>);
static_assert(!std::is_convertible_v<SocketAddress, ConstBuffer>);

class BufferTest : public MockSocketTest {
 protected:
  BufferTest() : socket_(Open()) {}

  // Returns what one call of `send` hands to the platform.
  template <typename Send>
  std::string SentBy(Send send) {
    std::string sent;
    EXPECT_CALL(mock_.sockets, Send)
        .WillOnce([&sent](NativeHandle, absl::Span<const char> data, int) {
          sent.assign(data.data(), data.size());
          return Made(data.size());
        });
    EXPECT_TRUE(send().ok());
    return sent;
  }

  // Sends `data` with every function that sends.
  template <typename Data>
  std::string Sent(const Data& data) {
    const std::string sent = SentBy([&] { return socket_.Send(data); });
    EXPECT_EQ(SentBy([&] { return socket_.SendAll(data); }), sent);
    EXPECT_CALL(mock_.sockets, SendTo)
        .WillOnce([&sent](NativeHandle, absl::Span<const char> bytes, int,
                          const SockAddr&) {
          EXPECT_EQ(absl::string_view(bytes.data(), bytes.size()), sent);
          return Made(bytes.size());
        });
    EXPECT_TRUE(
        socket_.SendTo(data, SocketAddress::Ipv4({127, 0, 0, 1}, 9)).ok());
    return sent;
  }

  // Receives "xyz", and returns how much room there was.
  template <typename Room>
  std::size_t RoomFor(Room&& room) {
    std::size_t size = 0;
    const auto receive = [&size](absl::Span<char> bytes) {
      size = bytes.size();
      EXPECT_GE(bytes.size(), 3u);
      absl::string_view("xyz").copy(bytes.data(), 3);
      return Made<std::size_t>(3);
    };
    EXPECT_CALL(mock_.sockets, RecvFrom)
        .WillOnce([&](NativeHandle, absl::Span<char> bytes, int, SockAddr*) {
          return receive(bytes);
        });
    EXPECT_EQ(socket_.RecvFrom(room).value().size, 3u);
    EXPECT_CALL(mock_.sockets, Recv)
        .WillOnce([&](NativeHandle, absl::Span<char> bytes, int) {
          return receive(bytes);
        });
    EXPECT_EQ(socket_.Recv(room).value(), 3u);
    return size;
  }

  Socket socket_;
};

TEST_F(BufferTest, ALiteralIsSentWithoutItsNul) {
  EXPECT_EQ(Sent("hello"), "hello");
  EXPECT_EQ(Sent(""), "");
  // If a literal contains a NUL, the bytes behind it are not part of the text.
  EXPECT_EQ(Sent("one\0two"), "one");
}

TEST_F(BufferTest, TextIsSentWithoutANul) {
  const char* const pointer = "hello";
  EXPECT_EQ(Sent(pointer), "hello");
  char filled[16] = "hello";
  EXPECT_EQ(Sent(filled), "hello");
  char* const changeable = filled;
  EXPECT_EQ(Sent(changeable), "hello");
  const char full[3] = {'a', 'b', 'c'};
  EXPECT_EQ(Sent(full), "abc");
  EXPECT_EQ(Sent(absl::string_view("a\0b", 3)), std::string("a\0b", 3));
}

TEST_F(BufferTest, ContainersOfBytesAreSent) {
  const std::string expected("a\0\xff", 3);
  EXPECT_EQ(Sent(expected), expected);
  EXPECT_EQ(Sent(std::vector<char>{'a', '\0', '\xff'}), expected);
  EXPECT_EQ(Sent(std::vector<unsigned char>{'a', 0, 255}), expected);
  EXPECT_EQ(Sent(std::vector<std::byte>{std::byte{'a'}, std::byte{0},
                                        std::byte{255}}),
            expected);
  EXPECT_EQ(Sent(std::array<char, 3>{{'a', '\0', '\xff'}}), expected);
  const std::array<unsigned char, 3> array = {{'a', 0, 255}};
  EXPECT_EQ(Sent(array), expected);
  EXPECT_EQ(Sent(std::array<std::byte, 3>{
                {std::byte{'a'}, std::byte{0}, std::byte{255}}}),
            expected);
  EXPECT_EQ(Sent(absl::MakeConstSpan(array)), expected);
  std::array<unsigned char, 3> changeable = array;
  EXPECT_EQ(Sent(absl::MakeSpan(changeable)), expected);
  EXPECT_EQ(Sent(changeable), expected);
  EXPECT_EQ(Sent(MutableBuffer(changeable)), expected);
  EXPECT_EQ(Sent(std::vector<unsigned char>()), "");
}

TEST_F(BufferTest, ArraysOfBytesAreSentAsAWhole) {
  const std::string expected("a\0\xff", 3);
  unsigned char array[] = {'a', 0, 255};
  EXPECT_EQ(Sent(array), expected);
  const std::byte bytes[] = {std::byte{'a'}, std::byte{0}, std::byte{255}};
  EXPECT_EQ(Sent(bytes), expected);
}

TEST_F(BufferTest, APointerAndASizeAreSent) {
  const unsigned char array[] = {'a', 'b', 'c'};
  EXPECT_EQ(SentBy([&] { return socket_.Send({array, 2}); }), "ab");
  EXPECT_EQ(SentBy([&] { return socket_.Send({&array[1], 2}); }), "bc");
  const void* const untyped = array;
  EXPECT_EQ(SentBy([&] { return socket_.SendAll({untyped, 3}); }), "abc");
  EXPECT_EQ(SentBy([&] {
              return socket_.Send({"a\0b", 3});
            }),
            std::string("a\0b", 3));
  EXPECT_EQ(SentBy([&] { return socket_.Send({}); }), "");
}

TEST_F(BufferTest, ContainersOfBytesAreReceivedInto) {
  std::string string(5, '-');
  EXPECT_EQ(RoomFor(string), 5u);
  EXPECT_EQ(string, "xyz--");
  std::vector<char> chars(4);
  EXPECT_EQ(RoomFor(chars), 4u);
  EXPECT_EQ(chars[2], 'z');
  std::vector<unsigned char> vector(4);
  EXPECT_EQ(RoomFor(vector), 4u);
  EXPECT_EQ(vector[2], 'z');
  std::vector<std::byte> bytes(4);
  EXPECT_EQ(RoomFor(bytes), 4u);
  EXPECT_EQ(bytes[2], std::byte{'z'});
  std::array<unsigned char, 6> array{};
  EXPECT_EQ(RoomFor(array), 6u);
  EXPECT_EQ(array[2], 'z');
  EXPECT_EQ(RoomFor(absl::MakeSpan(array)), 6u);
  EXPECT_EQ(RoomFor(absl::MakeSpan(array).first(3)), 3u);
  const absl::Span<char> span = absl::MakeSpan(chars);
  EXPECT_EQ(RoomFor(span), 4u);
}

TEST_F(BufferTest, ArraysAreReceivedIntoAsAWhole) {
  char chars[8] = "abcdefg";
  EXPECT_EQ(RoomFor(chars), 8u);
  EXPECT_EQ(absl::string_view(chars), "xyzdefg");
  unsigned char array[4] = {};
  EXPECT_EQ(RoomFor(array), 4u);
  std::byte bytes[4] = {};
  EXPECT_EQ(RoomFor(bytes), 4u);
  EXPECT_EQ(bytes[2], std::byte{'z'});
}

TEST_F(BufferTest, APointerAndASizeAreReceivedInto) {
  unsigned char array[4] = {};
  void* const untyped = array;
  for (const MutableBuffer room :
       {MutableBuffer(array, 3), MutableBuffer(untyped, 3)}) {
    EXPECT_EQ(RoomFor(room), 3u);
  }
  EXPECT_EQ(array[2], 'z');
}

// A number of any type asks for a string of at most that many bytes.
TEST_F(BufferTest, ANumberIsNoBuffer) {
  EXPECT_CALL(mock_.sockets, Recv).Times(0);
  EXPECT_EQ(socket_.Recv(0).value(), "");
  const unsigned short size = 0;
  EXPECT_EQ(socket_.Recv(size).value(), "");
  EXPECT_EQ(socket_.Recv({}).value(), "");
}

TEST_F(BufferTest, PiecesOfAMessageAreBuffers) {
  const std::vector<unsigned char> head = {1, 2};
  EXPECT_CALL(mock_.sockets, SendMsg)
      .WillOnce([](NativeHandle, absl::Span<const absl::string_view> pieces,
                   absl::Span<const char>, int, const SockAddr*) {
        EXPECT_THAT(pieces, ::testing::ElementsAre("\1\2", "body"));
        return Made<std::size_t>(6);
      });
  EXPECT_TRUE(SendMsg(socket_, {ConstBuffer(head), "body"}).ok());
  std::array<std::byte, 2> first;
  std::string second(3, '-');
  EXPECT_CALL(mock_.sockets, RecvMsg)
      .WillOnce([](NativeHandle, absl::Span<const absl::Span<char>> pieces,
                   absl::Span<char>, int, SockAddr*) {
        EXPECT_EQ(pieces.size(), 2u);
        EXPECT_EQ(pieces[0].size(), 2u);
        EXPECT_EQ(pieces[1].size(), 3u);
        ReceivedMessage message;
        message.size = 5;
        return Made(message);
      });
  EXPECT_EQ(RecvMsg(socket_, {MutableBuffer(first), MutableBuffer(second)})
                .value()
                .size,
            5u);
}

TEST_F(BufferTest, AnOptionIsBytes) {
  const std::array<unsigned char, 2> value = {{1, 2}};
  EXPECT_CALL(mock_.sockets, SetSockOpt)
      .WillOnce([](NativeHandle, int, int, absl::Span<const char> bytes) {
        EXPECT_EQ(absl::string_view(bytes.data(), bytes.size()), "\1\2");
        return Done();
      });
  EXPECT_TRUE(socket_.SetSockOpt(1, 2, value).ok());
}

}  // namespace
}  // namespace mortise
