#include "mortise/core/constants.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"

namespace mortise {
namespace {

constexpr Os kOses[] = {Os::kLinux, Os::kMacos, Os::kWindows};

std::vector<absl::string_view> NamesOf(
    absl::Span<const Constant* const> constants) {
  std::vector<absl::string_view> names;
  for (const Constant* constant : constants) names.push_back(constant->name);
  return names;
}

TEST(ConstantsTest, ANameIsThereAtCompileTimeOnEveryOs) {
  static_assert(kAfUnspec == 0, "AF_UNSPEC is 0 everywhere");
  static_assert(kIpprotoTcp == 6 && kIpprotoUdp == 17, "by IANA");
  static_assert(std::is_same<decltype(kSolSocket), const int>::value, "an int");
}

TEST(ConstantsTest, AddressesAreUnsigned) {
  static_assert(std::is_same<decltype(kInaddrAny), const unsigned int>::value,
                "");
  static_assert(
      std::is_same<decltype(kInaddrLoopback), const unsigned int>::value, "");
  static_assert(kInaddrBroadcast == 0xffffffffu, "not -1");
  for (Os os : kOses) {
    EXPECT_EQ(FindConstant("INADDR_BROADCAST", os)->value, 0xffffffff);
    EXPECT_EQ(FindConstant("INADDR_LOOPBACK", os)->type,
              Constant::Type::kUnsigned);
  }
}

TEST(ConstantsTest, FindsTheValueThatTheNameHasAtCompileTime) {
  EXPECT_EQ(FindConstant("AF_INET6")->value, kAfInet6);
  EXPECT_EQ(FindConstant("SO_REUSEADDR")->value, kSoReuseaddr);
  EXPECT_EQ(FindConstant("SOCK_STREAM")->value, kSockStream);
  EXPECT_EQ(FindConstant("EAI_NONAME")->value, kEaiNoname);
  EXPECT_EQ(FindConstant("INADDR_NONE")->value, kInaddrNone);
}

TEST(ConstantsTest, TellsFamilyTypeAndHeader) {
  const std::optional<Constant> found = FindConstant("IPPROTO_IPV6");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->name, "IPPROTO_IPV6");
  EXPECT_EQ(found->family, "IPPROTO");
  EXPECT_EQ(found->type, Constant::Type::kInt);
  EXPECT_FALSE(found->header.empty());
}

TEST(ConstantsTest, AbsentStaysAbsent) {
  EXPECT_EQ(FindConstant("SO_NO_SUCH_OPTION"), std::nullopt);
  EXPECT_EQ(FindConstant(""), std::nullopt);
  EXPECT_EQ(FindConstant("SO_REUSEPORT", Os::kWindows), std::nullopt);
  EXPECT_EQ(FindConstant("SO_EXCLUSIVEADDRUSE", Os::kLinux), std::nullopt);
  EXPECT_EQ(FindConstant("AF_PACKET", Os::kMacos), std::nullopt);
  EXPECT_EQ(FindConstant("MSG_NOSIGNAL", Os::kWindows), std::nullopt);
}

TEST(ConstantsTest, OtherSystemsHaveTheirOwnValues) {
  EXPECT_EQ(FindConstant("AF_INET6", Os::kLinux)->value, 10);
  EXPECT_EQ(FindConstant("AF_INET6", Os::kMacos)->value, 30);
  EXPECT_EQ(FindConstant("AF_INET6", Os::kWindows)->value, 23);
  EXPECT_EQ(FindConstant("SOL_SOCKET", Os::kMacos)->value, 0xffff);
}

TEST(ConstantsTest, NegativeValuesStayNegative) {
  EXPECT_EQ(FindConstant("SO_EXCLUSIVEADDRUSE", Os::kWindows)->value, -5);
  EXPECT_EQ(FindConstant("SO_EXCLUSIVEADDRUSE", Os::kWindows)->type,
            Constant::Type::kInt);
}

TEST(ConstantsTest, ValuesTooBigForAnIntAreUnsigned) {
  const std::optional<Constant> found =
      FindConstant("SIO_RCVALL", Os::kWindows);
  EXPECT_EQ(found->value, 0x98000001);
  EXPECT_EQ(found->type, Constant::Type::kUnsigned);
}

// macOS' headers give SO_LINGER the number of SO_LINGER_SEC if a program asks
// for POSIX only. The table has the number that a program gets which does not
// ask for anything.
TEST(ConstantsTest, LingerOnMacosIsNotThatOfAPosixOnlyProgram) {
  EXPECT_EQ(FindConstant("SO_LINGER", Os::kMacos)->value, 0x80);
  EXPECT_EQ(FindConstant("SO_LINGER_SEC", Os::kMacos)->value, 0x1080);
}

// The EAI_* codes are aliases of Winsock's codes, so that one number has a name
// in both families. A switch over all the names would not compile, but a
// look-up by family works.
TEST(ConstantsTest, ResolverErrorsOnWindowsAreWinsockCodes) {
  EXPECT_EQ(FindConstant("EAI_NONAME", Os::kWindows)->value, 11001);
  EXPECT_EQ(ConstantName("EAI", 11001, Os::kWindows), "EAI_NONAME");
  EXPECT_EQ(ConstantName("WSA", 11001, Os::kWindows), "WSAHOST_NOT_FOUND");
  EXPECT_EQ(ConstantName("WSA", 10061, Os::kWindows), "WSAECONNREFUSED");
}

// Winsock never sets the C library's errno, so Windows has no ECONNREFUSED.
TEST(ConstantsTest, WindowsHasNoErrnoNames) {
  EXPECT_EQ(FindConstant("ECONNREFUSED", Os::kWindows), std::nullopt);
  EXPECT_TRUE(ConstantFamily("E", Os::kWindows).empty());
}

TEST(ConstantsTest, ShutHasTheNumbersOfWinsockOnWindows) {
  EXPECT_EQ(FindConstant("SHUT_RD", Os::kWindows)->value,
            FindConstant("SD_RECEIVE", Os::kWindows)->value);
  EXPECT_EQ(FindConstant("SHUT_RDWR", Os::kWindows)->value,
            FindConstant("SD_BOTH", Os::kWindows)->value);
}

TEST(ConstantsTest, DefaultsAreMarkedByHavingNoHeader) {
  const std::optional<Constant> found =
      FindConstant("INADDR_UNSPEC_GROUP", Os::kWindows);
  EXPECT_EQ(found->value, 0xe0000000);
  EXPECT_EQ(found->header, "");
  EXPECT_NE(FindConstant("INADDR_UNSPEC_GROUP", Os::kLinux)->header, "");
}

TEST(ConstantsTest, LooksANumberUpInItsFamily) {
  EXPECT_EQ(ConstantName("AF", kAfInet), "AF_INET");
  EXPECT_EQ(ConstantName("SOCK", kSockDgram), "SOCK_DGRAM");
  EXPECT_EQ(ConstantName("EAI", kEaiNoname), "EAI_NONAME");
  EXPECT_EQ(ConstantName("IPPROTO", kIpprotoIpv6), "IPPROTO_IPV6");
  EXPECT_EQ(ConstantName("AF", 123456), "");
  EXPECT_EQ(ConstantName("NO_SUCH_FAMILY", 0), "");
  EXPECT_TRUE(ConstantNames("AF", 123456).empty());
}

TEST(ConstantsTest, TheCustomaryNameComesFirst) {
  EXPECT_EQ(NamesOf(ConstantNames("AF", 1, Os::kLinux)),
            (std::vector<absl::string_view>{"AF_UNIX", "AF_FILE", "AF_LOCAL"}));
  EXPECT_EQ(NamesOf(ConstantNames("E", 11, Os::kLinux)),
            (std::vector<absl::string_view>{"EAGAIN", "EWOULDBLOCK"}));
  EXPECT_EQ(NamesOf(ConstantNames("E", 95, Os::kLinux)),
            (std::vector<absl::string_view>{"EOPNOTSUPP", "ENOTSUP"}));
}

// CAN_RAW and CAN_RAW_FILTER are both 1, but in different places.
TEST(ConstantsTest, TheLongestPrefixIsTheFamily) {
  EXPECT_EQ(FindConstant("CAN_RAW", Os::kLinux)->family, "CAN");
  EXPECT_EQ(FindConstant("CAN_RAW_FILTER", Os::kLinux)->family, "CAN_RAW");
  EXPECT_EQ(ConstantName("CAN_RAW", 1, Os::kLinux), "CAN_RAW_FILTER");
}

// SOCK_SNDBUF_LOCK is 1 too, and sorts before SOCK_STREAM.
TEST(ConstantsTest, OtherThingsWithAFamilysPrefixAreNotInTheFamily) {
  EXPECT_EQ(ConstantName("SOCK", FindConstant("SOCK_STREAM", Os::kLinux)->value,
                         Os::kLinux),
            "SOCK_STREAM");
  EXPECT_EQ(ConstantName("SOCK", FindConstant("SOCK_DGRAM", Os::kLinux)->value,
                         Os::kLinux),
            "SOCK_DGRAM");
  for (Os os : kOses) {
    for (const Constant* constant : ConstantFamily("SOCK", os)) {
      EXPECT_EQ(ConstantNames("SOCK", constant->value, os).size(), 1u)
          << constant->name;
    }
  }
}

// The kernel's header calls it TX_SETUP. Python has another name for it, and so
// has Mortise.
TEST(ConstantsTest, NamesWithoutAPrefixGetOne) {
  EXPECT_EQ(FindConstant("CAN_BCM_TX_SETUP", Os::kLinux)->value, 1);
  EXPECT_EQ(FindConstant("TX_SETUP", Os::kLinux), std::nullopt);
}

TEST(ConstantsTest, EachTableIsSortedAndNamesAreUnique) {
  for (Os os : kOses) {
    const absl::Span<const Constant> table = Constants(os);
    EXPECT_GT(table.size(), 500u);
    for (std::size_t i = 1; i < table.size(); ++i) {
      EXPECT_LT(table[i - 1].name, table[i].name) << OsName(os);
    }
  }
}

TEST(ConstantsTest, EveryConstantIsFoundByNameAndByNumber) {
  for (Os os : kOses) {
    for (const Constant& constant : Constants(os)) {
      ASSERT_TRUE(FindConstant(constant.name, os).has_value());
      const auto names =
          NamesOf(ConstantNames(constant.family, constant.value, os));
      EXPECT_NE(std::find(names.begin(), names.end(), constant.name),
                names.end())
          << constant.name;
    }
  }
}

TEST(ConstantsTest, FamiliesDivideTheTable) {
  for (Os os : kOses) {
    std::size_t count = 0;
    std::set<absl::string_view> seen;
    for (absl::string_view family : ConstantFamilies(os)) {
      EXPECT_TRUE(seen.insert(family).second) << family;
      const auto members = ConstantFamily(family, os);
      EXPECT_FALSE(members.empty()) << family;
      for (std::size_t i = 1; i < members.size(); ++i) {
        EXPECT_LE(members[i - 1]->value, members[i]->value) << family;
      }
      count += members.size();
    }
    EXPECT_EQ(count, Constants(os).size());
  }
}

TEST(ConstantsTest, OsNamesGoBothWays) {
  for (Os os : kOses) EXPECT_EQ(FindOs(OsName(os)), os);
  EXPECT_EQ(FindOs("plan9"), std::nullopt);
  EXPECT_EQ(Constants().data(), Constants(NativeOs()).data());
}

}  // namespace
}  // namespace mortise
