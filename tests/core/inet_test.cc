#include "mortise/core/inet.h"

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

// Returns the bytes in hexadecimal, or the error's text, so that a failure
// shows which of them it was.
std::string Hex(const absl::StatusOr<std::string>& packed) {
  return packed.ok() ? absl::BytesToHexString(*packed)
                     : packed.status().ToString();
}

std::string Unhex(absl::string_view hex) {
  std::string bytes;
  for (; !hex.empty(); hex.remove_prefix(2)) {
    bytes.push_back(static_cast<char>(
        std::stoi(std::string(hex.substr(0, 2)), nullptr, 16)));
  }
  return bytes;
}

std::string Text(const absl::StatusOr<std::string>& text) {
  return text.ok() ? *text : text.status().ToString();
}

// --- InetAton ---------------------------------------------------------------

struct AtonCase {
  const char* text;
  const char* packed;
};

class InetAtonForms : public testing::TestWithParam<AtonCase> {};

TEST_P(InetAtonForms, Packs) {
  EXPECT_EQ(Hex(InetAton(GetParam().text)), GetParam().packed);
}

INSTANTIATE_TEST_SUITE_P(
    All, InetAtonForms,
    testing::Values(AtonCase{"127.0.0.1", "7f000001"},
                    AtonCase{"0.0.0.0", "00000000"},
                    AtonCase{"255.255.255.255", "ffffffff"},
                    // With fewer parts, the last one fills the remaining bytes.
                    AtonCase{"1.2.65535", "0102ffff"},
                    AtonCase{"1.16777215", "01ffffff"},
                    AtonCase{"4294967295", "ffffffff"},
                    AtonCase{"127.1", "7f000001"}, AtonCase{"0", "00000000"},
                    // Each part can be octal or hexadecimal.
                    AtonCase{"0177.0.0.01", "7f000001"},
                    AtonCase{"0x7f.0X0.0.0x1", "7f000001"},
                    AtonCase{"0xFfFfFfFf", "ffffffff"},
                    AtonCase{"037777777777", "ffffffff"},
                    AtonCase{"010.0x10.10", "0810000a"},
                    AtonCase{"00.00.00.00", "00000000"},
                    AtonCase{"0x0000000000000000000001.2.3.4", "01020304"},
                    AtonCase{"000000000000000000000001.2.3.4", "01020304"}));

class InetAtonRefusals : public testing::TestWithParam<std::string> {};

TEST_P(InetAtonRefusals, NamesTheText) {
  EXPECT_THAT(InetAton(GetParam()).status(),
              IsRefusal(kInvalid, "inet_aton",
                        absl::StrCat("ip_string: \"",
                                     absl::Utf8SafeCHexEscape(GetParam()),
                                     "\" is not an IPv4 address")));
}

INSTANTIATE_TEST_SUITE_P(
    All, InetAtonRefusals,
    testing::Values("", " ", ".", "..", "1.", ".1", "1..2", "1.2.3.4.",
                    "1.2.3.4.5", "256.0.0.1", "1.256.0.1", "1.2.256.1",
                    "1.2.3.256", "1.2.65536", "1.16777216", "4294967296",
                    "99999999999999999999999999999999", "0x100000000",
                    "040000000000", "08", "1.2.3.09", "0x", "0xg", "1.0x",
                    "x7f", "7f", "+1.2.3.4", "-1", "1.2.3.-4", "1.2.3.+4",
                    " 1.2.3.4", "1.2.3.4 ", "127.0.0.1 x", "1.2.3.4\n",
                    "1. 2.3.4", "1,2,3,4", "::1", "localhost", "<broadcast>",
                    "1.2.3.4/8", "\xef\xbc\x91.2.3.4", "\xd9\xa1.2.3.4",
                    std::string("1.2.3.4\0", 8), std::string("1.2\0.3.4", 8),
                    std::string("\0", 1)));

// --- InetNtoa ---------------------------------------------------------------

TEST(InetNtoa, IsDottedDecimal) {
  EXPECT_EQ(Text(InetNtoa(Unhex("7f000001"))), "127.0.0.1");
  EXPECT_EQ(Text(InetNtoa(Unhex("00000000"))), "0.0.0.0");
  EXPECT_EQ(Text(InetNtoa(Unhex("ffffffff"))), "255.255.255.255");
  EXPECT_EQ(Text(InetNtoa(Unhex("01026409"))), "1.2.100.9");
}

TEST(InetNtoa, RefusesAnotherLength) {
  for (const std::size_t size : {0, 1, 3, 5, 16, 1000000}) {
    EXPECT_THAT(
        InetNtoa(std::string(size, '1')).status(),
        IsRefusal(kInvalid, "inet_ntoa",
                  absl::StrCat("packed_ip: has ", size, " bytes, not 4")));
  }
}

// --- InetPton ---------------------------------------------------------------

TEST(InetPton, PacksIpv4) {
  EXPECT_EQ(Hex(InetPton(kAfInet, "127.0.0.1")), "7f000001");
  EXPECT_EQ(Hex(InetPton(kAfInet, "0.0.0.0")), "00000000");
  EXPECT_EQ(Hex(InetPton(kAfInet, "255.255.255.255")), "ffffffff");
}

struct PtonCase {
  const char* text;
  const char* packed;
};

class InetPtonIpv6 : public testing::TestWithParam<PtonCase> {};

TEST_P(InetPtonIpv6, Packs) {
  EXPECT_EQ(Hex(InetPton(kAfInet6, GetParam().text)), GetParam().packed);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc4291, InetPtonIpv6,
    testing::Values(
        // RFC 4291, section 2.2, forms 1 and 2.
        PtonCase{"ABCD:EF01:2345:6789:ABCD:EF01:2345:6789",
                 "abcdef0123456789abcdef0123456789"},
        PtonCase{"2001:DB8:0:0:8:800:200C:417A",
                 "20010db80000000000080800200c417a"},
        PtonCase{"2001:DB8::8:800:200C:417A",
                 "20010db80000000000080800200c417a"},
        PtonCase{"FF01:0:0:0:0:0:0:101", "ff010000000000000000000000000101"},
        PtonCase{"FF01::101", "ff010000000000000000000000000101"},
        PtonCase{"0:0:0:0:0:0:0:1", "00000000000000000000000000000001"},
        PtonCase{"::1", "00000000000000000000000000000001"},
        PtonCase{"0:0:0:0:0:0:0:0", "00000000000000000000000000000000"},
        PtonCase{"::", "00000000000000000000000000000000"},
        // Form 3.
        PtonCase{"0:0:0:0:0:0:13.1.68.3", "0000000000000000000000000d014403"},
        PtonCase{"::13.1.68.3", "0000000000000000000000000d014403"},
        PtonCase{"0:0:0:0:0:FFFF:129.144.52.38",
                 "00000000000000000000ffff81903426"},
        PtonCase{"::FFFF:129.144.52.38", "00000000000000000000ffff81903426"}));

INSTANTIATE_TEST_SUITE_P(
    Corners, InetPtonIpv6,
    testing::Values(
        // "::" for a single group, at each end and in the middle.
        PtonCase{"::2:3:4:5:6:7:8", "00000002000300040005000600070008"},
        PtonCase{"1:2:3:4:5:6:7::", "00010002000300040005000600070000"},
        PtonCase{"1:2:3::5:6:7:8", "00010002000300000005000600070008"},
        PtonCase{"1::", "00010000000000000000000000000000"},
        PtonCase{"0001:0203::", "00010203000000000000000000000000"},
        PtonCase{"1:2:3:4:5:6:255.255.255.255",
                 "000100020003000400050006ffffffff"},
        PtonCase{"1:2:3:4:5::1.2.3.4", "00010002000300040005000001020304"}));

class InetPtonRefusals : public testing::TestWithParam<std::string> {};

std::string Complaint(absl::string_view text, absl::string_view kind) {
  return absl::StrCat("ip_string: \"", absl::Utf8SafeCHexEscape(text),
                      "\" is not an ", kind, " address");
}

TEST_P(InetPtonRefusals, NamesTheText) {
  EXPECT_THAT(InetPton(kAfInet, GetParam()).status(),
              IsRefusal(kInvalid, "inet_pton", Complaint(GetParam(), "IPv4")));
  EXPECT_THAT(InetPton(kAfInet6, GetParam()).status(),
              IsRefusal(kInvalid, "inet_pton", Complaint(GetParam(), "IPv6")));
}

INSTANTIATE_TEST_SUITE_P(
    Neither, InetPtonRefusals,
    testing::Values("", " ", "0", "localhost", "<broadcast>", "127.1", "1.2.3",
                    "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.",
                    "01.2.3.4", "1.2.3.04", "0x1.2.3.4", "00.0.0.0",
                    "256.1.1.1", "1.2.3.256", "1.2.3.1000", "-1.2.3.4",
                    "+1.2.3.4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.a",
                    std::string("1.2.3.4\0", 8),
                    std::string("\0"
                                "1.2.3.4",
                                8),
                    "\xef\xbc\x91.2.3.4"));

INSTANTIATE_TEST_SUITE_P(
    Ipv6, InetPtonRefusals,
    testing::Values(":", ":::", "::::", "1:::2", "::1::", "1::2::3", ":1",
                    "1:", "::1:", ":1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:",
                    ":2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:", "1:2:3:4:5:6:7:8:9",
                    // The gap stands for no group.
                    "1:2:3:4::5:6:7:8", "::1:2:3:4:5:6:7:8",
                    "1:2:3:4:5:6:7:8::", "12345::", "::00001", "::g", "::-1",
                    "::+1", " ::1", "::1 ", "0x1::", "[::1]", "::1%1",
                    "fe80::1%lo", "::1/64", "::1.2.3", "::1.2.3.4.5",
                    "::1.2.3.256", "::01.2.3.4", "::1.2.3.4:5",
                    "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4",
                    "::12345.1.1.1", "::a.1.1.1", "::.1.1.1",
                    std::string("::1\0", 4),
                    std::string("::\0"
                                "1",
                                4),
                    "::\xef\xbc\x91"));

TEST(InetPton, CutsALongTextInItsMessage) {
  const std::string longest(64, ':');
  EXPECT_THAT(InetPton(kAfInet6, longest).status(),
              IsRefusal(kInvalid, "inet_pton", Complaint(longest, "IPv6")));
  for (const std::size_t size : {65, 1000000}) {
    EXPECT_THAT(
        InetPton(kAfInet6, std::string(size, ':')).status(),
        IsRefusal(kInvalid, "inet_pton",
                  absl::StrCat("ip_string: \"", longest, "\"... (", size,
                               " bytes) is not an IPv6 address")));
  }
}

TEST(InetPton, RefusesAnotherFamily) {
  EXPECT_THAT(InetPton(kAfUnix, "127.0.0.1").status(),
              IsRefusal(kInvalid, "inet_pton",
                        "family: AF_UNIX is neither AF_INET nor AF_INET6"));
  EXPECT_THAT(InetPton(-1, "127.0.0.1").status(),
              IsRefusal(kInvalid, "inet_pton",
                        "family: -1 is neither AF_INET nor AF_INET6"));
}

TEST(InetPton, KeepsTheFamiliesApart) {
  EXPECT_FALSE(InetPton(kAfInet, "::1").ok());
  EXPECT_FALSE(InetPton(kAfInet6, "127.0.0.1").ok());
}

// --- InetNtop ---------------------------------------------------------------

TEST(InetNtop, IsDottedDecimalForIpv4) {
  EXPECT_EQ(Text(InetNtop(kAfInet, Unhex("c0000201"))), "192.0.2.1");
}

struct NtopCase {
  const char* packed;
  const char* text;
};

class InetNtopIpv6 : public testing::TestWithParam<NtopCase> {};

TEST_P(InetNtopIpv6, IsCanonical) {
  EXPECT_EQ(Text(InetNtop(kAfInet6, Unhex(GetParam().packed))),
            GetParam().text);
}

TEST_P(InetNtopIpv6, IsReadBack) {
  EXPECT_EQ(Hex(InetPton(kAfInet6, GetParam().text)), GetParam().packed);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc5952, InetNtopIpv6,
    testing::Values(
        // 4.1, leading zeros; 4.3, lowercase.
        NtopCase{"20010db8000000000000000000000001", "2001:db8::1"},
        NtopCase{"20010db80aaabbbbccccddddeeee0aaa",
                 "2001:db8:aaa:bbbb:cccc:dddd:eeee:aaa"},
        // 4.2.1, as much as can be.
        NtopCase{"20010db8000000000000000000020001", "2001:db8::2:1"},
        // 4.2.2, never a single group.
        NtopCase{"20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"},
        NtopCase{"00000002000300040005000600070008", "0:2:3:4:5:6:7:8"},
        NtopCase{"00010002000300040005000600070000", "1:2:3:4:5:6:7:0"},
        // 4.2.3, the longest, and the first of equals.
        NtopCase{"20010000000000010000000000000001", "2001:0:0:1::1"},
        NtopCase{"20010db8000000000001000000000001", "2001:db8::1:0:0:1"},
        NtopCase{"00000000000100000000000100000000", "::1:0:0:1:0:0"}));

INSTANTIATE_TEST_SUITE_P(
    Corners, InetNtopIpv6,
    testing::Values(
        NtopCase{"00000000000000000000000000000000", "::"},
        NtopCase{"00000000000000000000000000000001", "::1"},
        NtopCase{"00010000000000000000000000000000", "1::"},
        NtopCase{"ffffffffffffffffffffffffffffffff",
                 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        // IPv4-compatible and IPv4-mapped, and what only resembles them.
        NtopCase{"00000000000000000000000001020304", "::1.2.3.4"},
        NtopCase{"00000000000000000000000000010000", "::0.1.0.0"},
        NtopCase{"0000000000000000000000000000ffff", "::ffff"},
        NtopCase{"00000000000000000000ffff01020304", "::ffff:1.2.3.4"},
        NtopCase{"00000000000000000000ffff00000000", "::ffff:0.0.0.0"},
        NtopCase{"00000000000000000000fffe01020304", "::fffe:102:304"},
        NtopCase{"0000000000000000ffff000001020304", "::ffff:0:102:304"},
        NtopCase{"0064ff9b000000000000000001020304", "64:ff9b::102:304"}));

TEST(InetNtop, RefusesAnotherLength) {
  for (const std::size_t size : {0, 3, 5, 15, 16, 17}) {
    EXPECT_THAT(
        InetNtop(kAfInet, std::string(size, '1')).status(),
        IsRefusal(kInvalid, "inet_ntop",
                  absl::StrCat("packed_ip: has ", size, " bytes, not 4")));
  }
  for (const std::size_t size : {0, 4, 15, 17, 1000000}) {
    EXPECT_THAT(
        InetNtop(kAfInet6, std::string(size, '1')).status(),
        IsRefusal(kInvalid, "inet_ntop",
                  absl::StrCat("packed_ip: has ", size, " bytes, not 16")));
  }
}

TEST(InetNtop, RefusesAnotherFamily) {
  EXPECT_THAT(InetNtop(kAfUnspec, Unhex("7f000001")).status(),
              IsRefusal(kInvalid, "inet_ntop",
                        "family: AF_UNSPEC is neither AF_INET nor AF_INET6"));
}

}  // namespace
}  // namespace mortise
