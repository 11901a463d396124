#include "mortise/core/socket_address.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/hash/hash_testing.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using testing::HasSubstr;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kOutOfRange = absl::StatusCode::kOutOfRange;

// A family that no system has.
constexpr int kStrangeFamily = 60000;

constexpr std::array<std::uint8_t, 4> kLocalhost = {127, 0, 0, 1};
constexpr std::array<std::uint8_t, 16> kLoopback6 = {0, 0, 0, 0, 0, 0, 0, 0,
                                                     0, 0, 0, 0, 0, 0, 0, 1};

// Returns the whole literal, including NULs inside it.
template <std::size_t size>
std::string Bytes(const char (&literal)[size]) {
  return std::string(literal, size - 1);
}

// Returns the address's text, or the error's, so that a failure shows which of
// them it was.
std::string Text(const absl::StatusOr<SocketAddress>& address) {
  return address.ok() ? address->ToString() : address.status().ToString();
}

SocketAddress Unix(absl::string_view path) {
  absl::StatusOr<SocketAddress> address = SocketAddress::Unix(path);
  EXPECT_TRUE(address.ok()) << address.status();
  return address.ok() ? *address : SocketAddress();
}

SocketAddress Raw(int family, absl::string_view bytes) {
  absl::StatusOr<SocketAddress> address = SocketAddress::Raw(family, bytes);
  EXPECT_TRUE(address.ok()) << address.status();
  return address.ok() ? *address : SocketAddress();
}

void ExpectRoundTrip(const SocketAddress& address) {
  const std::string text = address.ToString();
  const absl::StatusOr<SocketAddress> parsed = SocketAddress::Parse(text);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, address);
  EXPECT_EQ(parsed->ToString(), text);
}

// An interface of this machine, whose index is its scope id.
struct Interface {
  std::uint32_t index;
  std::string name;
};

std::optional<Interface> AnyInterface() {
  for (std::uint32_t index = 1; index < 256; ++index) {
    SysResult<std::string> name =
        Platform::Default().interfaces().IndexToName(index);
    if (name.ok()) return Interface{index, name.value};
  }
  return std::nullopt;
}

std::uint32_t IndexOfNoInterface() {
  std::uint32_t index = 0x7ffffffe;
  while (Platform::Default().interfaces().IndexToName(index).ok()) --index;
  return index;
}

// --- Making and asking ------------------------------------------------------

TEST(SocketAddress, IsNoAddressByDefault) {
  const SocketAddress address;
  EXPECT_EQ(address.family(), kAfUnspec);
  EXPECT_EQ(address.host(), "");
  EXPECT_EQ(address.port(), 0);
  EXPECT_EQ(address.flowinfo(), 0u);
  EXPECT_EQ(address.scope_id(), 0u);
  EXPECT_EQ(address.bytes(), "");
  EXPECT_EQ(address.ToString(), "none");
}

TEST(SocketAddress, HoldsIpv4) {
  const SocketAddress address = SocketAddress::Ipv4({192, 0, 2, 255}, 65535);
  EXPECT_EQ(address.family(), kAfInet);
  EXPECT_EQ(address.host(), "192.0.2.255");
  EXPECT_EQ(address.port(), 65535);
  EXPECT_EQ(address.flowinfo(), 0u);
  EXPECT_EQ(address.scope_id(), 0u);
  EXPECT_EQ(address.bytes(), Bytes("\xc0\0\x02\xff"));
  EXPECT_EQ(address.raw().size, 4);
}

TEST(SocketAddress, HoldsIpv6) {
  const SocketAddress address =
      SocketAddress::Ipv6(kLoopback6, 80, 0xfffffff, 0xffffffff);
  EXPECT_EQ(address.family(), kAfInet6);
  EXPECT_EQ(address.host(), "::1");
  EXPECT_EQ(address.port(), 80);
  EXPECT_EQ(address.flowinfo(), 0xfffffffu);
  EXPECT_EQ(address.scope_id(), 0xffffffffu);
  EXPECT_EQ(address.bytes(), std::string(15, '\0') + '\1');
  EXPECT_EQ(SocketAddress::Ipv6(kLoopback6, 80).flowinfo(), 0u);
  EXPECT_EQ(SocketAddress::Ipv6(kLoopback6, 80).scope_id(), 0u);
}

TEST(SocketAddress, HoldsAPath) {
  const SocketAddress address = Unix("/run/x.sock");
  EXPECT_EQ(address.family(), kAfUnix);
  EXPECT_EQ(address.host(), "");
  EXPECT_EQ(address.port(), 0);
  EXPECT_EQ(address.bytes(), "/run/x.sock");
}

TEST(SocketAddress, HoldsAnAbstractNameWithAnyBytes) {
  EXPECT_EQ(Unix(Bytes("\0x\0y\0")).bytes(), Bytes("\0x\0y\0"));
  EXPECT_EQ(Unix(Bytes("\0")).bytes(), Bytes("\0"));
}

TEST(SocketAddress, HoldsTheUnnamedAddress) {
  EXPECT_EQ(Unix("").family(), kAfUnix);
  EXPECT_EQ(Unix("").bytes(), "");
}

TEST(SocketAddress, HoldsAFamilyThatItDoesNotKnow) {
  const SocketAddress address = Raw(kStrangeFamily, Bytes("\0\1\xff"));
  EXPECT_EQ(address.family(), kStrangeFamily);
  EXPECT_EQ(address.bytes(), Bytes("\0\1\xff"));
  EXPECT_EQ(address.host(), "");
  EXPECT_EQ(address.port(), 0);
  EXPECT_EQ(Raw(65535, "").family(), 65535);
}

TEST(SocketAddress, GoesThroughTheFormOfAPlatform) {
  SocketAddress address;
  *address.mutable_raw() = SocketAddress::Ipv6(kLoopback6, 80, 3, 4).raw();
  EXPECT_EQ(address, SocketAddress::Ipv6(kLoopback6, 80, 3, 4));
  EXPECT_EQ(SocketAddress(address.raw()), address);
}

// --- Numeric ----------------------------------------------------------------

TEST(SocketAddressNumeric, TakesWhatInetAtonTakes) {
  EXPECT_EQ(Text(SocketAddress::Numeric("127.0.0.1", 80)), "127.0.0.1:80");
  EXPECT_EQ(Text(SocketAddress::Numeric("127.1", 0)), "127.0.0.1:0");
  EXPECT_EQ(Text(SocketAddress::Numeric("0x7f.0.0.01", 65535)),
            "127.0.0.1:65535");
}

TEST(SocketAddressNumeric, TakesWhatInetPtonTakes) {
  EXPECT_EQ(Text(SocketAddress::Numeric("::1", 80)), "[::1]:80");
  EXPECT_EQ(Text(SocketAddress::Numeric("2001:DB8::0:1", 0)),
            "[2001:db8::1]:0");
  EXPECT_EQ(Text(SocketAddress::Numeric("::ffff:127.0.0.1", 1)),
            "[::ffff:127.0.0.1]:1");
}

TEST(SocketAddressNumeric, TakesFlowInfoAndScopeForIpv6) {
  const absl::StatusOr<SocketAddress> address =
      SocketAddress::Numeric("::1", 80, 0xfffff, 0xffffffff);
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(*address, SocketAddress::Ipv6(kLoopback6, 80, 0xfffff, 0xffffffff));
}

TEST(SocketAddressNumeric, ReadsAScopeThatIsANumber) {
  for (const auto& [scope, number] : std::map<std::string, std::uint32_t>{
           {"0", 0}, {"7", 7}, {"007", 7}, {"4294967295", 0xffffffff}}) {
    const absl::StatusOr<SocketAddress> address =
        SocketAddress::Numeric("::1%" + scope, 80);
    ASSERT_TRUE(address.ok()) << address.status();
    EXPECT_EQ(*address, SocketAddress::Ipv6(kLoopback6, 80, 0, number));
  }
}

TEST(SocketAddressNumeric, ReadsAScopeThatIsAnInterface) {
  const std::optional<Interface> interface = AnyInterface();
  if (!interface.has_value()) GTEST_SKIP() << "no network interface";
  const absl::StatusOr<SocketAddress> address =
      SocketAddress::Numeric("fe80::1%" + interface->name, 80);
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(address->scope_id(), interface->index);
  EXPECT_EQ(address->host(), "fe80::1");
}

TEST(SocketAddressNumeric, RefusesTheNameOfNoInterface) {
  const absl::Status status =
      SocketAddress::Numeric("fe80::1%no-such-one", 80).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("address \"fe80::1%no-such-one\": "));
  const std::optional<Error> error = ErrorOf(status);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->domain, ErrorDomain::kOs);
  EXPECT_NE(error->native_code, 0);
}

// As long as a host may be, and longer than any interface's name.
TEST(SocketAddressNumeric, RefusesAHugeScope) {
  const absl::Status status =
      SocketAddress::Numeric("fe80::1%" + std::string(1000000, 'x'), 80)
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_LT(status.message().size(), 300u);
}

TEST(SocketAddressNumeric, TakesAScopeGivenTwiceIfItIsTheSame) {
  EXPECT_EQ(SocketAddress::Numeric("::1%123456", 80, 0, 123456)->scope_id(),
            123456u);
  EXPECT_THAT(SocketAddress::Numeric("::1%1", 80, 0, 2).status(),
              IsRefusal(kInvalid, "address",
                        "scope_id: 2 is not the scope of \"::1%1\""));
  EXPECT_THAT(SocketAddress::Numeric("::1%0", 80, 0, 2).status(),
              IsRefusal(kInvalid, "address",
                        "scope_id: 2 is not the scope of \"::1%0\""));
}

TEST(SocketAddressNumeric, RefusesAScopeBeyond32Bits) {
  for (const std::string scope :
       {"4294967296", "18446744073709551616", "99999999999999999999999999"}) {
    EXPECT_THAT(SocketAddress::Numeric("::1%" + scope, 80).status(),
                IsRefusal(kOutOfRange, "address",
                          absl::StrCat("scope: \"", scope,
                                       "\" is not in 0 to 4294967295")));
  }
}

class NumericRefusals
    : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(NumericRefusals, NameTheHost) {
  EXPECT_THAT(
      SocketAddress::Numeric(GetParam().first, 80).status(),
      IsRefusal(kInvalid, "address",
                absl::StrCat("host: ", GetParam().second,
                             " is not a numeric IPv4 or IPv6 address")));
}

// Returns pairs of a host and how the message shows it.
std::vector<std::pair<std::string, std::string>> BadHosts() {
  std::vector<std::pair<std::string, std::string>> hosts;
  for (const char* host : {"",
                           " ",
                           "localhost",
                           "example.org",
                           "<broadcast>",
                           "300.1.1.1",
                           "1.2.3.4.5",
                           "127.0.0.1 ",
                           " 127.0.0.1",
                           "127.0.0.1:80",
                           "-1",
                           "+1",
                           "4294967296",
                           "127.0.0.1%1",
                           "::1::",
                           "1:2:3:4:5:6:7:8::",
                           ":1",
                           "[::1]",
                           "::1 ",
                           " ::1",
                           "::g",
                           "::1%",
                           "%",
                           "%1",
                           "::1/64",
                           "unix:/x"}) {
    hosts.emplace_back(host, absl::StrCat("\"", host, "\""));
  }
  hosts.emplace_back(Bytes("::1\0"), "\"::1\\x00\"");
  hosts.emplace_back(Bytes("127.0.0.1\0"), "\"127.0.0.1\\x00\"");
  // This must not be taken for the interface whose name ends at the NUL.
  hosts.emplace_back(Bytes("::1%lo\0"), "\"::1%lo\\x00\"");
  hosts.emplace_back(Bytes("::1%\0"), "\"::1%\\x00\"");
  hosts.emplace_back("\xef\xbc\x91.2.3.4", "\"\xef\xbc\x91.2.3.4\"");
  hosts.emplace_back("1.2.3.4\n", "\"1.2.3.4\\n\"");
  hosts.emplace_back(
      std::string(1000, '1'),
      absl::StrCat("\"", std::string(64, '1'), "\"... (1000 bytes)"));
  return hosts;
}

INSTANTIATE_TEST_SUITE_P(All, NumericRefusals, testing::ValuesIn(BadHosts()));

TEST(SocketAddressNumeric, RefusesAPortOutOfRange) {
  for (const char* const host : {"127.0.0.1", "::1"}) {
    for (const int port : {-1, 65536, INT_MIN, INT_MAX}) {
      EXPECT_THAT(
          SocketAddress::Numeric(host, port).status(),
          IsRefusal(kOutOfRange, "address",
                    absl::StrCat("port: ", port, " is not in 0 to 65535")));
    }
  }
}

TEST(SocketAddressNumeric, RefusesFlowInfoBeyond20Bits) {
  EXPECT_THAT(SocketAddress::Numeric("::1", 80, 0x100000).status(),
              IsRefusal(kOutOfRange, "address",
                        "flowinfo: 1048576 is not in 0 to 1048575"));
  EXPECT_THAT(SocketAddress::Numeric("::1", 80, 0xffffffff).status(),
              IsRefusal(kOutOfRange, "address",
                        "flowinfo: 4294967295 is not in 0 to 1048575"));
}

TEST(SocketAddressNumeric, RefusesForIpv4WhatIpv6Has) {
  EXPECT_THAT(SocketAddress::Numeric("127.0.0.1", 80, 1).status(),
              IsRefusal(kInvalid, "address",
                        "flowinfo: 1 is given, but AF_INET has no flowinfo"));
  EXPECT_THAT(SocketAddress::Numeric("127.0.0.1", 80, 0, 2).status(),
              IsRefusal(kInvalid, "address",
                        "scope_id: 2 is given, but AF_INET has no scope_id"));
}

// --- Unix and Raw, refused --------------------------------------------------

TEST(SocketAddressUnix, RefusesAPathLongerThanAnySystemTakes) {
  EXPECT_EQ(Unix(std::string(126, 'x')).bytes(), std::string(126, 'x'));
  EXPECT_EQ(Unix(std::string(126, '\0')).bytes(), std::string(126, '\0'));
  EXPECT_THAT(
      SocketAddress::Unix(std::string(127, 'x')).status(),
      IsRefusal(
          kInvalid, "address",
          absl::StrCat("path: 127 bytes are more than any system's 126: \"",
                       std::string(64, 'x'), "\"... (127 bytes)")));
  EXPECT_FALSE(SocketAddress::Unix(std::string(127, '\0')).ok());
  EXPECT_FALSE(SocketAddress::Unix(std::string(1 << 20, 'x')).ok());
}

TEST(SocketAddressUnix, RefusesANulInsideAPath) {
  EXPECT_THAT(
      SocketAddress::Unix(Bytes("/x\0y")).status(),
      IsRefusal(kInvalid, "address", "path: \"/x\\x00y\" has a NUL inside"));
  EXPECT_THAT(
      SocketAddress::Unix(Bytes("/x\0")).status(),
      IsRefusal(kInvalid, "address", "path: \"/x\\x00\" has a NUL inside"));
}

TEST(SocketAddressRaw, RefusesAFamilyOutOfRange) {
  for (const int family : {-1, 65536, INT_MIN, INT_MAX}) {
    EXPECT_THAT(
        SocketAddress::Raw(family, "x").status(),
        IsRefusal(kOutOfRange, "address",
                  absl::StrCat("family: ", family, " is not in 0 to 65535")));
  }
}

// Its bytes would be taken for an address of that family.
TEST(SocketAddressRaw, RefusesAFamilyThatTheLibraryKnows) {
  for (const int family : {kAfUnspec, kAfInet, kAfInet6, kAfUnix}) {
    EXPECT_THAT(
        SocketAddress::Raw(family, "1234").status(),
        IsRefusal(kInvalid, "address",
                  absl::StrCat("family: ", AddressFamily(family).ToString(),
                               " has a form of its own")));
  }
}

TEST(SocketAddressRaw, RefusesTooManyBytes) {
  EXPECT_EQ(Raw(kStrangeFamily, std::string(126, 'x')).bytes(),
            std::string(126, 'x'));
  EXPECT_THAT(
      SocketAddress::Raw(kStrangeFamily, std::string(127, 'x')).status(),
      IsRefusal(kInvalid, "address", "bytes: 127 are more than 126"));
}

// --- Text -------------------------------------------------------------------

TEST(SocketAddressText, OfIp) {
  EXPECT_EQ(SocketAddress::Ipv4(kLocalhost, 80).ToString(), "127.0.0.1:80");
  EXPECT_EQ(SocketAddress::Ipv6(kLoopback6, 0).ToString(), "[::1]:0");
  EXPECT_EQ(SocketAddress::Ipv6({}, 65535).ToString(), "[::]:65535");
}

TEST(SocketAddressText, NamesTheInterfaceOfAScope) {
  const std::optional<Interface> interface = AnyInterface();
  if (!interface.has_value()) GTEST_SKIP() << "no network interface";
  const SocketAddress address =
      SocketAddress::Ipv6(kLoopback6, 80, 0, interface->index);
  EXPECT_EQ(address.ToString(), absl::StrCat("[::1%", interface->name, "]:80"));
  ExpectRoundTrip(address);
}

TEST(SocketAddressText, NumbersAScopeWithoutInterface) {
  const std::uint32_t index = IndexOfNoInterface();
  const SocketAddress address = SocketAddress::Ipv6(kLoopback6, 80, 0, index);
  EXPECT_EQ(address.ToString(), absl::StrCat("[::1%", index, "]:80"));
  ExpectRoundTrip(address);
}

TEST(SocketAddressText, LeavesFlowInfoOut) {
  EXPECT_EQ(SocketAddress::Ipv6(kLoopback6, 80, 5).ToString(), "[::1]:80");
}

TEST(SocketAddressText, OfAFamilyThatItDoesNotKnow) {
  EXPECT_EQ(Raw(kStrangeFamily, Bytes("\0\x1f\xff")).ToString(),
            "60000:001fff");
  EXPECT_EQ(Raw(kStrangeFamily, "").ToString(), "60000:");
}

// If a backend filled in too few or too many bytes, nothing is read beyond
// them.
TEST(SocketAddressText, OfAnAddressOfTheWrongSize) {
  for (const int family : {kAfInet, kAfInet6}) {
    for (const int size : {0, 3, 5, 15, 17, 126}) {
      SockAddr raw;
      raw.family = static_cast<std::uint16_t>(family);
      raw.size = static_cast<std::uint8_t>(size);
      std::fill_n(raw.bytes, size, 1);
      EXPECT_EQ(SocketAddress(raw).host(), "") << size;
    }
  }
}

struct PathCase {
  std::string path;
  std::string text;
};

class UnixText : public testing::TestWithParam<PathCase> {};

TEST_P(UnixText, IsUnambiguous) {
  EXPECT_EQ(Unix(GetParam().path).ToString(), GetParam().text);
  ExpectRoundTrip(Unix(GetParam().path));
}

INSTANTIATE_TEST_SUITE_P(
    All, UnixText,
    testing::Values(
        PathCase{"/run/x.sock", "unix:/run/x.sock"},
        PathCase{"relative", "unix:relative"}, PathCase{"", "unix:"},
        PathCase{"unix:", "unix:unix:"}, PathCase{" /a b ", "unix: /a b "},
        PathCase{"/a:80", "unix:/a:80"}, PathCase{Bytes("\0x"), "unix:@x"},
        PathCase{Bytes("\0"), "unix:@"}, PathCase{Bytes("\0@x"), "unix:@@x"},
        PathCase{Bytes("\0a\0b"), "unix:@a\\000b"},
        PathCase{Bytes("\0\0"), "unix:@\\000"},
        // These are paths, and not abstract names.
        PathCase{"@x", "unix:\\100x"}, PathCase{"@", "unix:\\100"},
        PathCase{"@0", "unix:\\1000"}, PathCase{"@@", "unix:\\100@"},
        PathCase{"/@x", "unix:/@x"},
        // Characters that would garble a line, and the escape character itself.
        PathCase{"/a\nb\r\t\x1b[1m\x7f", "unix:/a\\nb\\r\\t\\033[1m\\177"},
        PathCase{"C:\\x100", "unix:C:\\\\x100"}, PathCase{"\\", "unix:\\\\"},
        PathCase{"\\n", "unix:\\\\n"}, PathCase{"\\100x", "unix:\\\\100x"},
        PathCase{"it's \"x\"", "unix:it\\'s \\\"x\\\""},
        // UTF-8, and bytes that are not UTF-8.
        PathCase{"/\xc3\xa4", "unix:/\xc3\xa4"},
        PathCase{"/\xc2\x9b", "unix:/\\302\\233"},
        PathCase{"/\xff\x80", "unix:/\\377\\200"}));

TEST(SocketAddressText, IsStreamed) {
  std::ostringstream out;
  out << SocketAddress::Ipv4(kLocalhost, 80);
  EXPECT_EQ(out.str(), "127.0.0.1:80");
}

TEST(SocketAddressText, OfRandomIpIsReadBack) {
  std::mt19937 random(19830101);
  for (int i = 0; i < 5000 && !HasFailure(); ++i) {
    std::array<std::uint8_t, 4> ipv4;
    for (std::uint8_t& byte : ipv4) byte = static_cast<std::uint8_t>(random());
    const auto port = static_cast<std::uint16_t>(random());
    ExpectRoundTrip(SocketAddress::Ipv4(ipv4, port));

    std::array<std::uint8_t, 16> ipv6;
    const bool is_sparse = random() % 2 == 0;
    for (std::uint8_t& byte : ipv6) {
      byte = is_sparse && random() % 4 != 0
                 ? 0
                 : static_cast<std::uint8_t>(random());
    }
    // Few have a scope: the system is asked for its name, which may take a
    // millisecond.
    const std::uint32_t scopes[] = {1,
                                    static_cast<std::uint32_t>(random() % 64),
                                    static_cast<std::uint32_t>(random())};
    const std::uint32_t scope = i % 16 == 0 ? scopes[random() % 3] : 0;
    ExpectRoundTrip(SocketAddress::Ipv6(ipv6, port, 0, scope));
  }
}

// The paths are made of few different bytes, most of them troublesome, so that
// the texts of many paths are similar.
TEST(SocketAddressText, OfRandomPathsIsReadBackAndOneToOne) {
  const std::string troublesome = Bytes("\0\0@@\\\\x100n'\"\n\x7f\xff /");
  std::map<std::string, std::string> paths;
  std::mt19937 random(19831009);
  for (int i = 0; i < 50000 && !HasFailure(); ++i) {
    std::string path(random() % (i % 2 == 0 ? 6 : 127), '\0');
    for (char& byte : path) {
      byte = i % 4 == 3 ? static_cast<char>(random())
                        : troublesome[random() % troublesome.size()];
    }
    const absl::StatusOr<SocketAddress> address = SocketAddress::Unix(path);
    if (!address.ok()) continue;  // a NUL inside
    ExpectRoundTrip(*address);
    const auto [other, is_new] = paths.emplace(address->ToString(), path);
    EXPECT_TRUE(is_new || other->second == path) << other->first;
  }
  EXPECT_GT(paths.size(), 10000u);
}

// --- Parse ------------------------------------------------------------------

TEST(SocketAddressParse, TakesWhatAPersonWrites) {
  EXPECT_EQ(Text(SocketAddress::Parse("127.0.0.1:080")), "127.0.0.1:80");
  EXPECT_EQ(Text(SocketAddress::Parse("[0:0::0001]:80")), "[::1]:80");
  EXPECT_EQ(Text(SocketAddress::Parse("[::1%0]:80")), "[::1]:80");
  EXPECT_EQ(Text(SocketAddress::Parse("unix:/tmp/it's")), "unix:/tmp/it\\'s");
  EXPECT_EQ(Text(SocketAddress::Parse("unix:\\x40x")), "unix:\\100x");
}

class ParseRefusals : public testing::TestWithParam<std::string> {};

TEST_P(ParseRefusals, NameTheText) {
  const absl::Status status = SocketAddress::Parse(GetParam()).status();
  EXPECT_THAT(
      status,
      IsRefusal(kInvalid, "address",
                absl::StrCat("text: \"", absl::Utf8SafeCHexEscape(GetParam()),
                             "\" is not a socket address")));
}

INSTANTIATE_TEST_SUITE_P(
    All, ParseRefusals,
    testing::Values(
        "", " ", ":", "none", "80", ":80", "127.0.0.1", "127.0.0.1:", "::1",
        "::1:80", "[::1]", "[::1]:", "[]:80", "[:80", "]:80", "[::1:80",
        "::1]:80", "[[::1]]:80", "[::1] :80", "[::1]80", "[127.0.0.1]:80",
        "localhost:80", "example.org:80", "*:80", "<broadcast>:80",
        // The short forms of IPv4 are refused, because such texts are more
        // often ports and times.
        "80:80", "127.1:80", "0x7f.0.0.1:80", "12:30", "127.0.0.1:+80",
        "127.0.0.1:-1", "127.0.0.1: 80", "127.0.0.1:80 ", " 127.0.0.1:80",
        "127.0.0.1:http", "127.0.0.1:0x50", "127.0.0.1:8 0", "127.0.0.1:80:80",
        "300.1.1.1:80", "1.2.3.4.5:80", "127.0.0.1:\xd9\xa1", "127.0.0.1%1:80",
        "[::1%]:80", "[::1]%1:80", "[::1::]:80", "AF_NETLINK:00", "60000:00",
        "UNIX:/x", "unix", "unix/x",
        // Wrong escapes, and a leading NUL that is not written as '@'.
        "unix:\\", "unix:/x\\", "unix:\\q", "unix:\\x", "unix:\\xg",
        "unix:\\400", "unix:\\000x", "unix:\\x00x", Bytes("unix:\0x"),
        Bytes("127.0.0.1:80\0"), Bytes("127.0.0.1\0:80"),
        Bytes("[::1%lo\0]:80")));

TEST(SocketAddressParse, RefusesAPortOutOfRange) {
  for (const std::string port : {"65536", "4294967296", "18446744073709551616",
                                 "99999999999999999999"}) {
    for (const std::string host : {"127.0.0.1:", "[::1]:"}) {
      EXPECT_THAT(SocketAddress::Parse(host + port).status(),
                  IsRefusal(kOutOfRange, "address",
                            absl::StrCat("text: port: \"", port,
                                         "\" is not in 0 to 65535")));
    }
  }
  EXPECT_TRUE(SocketAddress::Parse("127.0.0.1:65535").ok());
}

TEST(SocketAddressParse, RefusesAScopeThatIsNone) {
  EXPECT_EQ(SocketAddress::Parse("[::1%4294967296]:80").status().code(),
            kOutOfRange);
  const absl::Status status =
      SocketAddress::Parse("[::1%no-such-one]:80").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("\"[::1%no-such-one]:80\""));
}

TEST(SocketAddressParse, RefusesAPathThatUnixRefuses) {
  EXPECT_THAT(
      SocketAddress::Parse("unix:/x\\000y").status(),
      IsRefusal(kInvalid, "address", "path: \"/x\\x00y\" has a NUL inside"));
  EXPECT_EQ(Text(SocketAddress::Parse("unix:" + std::string(126, 'x'))),
            "unix:" + std::string(126, 'x'));
  EXPECT_EQ(
      SocketAddress::Parse("unix:" + std::string(127, 'x')).status().code(),
      kInvalid);
  // The '@' stands for a byte too.
  EXPECT_TRUE(SocketAddress::Parse("unix:@" + std::string(125, 'x')).ok());
  EXPECT_FALSE(SocketAddress::Parse("unix:@" + std::string(126, 'x')).ok());
}

TEST(SocketAddressParse, NeverTrips) {
  const std::string chars = Bytes("[]:::..%1259afx\\@ unix/\0\xff");
  std::mt19937 random(42);
  for (int i = 0; i < 20000; ++i) {
    std::string text(random() % 24, '\0');
    for (char& c : text) c = chars[random() % chars.size()];
    if (i % 4 == 0) text.insert(0, "unix:");
    const absl::StatusOr<SocketAddress> address = SocketAddress::Parse(text);
    if (address.ok()) {
      ExpectRoundTrip(*address);
    } else {
      ASSERT_TRUE(ErrorOf(address.status()).has_value()) << address.status();
    }
  }
}

// --- IsIpv4Mapped ------------------------------------------------------------

TEST(SocketAddress, TellsAnIpv4AddressInTheFormOfIpv6) {
  const auto is_mapped = [](absl::string_view host) {
    return SocketAddress::Numeric(host, 80).value().IsIpv4Mapped();
  };
  EXPECT_TRUE(is_mapped("::ffff:192.0.2.1"));
  EXPECT_TRUE(is_mapped("::ffff:0.0.0.0"));
  for (const char* host :
       {"192.0.2.1", "::", "::1", "::192.0.2.1", "::fffe:192.0.2.1",
        "::1:ffff:192.0.2.1", "64:ff9b::192.0.2.1", "ffff::192.0.2.1"}) {
    EXPECT_FALSE(is_mapped(host)) << host;
  }
  EXPECT_FALSE(SocketAddress().IsIpv4Mapped());
  // The bytes of such an address, in another family.
  EXPECT_FALSE(
      Raw(kStrangeFamily,
          SocketAddress::Numeric("::ffff:192.0.2.1", 80).value().bytes())
          .IsIpv4Mapped());
}

// --- WithPort, equality, order, hash ----------------------------------------

TEST(SocketAddress, MovesToAnotherPort) {
  EXPECT_EQ(SocketAddress::Ipv4(kLocalhost, 80).WithPort(65535),
            SocketAddress::Ipv4(kLocalhost, 65535));
  EXPECT_EQ(SocketAddress::Ipv6(kLoopback6, 80, 1, 2).WithPort(0),
            SocketAddress::Ipv6(kLoopback6, 0, 1, 2));
  EXPECT_EQ(Unix("/x").WithPort(80), Unix("/x"));
  EXPECT_EQ(Raw(kStrangeFamily, "x").WithPort(80), Raw(kStrangeFamily, "x"));
  EXPECT_EQ(SocketAddress().WithPort(80), SocketAddress());
}

// Returns addresses that are all different from each other.
std::vector<SocketAddress> Different() {
  std::array<std::uint8_t, 16> other6 = kLoopback6;
  other6[0] = 0xfe;
  return {SocketAddress(),
          SocketAddress::Ipv4({0, 0, 0, 0}, 0),
          SocketAddress::Ipv4(kLocalhost, 80),
          SocketAddress::Ipv4(kLocalhost, 81),
          SocketAddress::Ipv4({127, 0, 0, 2}, 80),
          SocketAddress::Ipv4({255, 0, 0, 1}, 80),
          SocketAddress::Ipv6({}, 0),
          SocketAddress::Ipv6(kLoopback6, 80),
          SocketAddress::Ipv6(kLoopback6, 81),
          SocketAddress::Ipv6(kLoopback6, 80, 1),
          SocketAddress::Ipv6(kLoopback6, 80, 0, 1),
          SocketAddress::Ipv6(other6, 80),
          Unix(""),
          Unix("x"),
          Unix("xx"),
          Unix("y"),
          Unix(Bytes("\0")),
          Unix(Bytes("\0x")),
          Unix(Bytes("\0x\0")),
          Raw(kStrangeFamily, ""),
          Raw(kStrangeFamily, "x"),
          Raw(kStrangeFamily + 1, "x")};
}

// Returns the same address, with other bytes behind it in memory.
SocketAddress WithGarbageBehind(const SocketAddress& address) {
  SockAddr raw;
  std::memset(raw.bytes, 0xa5, sizeof raw.bytes);
  std::copy_n(address.raw().bytes, address.raw().size, raw.bytes);
  raw.family = address.raw().family;
  raw.size = address.raw().size;
  raw.port = address.raw().port;
  raw.flowinfo = address.raw().flowinfo;
  raw.scope_id = address.raw().scope_id;
  return SocketAddress(raw);
}

TEST(SocketAddress, IsEqualOnlyToItself) {
  const std::vector<SocketAddress> addresses = Different();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    for (std::size_t j = 0; j < addresses.size(); ++j) {
      const SocketAddress other = WithGarbageBehind(addresses[j]);
      EXPECT_EQ(addresses[i] == other, i == j) << i << " " << j;
      EXPECT_EQ(addresses[i] != other, i != j) << i << " " << j;
    }
  }
}

TEST(SocketAddress, IsOrdered) {
  const std::vector<SocketAddress> addresses = Different();
  for (const SocketAddress& a : addresses) {
    EXPECT_FALSE(a < WithGarbageBehind(a)) << a;
    for (const SocketAddress& b : addresses) {
      EXPECT_EQ(a < b || b < a, a != b) << a << " " << b;
      EXPECT_FALSE(a < b && b < a) << a << " " << b;
      for (const SocketAddress& c : addresses) {
        EXPECT_TRUE(!(a < b && b < c) || a < c) << a << b << c;
      }
    }
  }
  EXPECT_EQ(std::set<SocketAddress>(addresses.begin(), addresses.end()).size(),
            addresses.size());
}

TEST(SocketAddress, IsHashedAsItIsCompared) {
  std::vector<SocketAddress> addresses = Different();
  for (const SocketAddress& address : Different()) {
    addresses.push_back(WithGarbageBehind(address));
  }
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(addresses));
}

}  // namespace
}  // namespace mortise
