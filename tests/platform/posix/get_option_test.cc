// Reads options from the real kernel. None of them may write behind the room
// that it was given, or be reported to have done so.

#include "mortise/platform/posix/get_option.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/process.h"

#if __has_include(<linux/filter.h>)
#include <linux/filter.h>
#endif
#if __has_include(<linux/netlink.h>)
#include <linux/netlink.h>
#endif

namespace mortise {
namespace posix {
namespace {

constexpr char kUntouched = '\x5a';
constexpr char kNotHeeded[] = "qemu writes more than there is room for";

// Reads the option into at most `size` bytes. Expects that the `behind` bytes
// after them are unchanged.
SysResult<std::string> Get(int fd, int level, int name, std::size_t size,
                           std::size_t behind = 8 * 1024) {
  std::string room(size, '\0');
  room.resize(size + behind, kUntouched);
  const SysResult<std::size_t> filled =
      GetOption(fd, level, name, absl::MakeSpan(&room[0], size));
  EXPECT_LE(filled.value, size) << "level " << level << " name " << name;
  EXPECT_EQ(room.find_first_not_of(kUntouched, size), std::string::npos)
      << "level " << level << " name " << name << " size " << size;
  return {room.substr(0, std::min(filled.value, size)), filled.error};
}

class Descriptor {
 public:
  Descriptor(int family, int type, int protocol = 0)
      : fd_(socket(family, type, protocol)) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  ~Descriptor() {
    if (fd_ != -1) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

TEST(GetOptionTest, AnOptionIsItsBytesAndALongOneIsCut) {
  if (contract::RunsUnderQemu()) GTEST_SKIP() << kNotHeeded;
  const Descriptor udp(AF_INET, SOCK_DGRAM);
  int type = 0;
  EXPECT_EQ(
      GetOption(udp.fd(), SOL_SOCKET, SO_TYPE,
                absl::MakeSpan(reinterpret_cast<char*>(&type), sizeof(type)))
          .value,
      sizeof(type));
  EXPECT_EQ(type, SOCK_DGRAM);
  const std::string whole = Get(udp.fd(), SOL_SOCKET, SO_LINGER, 100).value;
  EXPECT_EQ(whole.size(), sizeof(linger));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const SysResult<std::string> part =
        Get(udp.fd(), SOL_SOCKET, SO_LINGER, size);
    if (part.error == 0) {
      EXPECT_EQ(part.value, whole.substr(0, size));
    }
  }
  EXPECT_NE(Get(udp.fd(), 12345, 1, 4).error, 0);
  EXPECT_EQ(Get(-1, SOL_SOCKET, SO_TYPE, 4).error, EBADF);
}

#ifdef SO_GET_FILTER
// Returns false if the kernel does not take filters.
bool AttachFilter(int fd, std::size_t count) {
  std::vector<sock_filter> code(count, sock_filter{BPF_LD | BPF_IMM, 0, 0, 65});
  code.back() = {BPF_RET | BPF_K, 0, 0, 65};
  const sock_fprog program = {static_cast<unsigned short>(count), code.data()};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
                    sizeof(program)) == 0;
}

TEST(GetOptionTest, AFilterIsCountedInBytesAndIsWholeOrNotThere) {
  if (contract::RunsUnderQemu()) GTEST_SKIP() << kNotHeeded;
  const Descriptor udp(AF_INET, SOCK_DGRAM);
  // Without a filter the option is empty, whatever the room.
  for (const std::size_t size : {0, 1, 4, 8, 100}) {
    const SysResult<std::string> none =
        Get(udp.fd(), SOL_SOCKET, SO_GET_FILTER, size);
    EXPECT_EQ(none.error, 0);
    EXPECT_EQ(none.value, "");
  }
  for (const std::size_t count : {1, 2, 4, 127, 128, 1000}) {
    if (!AttachFilter(udp.fd(), count)) {
      GTEST_SKIP() << "the kernel takes no filter, errno " << errno;
    }
    const std::size_t length = count * sizeof(sock_filter);
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{4}, std::size_t{7}, count,
          length - 1, length, length + 1, length + 8, length + 1000}) {
      const SysResult<std::string> filter =
          Get(udp.fd(), SOL_SOCKET, SO_GET_FILTER, size);
      SCOPED_TRACE(testing::Message() << count << " in " << size);
      if (size < length) {
        EXPECT_EQ(filter.error, EINVAL);
        EXPECT_EQ(filter.value, "");
        continue;
      }
      EXPECT_EQ(filter.error, 0);
      ASSERT_EQ(filter.value.size(), length);
      const auto* const code =
          reinterpret_cast<const sock_filter*>(filter.value.data());
      EXPECT_EQ(code[count - 1].code, BPF_RET | BPF_K);
      EXPECT_EQ(code[0].k, 65u);
    }
  }
}
#endif

#ifdef NETLINK_LIST_MEMBERSHIPS
TEST(GetOptionTest, MembershipsAreCutLikeAnyOption) {
  const Descriptor netlink(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (netlink.fd() == -1) GTEST_SKIP() << "no AF_NETLINK, errno " << errno;
  for (const int group : {1, 9, 17, 33}) {
    if (setsockopt(netlink.fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
                   sizeof(group)) != 0) {
      GTEST_SKIP() << "no membership in a group, errno " << errno;
    }
  }
  const SysResult<std::string> whole =
      Get(netlink.fd(), SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, 1024);
  ASSERT_EQ(whole.error, 0);
  ASSERT_GT(whole.value.size(), 4u);
  EXPECT_EQ(whole.value[0], 1);
  EXPECT_EQ(whole.value[1], 1);
  EXPECT_EQ(whole.value[2], 1);
  for (std::size_t size = 1; size <= whole.value.size(); ++size) {
    const SysResult<std::string> part =
        Get(netlink.fd(), SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, size);
    EXPECT_EQ(part.error, 0);
    EXPECT_EQ(part.value, whole.value.substr(0, size)) << size;
  }
}
#endif

// AddressSanitizer believes the kernel's report of how much it has written.
// With a wrong report, it would end a user's program whose room has nothing
// behind it.
TEST(GetOptionTest, NothingLooksWrittenBehindTheRoom) {
  const auto get = [](int fd, int level, int name, std::size_t size) {
    std::vector<char> room(size);
    EXPECT_LE(GetOption(fd, level, name, absl::MakeSpan(room)).value, size);
  };
  for (std::size_t size = 0; size <= 100; ++size) {
#ifdef SO_GET_FILTER
    const Descriptor udp(AF_INET, SOCK_DGRAM);
    for (const std::size_t count : {1, 2, 12, 1000}) {
      AttachFilter(udp.fd(), count);
      get(udp.fd(), SOL_SOCKET, SO_GET_FILTER, size);
    }
#endif
#ifdef NETLINK_LIST_MEMBERSHIPS
    const Descriptor netlink(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    for (const int group : {1, 33}) {
      setsockopt(netlink.fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
                 sizeof(group));
      get(netlink.fd(), SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, size);
    }
#endif
    const Descriptor tcp(AF_INET, SOCK_STREAM);
    for (int name = 0; name < 100; ++name) {
      get(tcp.fd(), SOL_SOCKET, name, size);
      get(tcp.fd(), IPPROTO_TCP, name, size);
    }
  }
}

// This holds whatever unit an option's length is counted in, and whichever part
// of the kernel implements the option. Options that a system does not have are
// read too, which does no harm.
TEST(GetOptionTest, NoOptionThatThereIsWritesBehindItsRoom) {
  if (contract::RunsUnderQemu()) GTEST_SKIP() << kNotHeeded;
  std::vector<Descriptor> sockets;
  for (const int family : {AF_INET, AF_INET6, AF_UNIX}) {
    sockets.emplace_back(family, SOCK_STREAM);
    sockets.emplace_back(family, SOCK_DGRAM);
  }
#ifdef NETLINK_LIST_MEMBERSHIPS
  sockets.emplace_back(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
#endif
#ifdef __linux__
  sockets.emplace_back(AF_PACKET, SOCK_DGRAM, 0);
  sockets.emplace_back(AF_BLUETOOTH, SOCK_STREAM, 3);  // BTPROTO_RFCOMM
  sockets.emplace_back(AF_BLUETOOTH, SOCK_SEQPACKET, 0);
  sockets.emplace_back(AF_VSOCK, SOCK_STREAM, 0);
  sockets.emplace_back(AF_ALG, SOCK_SEQPACKET, 0);
  sockets.emplace_back(AF_CAN, SOCK_RAW, 1);
  sockets.emplace_back(AF_INET, SOCK_STREAM, 262);  // IPPROTO_MPTCP
  sockets.emplace_back(AF_INET, SOCK_STREAM, 132);  // IPPROTO_SCTP
#endif
  const std::set<int> levels = {
      SOL_SOCKET, IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IPV6, 255, 0,
      6,          17,         18,          41,          100,          101, 132,
      263,        269,        270,         271,         272,          274, 275,
      279,        280,        282,         283,         284,          285, 287};
  for (const Descriptor& socket : sockets) {
    // A family that this machine lacks.
    if (socket.fd() == -1) continue;
#ifdef SO_GET_FILTER
    AttachFilter(socket.fd(), 3);
#endif
    for (const int level : levels) {
      for (int name = 0; name < 140; ++name) {
        for (const std::size_t size : {0, 1, 3, 4, 7, 8, 200}) {
          Get(socket.fd(), level, name, size, 64);
        }
      }
    }
  }
}

}  // namespace
}  // namespace posix
}  // namespace mortise
