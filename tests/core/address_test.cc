#include "mortise/address.h"

#include <climits>
#include <string>

#include "gtest/gtest.h"
#include "mortise/socket_address.h"

namespace mortise {
namespace {

// As Socket's methods take it.
std::string TextOf(const Address& address) { return address.ToString(); }

TEST(Address, RemembersAResolvedAddress) {
  const SocketAddress resolved = SocketAddress::Ipv4({127, 0, 0, 1}, 80);
  const Address address = resolved;
  ASSERT_NE(address.resolved(), nullptr);
  EXPECT_EQ(*address.resolved(), resolved);
  EXPECT_EQ(address.host_port(), nullptr);
  EXPECT_EQ(address.unix_path(), nullptr);
}

TEST(Address, RemembersAHostAndPort) {
  const Address address = HostPort{"example.org", 80, 3, 4};
  ASSERT_NE(address.host_port(), nullptr);
  EXPECT_EQ(address.host_port()->host, "example.org");
  EXPECT_EQ(address.host_port()->port, 80);
  EXPECT_EQ(address.host_port()->flowinfo, 3u);
  EXPECT_EQ(address.host_port()->scope_id, 4u);
  EXPECT_EQ(address.resolved(), nullptr);
  EXPECT_EQ(address.unix_path(), nullptr);
}

TEST(Address, RemembersAPath) {
  const Address address = UnixPath{std::string("\0x", 2)};
  ASSERT_NE(address.unix_path(), nullptr);
  EXPECT_EQ(address.unix_path()->path, std::string("\0x", 2));
  EXPECT_EQ(address.resolved(), nullptr);
  EXPECT_EQ(address.host_port(), nullptr);
}

TEST(Address, IsWrittenInBracesAsAnArgument) {
  EXPECT_EQ(TextOf({"example.org", 80}), "example.org:80");
  EXPECT_EQ(TextOf(HostPort{"example.org"}), "example.org:0");
  EXPECT_EQ(TextOf(UnixPath{"/run/x"}), "unix:/run/x");
  EXPECT_EQ(TextOf(SocketAddress()), "none");
}

// Nothing is checked until it is used.
TEST(Address, TakesWhatCannotBeRight) {
  const Address address("", INT_MIN);
  ASSERT_NE(address.host_port(), nullptr);
  EXPECT_EQ(address.host_port()->port, INT_MIN);
  EXPECT_EQ(address.ToString(), ":-2147483648");
}

TEST(AddressText, OfAHostAndPort) {
  EXPECT_EQ(TextOf({"127.0.0.1", 80}), "127.0.0.1:80");
  EXPECT_EQ(TextOf({"", 0}), ":0");
  EXPECT_EQ(TextOf({"<broadcast>", 9}), "<broadcast>:9");
  EXPECT_EQ(TextOf({"::1", 80}), "[::1]:80");
  EXPECT_EQ(TextOf({"fe80::1%eth0", 80}), "[fe80::1%eth0]:80");
}

TEST(AddressText, HasTheScopeThatWasGivenApart) {
  EXPECT_EQ(TextOf(HostPort{"fe80::1", 80, 0, 7}), "[fe80::1%7]:80");
  EXPECT_EQ(TextOf(HostPort{"fe80::1%7", 80, 0, 7}), "[fe80::1%7]:80");
  EXPECT_EQ(TextOf(HostPort{"fe80::1", 80, 5, 0}), "[fe80::1]:80");
  EXPECT_EQ(TextOf(HostPort{"example.org", 80, 0, 7}), "example.org:80");
}

TEST(AddressText, IsOneCleanLine) {
  EXPECT_EQ(TextOf({"a\nb\x1b", 80}), "a\\nb\\033:80");
  EXPECT_EQ(TextOf(HostPort{std::string("a\0b", 3), 80}), "a\\000b:80");
  EXPECT_EQ(TextOf(UnixPath{"/a\nb"}), "unix:/a\\nb");
}

TEST(AddressText, OfAPathIsThatOfTheResolvedAddress) {
  EXPECT_EQ(TextOf(UnixPath{""}), "unix:");
  EXPECT_EQ(TextOf(UnixPath{std::string("\0x", 2)}), "unix:@x");
  EXPECT_EQ(TextOf(UnixPath{"@x"}), "unix:\\100x");
}

TEST(AddressText, OfAPathThatNoAddressHolds) {
  EXPECT_EQ(TextOf(UnixPath{std::string("/a\0b", 4)}), "unix:/a\\000b");
  EXPECT_EQ(TextOf(UnixPath{std::string(200, 'x')}),
            "unix:" + std::string(200, 'x'));
}

}  // namespace
}  // namespace mortise
