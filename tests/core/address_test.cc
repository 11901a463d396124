#include "mortise/core/address.h"

#include <climits>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket_address.h"

namespace mortise {
namespace {

using ::testing::HasSubstr;

// Takes the address in the same way as Socket's methods do.
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

// An Address is not checked until it is used.
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

TEST(HostPortParse, ReadsAHostAndAPort) {
  const struct {
    const char* text;
    const char* host;
    int port;
  } kCases[] = {
      {"example.org:80", "example.org", 80},
      {"example.org.:0", "example.org.", 0},
      {"localhost:080", "localhost", 80},
      {"127.0.0.1:65535", "127.0.0.1", 65535},
      {"127.1:1", "127.1", 1},
      {"<broadcast>:9", "<broadcast>", 9},
      {"[::1]:80", "::1", 80},
      {"[::ffff:127.0.0.1]:80", "::ffff:127.0.0.1", 80},
      {"[fe80::1%eth0]:80", "fe80::1%eth0", 80},
      {"[fe80::1%2]:80", "fe80::1%2", 80},
  };
  for (const auto& c : kCases) {
    const absl::StatusOr<HostPort> parsed = HostPort::Parse(c.text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->host, c.host);
    EXPECT_EQ(parsed->port, c.port);
    EXPECT_EQ(parsed->flowinfo, 0u);
    EXPECT_EQ(parsed->scope_id, 0u);
  }
}

TEST(HostPortParse, ReadsWhatToStringWrites) {
  for (const HostPort& host_port :
       {HostPort{"example.org", 80}, HostPort{"192.0.2.1", 0},
        HostPort{"::1", 65535}, HostPort{"fe80::1", 80, 0, 7}}) {
    const std::string text = Address(host_port).ToString();
    const absl::StatusOr<HostPort> parsed = HostPort::Parse(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(Address(*parsed).ToString(), text);
  }
}

TEST(HostPortParse, SaysWhatIsWrong) {
  const struct {
    std::string text;
    const char* complaint;
  } kCases[] = {
      {"", "\"\" has neither a host nor a port"},
      {"example.org", "\"example.org\" has no port"},
      {"example.org:", "\"example.org:\" has no port"},
      {"[::1]", "\"[::1]\" has no port"},
      {"[::1]:", "\"[::1]:\" has no port"},
      {":80", "\":80\" has no host"},
      {"[]:80", "\"[]:80\" has no host in its brackets"},
      {"example.org:http", "has the port \"http\", which is not a number"},
      {"example.org:-1", "has the port \"-1\", which is not a number"},
      {"example.org:+80", "has the port \"+80\", which is not a number"},
      {"example.org: 80", "has the port \" 80\", which is not a number"},
      {"example.org:80 ", "has the port \"80 \", which is not a number"},
      {"example.org:80/", "has the port \"80/\", which is not a number"},
      {"[::1]:0x50", "has the port \"0x50\", which is not a number"},
      {std::string("a:80\0", 5), "which is not a number"},
      {"::1", "is ambiguous; write an IPv6 address in brackets"},
      {"::1:80", "is ambiguous; write an IPv6 address in brackets"},
      {"fe80::1%eth0:80", "is ambiguous; write an IPv6 address in brackets"},
      {"1:2:3:4:5:6:7:8:80", "is ambiguous; write an IPv6 address in brackets"},
      {"example.org:80:90", "has more than one colon"},
      {"http://example.org:80", "has more than one colon"},
      {"[::1:80", "has no \"]\" behind its host"},
      {"[::1]80", "has something else than \":\" behind its brackets"},
      {"[::1] :80", "has something else than \":\" behind its brackets"},
      {"[::1]]:80", "has something else than \":\" behind its brackets"},
      {"[127.0.0.1]:80", "has no IPv6 address in its brackets"},
      {"[example.org]:80", "has no IPv6 address in its brackets"},
      {"[[::1]]:80", "has no IPv6 address in its brackets"},
      {"[::1%]:80", "has no scope behind its \"%\""},
      {"exam ple.org:80", "has a character in its host that no host has"},
      {"a]:80", "has a character in its host that no host has"},
      {std::string("a\0b:80", 6), "has a character in its host"},
      {std::string("[::1%a\0]:80", 11), "host: holds a NUL"},
      {"b\xc3\xbc.example:80", "host: \"b\xc3\xbc.example\" is not ASCII"},
      {std::string(2000, 'a') + ":80", "2000 bytes are more than 1024"},
  };
  for (const auto& c : kCases) {
    const absl::Status status = HostPort::Parse(c.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_TRUE(IsUsageError(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("address: text"));
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.complaint));
  }
}

TEST(HostPortParse, APortIsInRange) {
  for (const char* text : {"example.org:65536", "[::1]:70000",
                           "example.org:99999999999999999999"}) {
    const absl::Status status = HostPort::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("is not in 0 to 65535"));
  }
}

}  // namespace
}  // namespace mortise
