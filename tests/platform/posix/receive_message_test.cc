// Darwin's way to receive a message, tested on any system. The results are the
// same as those of Linux.

#include "mortise/platform/posix/darwin/receive_message.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/platform/posix/descriptor.h"

namespace mortise {
namespace posix {
namespace {

// Pipes whose writing ends are sent away. The reading end of a pipe shows
// whether a writing end is still open.
class Pipes {
 public:
  explicit Pipes(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      int ends[2];
      EXPECT_EQ(pipe(ends), 0);
      read_.push_back(ends[0]);
      write_.push_back(ends[1]);
    }
  }
  ~Pipes() {
    CloseWritingEnds();
    for (const int fd : read_) close(fd);
  }
  Pipes(const Pipes&) = delete;
  Pipes& operator=(const Pipes&) = delete;

  const std::vector<int>& writing_ends() const { return write_; }
  void CloseWritingEnds() {
    for (const int fd : write_) close(fd);
    write_.clear();
  }
  // Returns how many of the pipes still have an open writing end.
  std::size_t alive() const {
    return static_cast<std::size_t>(
        std::count_if(read_.begin(), read_.end(), [](int fd) {
          pollfd entry = {fd, POLLIN, 0};
          return poll(&entry, 1, 0) == 0;
        }));
  }

 private:
  std::vector<int> read_;
  std::vector<int> write_;
};

// Returns one control message.
std::string Control(int level, int type, const std::string& data,
                    std::size_t claimed_size) {
  std::string bytes(CMSG_SPACE(data.size()), '\0');
  cmsghdr header = {};
  header.cmsg_level = level;
  header.cmsg_type = type;
  header.cmsg_len =
      static_cast<decltype(header.cmsg_len)>(CMSG_LEN(claimed_size));
  std::memcpy(&bytes[0], &header, sizeof(header));
  bytes.replace(CMSG_LEN(0), data.size(), data);
  return bytes;
}

std::string Rights(const std::vector<int>& fds) {
  const std::string data(reinterpret_cast<const char*>(fds.data()),
                         fds.size() * sizeof(int));
  return Control(SOL_SOCKET, SCM_RIGHTS, data, data.size());
}

// Returns the descriptors in the first control message that was received.
std::vector<int> DescriptorsIn(const msghdr& message) {
  std::vector<int> fds;
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header == nullptr) return fds;
  EXPECT_EQ(header->cmsg_type, SCM_RIGHTS);
  fds.resize((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
  std::memcpy(fds.data(), CMSG_DATA(header), fds.size() * sizeof(int));
  return fds;
}

// A message of one byte, and its room for ancillary data.
struct Message {
  explicit Message(std::size_t room_size) : room(room_size + sizeof(cmsghdr)) {
    piece = {&byte, 1};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = room_size == 0 ? nullptr : room.data();
    header.msg_controllen =
        static_cast<decltype(header.msg_controllen)>(room_size);
  }

  char byte = 'x';
  iovec piece = {};
  std::vector<char> room;
  msghdr header = {};
};

void SendAway(int fd, Pipes& pipes) {
  std::string control = Rights(pipes.writing_ends());
  Message message(0);
  message.header.msg_control = &control[0];
  message.header.msg_controllen =
      static_cast<decltype(message.header.msg_controllen)>(control.size());
  ASSERT_EQ(sendmsg(fd, &message.header, 0), 1);
  pipes.CloseWritingEnds();
}

TEST(ReceiveMessageTest, WhatHasNoRoomIsClosedAndWhatHasIsNotInherited) {
  constexpr std::size_t kSent = 5;
  const StreamPair pair;
  for (std::size_t size = 0; size <= CMSG_SPACE(kSent * sizeof(int)); ++size) {
    SCOPED_TRACE(size);
    const std::size_t fit =
        size < CMSG_LEN(0)
            ? 0
            : std::min(kSent, (size - CMSG_LEN(0)) / sizeof(int));
    Pipes pipes(kSent);
    SendAway(pair.first(), pipes);
    ASSERT_EQ(pipes.alive(), kSent);
    Message message(size);
    ASSERT_EQ(ReceiveWithRoomForAll(pair.second(), &message.header, 0), 1);
    EXPECT_EQ((message.header.msg_flags & MSG_CTRUNC) != 0, fit < kSent);
    EXPECT_LE(message.header.msg_controllen, size);
    EXPECT_EQ(message.header.msg_control,
              size == 0 ? nullptr : message.room.data());
    EXPECT_EQ(pipes.alive(), fit);
    const std::vector<int> received = DescriptorsIn(message.header);
    EXPECT_EQ(received.size(), fit);
    for (const int fd : received) {
      EXPECT_FALSE(IsInherited(fd));
      close(fd);
    }
    EXPECT_EQ(pipes.alive(), 0u);
  }
}

#ifdef MSG_CMSG_CLOEXEC
TEST(ReceiveMessageTest, IsWhatThisSystemGivesByItself) {
  if (contract::RunsUnderQemu()) GTEST_SKIP() << "qemu gives something else";
  constexpr std::size_t kSent = 3;
  const StreamPair pair;
  for (std::size_t size = 0; size <= CMSG_SPACE(kSent * sizeof(int)); ++size) {
    SCOPED_TRACE(size);
    std::size_t lengths[2];
    std::size_t counts[2];
    int flags[2];
    for (const int darwin : {0, 1}) {
      Pipes pipes(kSent);
      SendAway(pair.first(), pipes);
      Message message(size);
      ASSERT_EQ(darwin != 0
                    ? ReceiveWithRoomForAll(pair.second(), &message.header, 0)
                    : recvmsg(pair.second(), &message.header, 0),
                1);
      lengths[darwin] = message.header.msg_controllen;
      flags[darwin] = message.header.msg_flags;
      const std::vector<int> received = DescriptorsIn(message.header);
      counts[darwin] = received.size();
      for (const int fd : received) close(fd);
    }
    EXPECT_EQ(lengths[0], lengths[1]);
    EXPECT_EQ(counts[0], counts[1]);
    EXPECT_EQ(flags[0], flags[1]);
  }
}
#endif

TEST(ReceiveMessageTest, AMessageThatFailsLeavesTheRoomAsItWas) {
  Message message(100);
  EXPECT_EQ(ReceiveWithRoomForAll(-1, &message.header, 0), -1);
  EXPECT_EQ(message.header.msg_control, message.room.data());
  EXPECT_EQ(message.header.msg_controllen, 100u);
}

// Delivers the control messages `all` into room for `size` bytes, and returns
// what has arrived there.
std::string Delivered(const std::string& all, std::size_t size, int flags,
                      bool* cut) {
  Message message(size);
  DeliverControl(all, flags, &message.header);
  *cut = (message.header.msg_flags & MSG_CTRUNC) != 0;
  return std::string(message.room.data(), message.header.msg_controllen);
}

TEST(ReceiveMessageTest, DataThatIsCutSaysHowLongItIs) {
  bool cut;
  const std::string first = Control(SOL_SOCKET, 77, "12345678", 8);
  const std::string second = Control(SOL_SOCKET, 78, "abcd", 4);
  const std::string both = first + second;
  EXPECT_EQ(Delivered(both, both.size(), 0, &cut), both);
  EXPECT_FALSE(cut);
  EXPECT_EQ(Delivered(both, both.size() + 100, 0, &cut), both);
  EXPECT_FALSE(cut);
  // The first message is complete, and there is nothing of the second one.
  EXPECT_EQ(Delivered(both, first.size(), 0, &cut), first);
  EXPECT_TRUE(cut);
  // The second message is cut.
  EXPECT_EQ(Delivered(both, first.size() + CMSG_LEN(3), 0, &cut),
            first + Control(SOL_SOCKET, 78, "abc", 3).substr(0, CMSG_LEN(3)));
  EXPECT_TRUE(cut);
  EXPECT_EQ(Delivered(both, 0, 0, &cut), "");
  EXPECT_TRUE(cut);
  EXPECT_EQ(Delivered("", 10, 0, &cut), "");
  EXPECT_FALSE(cut);
}

TEST(ReceiveMessageTest, AHeaderThatClaimsMoreThanThereIsEndsWithTheBytes) {
  // By its header, the message has two descriptors, but only one is there. The
  // bytes behind it do not belong to the message.
  Pipes pipes(1);
  const int fd = pipes.writing_ends()[0];
  std::string bytes = Rights({fd});
  bytes.resize(CMSG_LEN(sizeof(int)));
  cmsghdr header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  header.cmsg_len =
      static_cast<decltype(header.cmsg_len)>(CMSG_LEN(2 * sizeof(int)));
  std::memcpy(&bytes[0], &header, sizeof(header));
  bool cut;
  const std::string delivered = Delivered(bytes, 100, 0, &cut);
  std::memcpy(&header, delivered.data(), sizeof(header));
  EXPECT_EQ(header.cmsg_len, CMSG_LEN(sizeof(int)));
  EXPECT_FALSE(cut);
  EXPECT_FALSE(IsInherited(fd));
  // An impossible length ends the list of messages.
  header.cmsg_len = 0;
  std::memcpy(&bytes[0], &header, sizeof(header));
  EXPECT_EQ(Delivered(bytes, 100, 0, &cut), "");
}

// With MSG_PEEK, Darwin's messages contain pointers of the kernel in place of
// descriptors.
TEST(ReceiveMessageTest, DescriptorsThatAreOnlyPeekedAtAreLeftAlone) {
  Pipes pipes(2);
  const std::string rights = Rights(pipes.writing_ends());
  const std::string other = Control(SOL_SOCKET, 77, "1234", 4);
  bool cut;
  EXPECT_EQ(Delivered(rights + other, 1000, MSG_PEEK, &cut), other);
  EXPECT_TRUE(cut);
  for (const int fd : pipes.writing_ends()) {
    EXPECT_TRUE(IsOpen(fd));
    EXPECT_TRUE(IsInherited(fd));
  }
}

// The messages may lie in the middle of other bytes, and in the room into which
// they are delivered.
TEST(ReceiveMessageTest, BytesMayLieAnywhere) {
  Pipes pipes(3);
  const std::string rights = Rights(pipes.writing_ends());
  const std::string other = Control(SOL_SOCKET, 77, "1234", 4);
  std::vector<char> room(1 + rights.size() + other.size());
  std::memcpy(room.data() + 1, rights.data(), rights.size());
  std::memcpy(room.data() + 1 + rights.size(), other.data(), other.size());
  msghdr message = {};
  message.msg_control = room.data() + 1;
  message.msg_controllen =
      static_cast<decltype(message.msg_controllen)>(room.size() - 1);
  DeliverControl(absl::MakeConstSpan(room).subspan(1), 0, &message);
  EXPECT_EQ(message.msg_flags & MSG_CTRUNC, 0);
  EXPECT_EQ(std::string(room.data() + 1, message.msg_controllen),
            rights + other);
  for (const int fd : pipes.writing_ends()) EXPECT_FALSE(IsInherited(fd));
}

}  // namespace
}  // namespace posix
}  // namespace mortise
