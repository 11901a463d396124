// Compares the library's results with those of glibc, to which they promise to
// be equal. It uses many thousands of texts and addresses, which are the same
// in every run.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/byte_order.h"
#include "mortise/core/inet.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/platform/constants/native.h"

#if __has_include(<arpa/inet.h>)
#include <arpa/inet.h>
#endif

namespace mortise {
namespace {

#ifdef __GLIBC__

using Random = std::mt19937;

// The bytes of an address, or nothing if the text was refused.
using Answer = std::optional<std::string>;

// Calls the functions beneath InetPton and InetAton, because those two spend
// most of their time on making errors.
template <typename Bytes>
Answer Ours(bool (*parse)(absl::string_view, Bytes*), const std::string& text) {
  Bytes bytes;
  if (!parse(text, &bytes)) return std::nullopt;
  return std::string(bytes.begin(), bytes.end());
}

Answer TheirPton(int family, const std::string& text) {
  std::string packed(family == AF_INET ? 4 : 16, '\0');
  if (inet_pton(family, text.c_str(), &packed[0]) != 1) return std::nullopt;
  return packed;
}

// glibc accepts an address that is followed by white space and anything. The
// library does not accept white space.
Answer TheirAton(const std::string& text) {
  in_addr address;
  if (text.find_first_of(" \t\n\v\f\r") != std::string::npos ||
      inet_aton(text.c_str(), &address) == 0) {
    return std::nullopt;
  }
  return std::string(reinterpret_cast<const char*>(&address), sizeof address);
}

std::string TheirNtop(int family, const std::string& packed) {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(family, packed.data(), text, sizeof text);
}

std::string Show(const Answer& answer) {
  return answer.has_value() ? absl::BytesToHexString(*answer) : "refused";
}

void ExpectSame(const Answer& ours, const Answer& theirs, const char* function,
                const std::string& text) {
  if (ours == theirs) return;
  ADD_FAILURE() << function << " of \"" << absl::CHexEscape(text) << "\" is "
                << Show(ours) << ", by glibc " << Show(theirs);
}

void ExpectSameParse(const std::string& text) {
  ExpectSame(Ours(&internal::ParseIpv4, text), TheirPton(AF_INET, text),
             "inet_pton(AF_INET)", text);
  ExpectSame(Ours(&internal::ParseIpv6, text), TheirPton(AF_INET6, text),
             "inet_pton(AF_INET6)", text);
  ExpectSame(Ours(&internal::ParseIpv4Loosely, text), TheirAton(text),
             "inet_aton", text);
}

void ExpectSameText(int family, const std::string& packed) {
  const absl::StatusOr<std::string> text = InetNtop(family, packed);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(*text, TheirNtop(family, packed));
  ExpectSameParse(*text);
}

template <typename T>
const T& Pick(const std::vector<T>& from, Random& random) {
  return from[random() % from.size()];
}

std::string Join(const std::vector<std::string>& parts, char separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text.push_back(separator);
    text += part;
  }
  return text;
}

// Returns one part of an old-style IPv4 address. It is often close to the
// largest value that a part may have.
std::string RandomIpv4Part(Random& random) {
  static const auto* const kLimits = new std::vector<std::uint64_t>{
      0,   1,      7,       8,        9,         10,         99,
      100, 127,    199,     200,      249,       250,        255,
      256, 0xffff, 0x10000, 0xffffff, 0x1000000, 0xffffffff, 0x100000000};
  const std::uint64_t value =
      random() % 2 == 0 ? random() % 256 : Pick(*kLimits, random);
  char text[40];
  const char* const kFormats[] = {"%llu",  "%llu",   "%llu",   "%llu",
                                  "0%llo", "0x%llx", "0X%llX", "00%llo"};
  std::snprintf(text, sizeof text, kFormats[random() % 8],
                static_cast<unsigned long long>(value));
  return text;
}

std::string RandomIpv4(Random& random) {
  std::vector<std::string> parts(random() % 4 == 0 ? 1 + random() % 5 : 4);
  for (std::string& part : parts) {
    part = random() % 2 == 0 ? absl::StrCat(random() % 256)
                             : RandomIpv4Part(random);
  }
  return Join(parts, '.');
}

std::string RandomGroup(Random& random) {
  if (random() % 3 == 0) return "0";
  char text[8];
  std::snprintf(text, sizeof text, random() % 2 == 0 ? "%x" : "%04X",
                static_cast<unsigned>(random() & 0xffff) >> random() % 16);
  return text;
}

std::string RandomIpv6(Random& random) {
  const bool has_ipv4 = random() % 4 == 0;
  const bool has_gap = random() % 2 == 0;
  std::size_t groups = has_ipv4 ? 6 : 8;
  if (has_gap) groups = random() % (groups + 1);
  std::vector<std::string> parts(groups);
  for (std::string& part : parts) part = RandomGroup(random);
  if (has_ipv4) parts.push_back(RandomIpv4(random));
  if (!has_gap) return Join(parts, ':');
  const auto gap = parts.begin() + random() % (parts.size() + 1);
  return absl::StrCat(Join({parts.begin(), gap}, ':'),
                      "::", Join({gap, parts.end()}, ':'));
}

char RandomChar(Random& random) {
  static constexpr absl::string_view kChars =
      "0123456789abcdefABCDEFxXgG....::::  %+-/[]\t\n\x80\xff";
  return kChars[random() % kChars.size()];
}

// Returns `text` with one random change.
std::string Mutate(std::string text, Random& random) {
  const std::size_t at = text.empty() ? 0 : random() % text.size();
  switch (random() % 6) {
    case 0:
      return text.insert(at, 1, RandomChar(random));
    case 1:
      return text.empty() ? text : text.erase(at, 1);
    case 2:
      if (!text.empty()) text[at] = RandomChar(random);
      return text;
    case 3:
      return text.substr(0, at);
    case 4:
      return text + RandomChar(random);
    default:
      return text.insert(at, text.substr(at, 1 + random() % 4));
  }
}

TEST(InetBesideGlibc, ParsesValidAndMutatedTexts) {
  Random random(20240229);
  int ipv4_accepted = 0;
  int ipv6_accepted = 0;
  for (int i = 0; i < 50000 && !testing::Test::HasFailure(); ++i) {
    std::string text = i % 2 == 0 ? RandomIpv4(random) : RandomIpv6(random);
    for (int accidents = 0; accidents < 3; ++accidents) {
      ExpectSameParse(text);
      if (TheirAton(text).has_value()) ++ipv4_accepted;
      if (TheirPton(AF_INET6, text).has_value()) ++ipv6_accepted;
      text = Mutate(text, random);
    }
  }
  EXPECT_GT(ipv4_accepted, 10000);
  EXPECT_GT(ipv6_accepted, 10000);
}

// Compares the results for every text of up to `longest` characters of
// `alphabet`.
void ExpectSameParseOfAll(absl::string_view alphabet, std::size_t longest) {
  std::vector<std::string> texts = {""};
  for (std::size_t length = 0; length <= longest; ++length) {
    std::vector<std::string> longer;
    for (const std::string& text : texts) {
      ExpectSameParse(text);
      if (testing::Test::HasFailure()) return;
      if (length == longest) continue;
      for (const char c : alphabet) longer.push_back(text + c);
    }
    texts.swap(longer);
  }
}

TEST(InetBesideGlibc, ParsesEveryArrangementOfColons) {
  ExpectSameParseOfAll("1:", 17);
}

TEST(InetBesideGlibc, ParsesEveryArrangementOfDots) {
  ExpectSameParseOfAll("10.", 9);
}

TEST(InetBesideGlibc, ParsesEveryShortText) {
  ExpectSameParseOfAll("08fx:. ", 6);
}

TEST(InetBesideGlibc, ParsesEachCharacterEverywhere) {
  for (const absl::string_view text :
       {"1.2.3.4", "0x1.02.3", "1:2::3", "::1.2.3.4"}) {
    for (std::size_t at = 0; at <= text.size(); ++at) {
      for (int c = 1; c < 256; ++c) {
        std::string inserted(text);
        inserted.insert(at, 1, static_cast<char>(c));
        ExpectSameParse(inserted);
      }
    }
  }
}

TEST(InetBesideGlibc, FormatsEveryArrangementOfZeros) {
  Random random(19830101);
  for (int pattern = 0; pattern < 65536; ++pattern) {
    std::string packed;
    for (int group = 0; group < 8; ++group) {
      const std::uint16_t values[] = {0, 1, 0xffff,
                                      static_cast<std::uint16_t>(random())};
      const std::uint16_t value = values[pattern >> (2 * group) & 3];
      packed.push_back(static_cast<char>(value >> 8));
      packed.push_back(static_cast<char>(value));
    }
    ExpectSameText(kAfInet6, packed);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(InetBesideGlibc, FormatsRandomAddresses) {
  Random random(19691029);
  for (int i = 0; i < 50000 && !testing::Test::HasFailure(); ++i) {
    std::string packed(16, '\0');
    for (char& byte : packed) byte = static_cast<char>(random());
    ExpectSameText(kAfInet6, packed);
    ExpectSameText(kAfInet, packed.substr(0, 4));
  }
}

#else

TEST(InetBesideGlibc, IsSkipped) {
  GTEST_SKIP() << "the results are compared with glibc's, but this C library "
                  "is not glibc";
}

#endif

#if __has_include(<arpa/inet.h>)
TEST(ByteOrderBesideTheOs, IsTheSame) {
  for (std::uint32_t x : {0u, 1u, 0x0102u, 0x8000u, 0xfffeu, 0x01020304u,
                          0x80000000u, 0xfffefdfcu}) {
    EXPECT_EQ(Htons(static_cast<std::uint16_t>(x)),
              htons(static_cast<std::uint16_t>(x)));
    EXPECT_EQ(Ntohs(static_cast<std::uint16_t>(x)),
              ntohs(static_cast<std::uint16_t>(x)));
    EXPECT_EQ(Htonl(x), htonl(x));
    EXPECT_EQ(Ntohl(x), ntohl(x));
  }
}
#endif

}  // namespace
}  // namespace mortise
