#include "mortise/platform/sim/net/dns_message.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {
namespace {

IpAddress SomeV6() {
  const std::uint8_t bytes[16] = {0xfd, 0, 0, 0, 0, 0, 0, 0,
                                  0,    0, 0, 0, 0, 0, 0, 0x2a};
  return IpAddress::V6(bytes);
}

DnsMessage SomeAnswer() {
  DnsMessage answer;
  answer.id = 0x1234;
  answer.is_answer = true;
  answer.name = "www.example";
  answer.type = DnsType::kAny;
  answer.target = "db";
  answer.addresses = {IpAddress::V4(10, 0, 0, 2), SomeV6()};
  return answer;
}

// The bytes are those of RFC 1035, section 4.1.
TEST(DnsMessageTest, AQueryHasTheFormOfTheStandard) {
  DnsMessage query;
  query.id = 0x1234;
  query.name = "db.example.";
  query.type = DnsType::kAaaa;
  EXPECT_EQ(absl::BytesToHexString(EncodeDns(query)),
            "12340100000100000000000002646207"
            "6578616d706c6500001c0001");
}

TEST(DnsMessageTest, AnAnswerHasTheFormOfTheStandard) {
  DnsMessage answer;
  answer.id = 7;
  answer.is_answer = true;
  answer.code = DnsCode::kNoError;
  answer.name = "a";
  answer.type = DnsType::kA;
  answer.target = "b";
  answer.addresses = {IpAddress::V4(10, 0, 0, 2)};
  EXPECT_EQ(absl::BytesToHexString(EncodeDns(answer)),
            "000781800001000200000000"
            "01610000010001"
            "0161000005000100000000000301620001"
            "6200000100010000000000040a000002");
}

TEST(DnsMessageTest, AMessageIsReadAsItWasWritten) {
  for (const DnsType type : {DnsType::kAny, DnsType::kPtr}) {
    DnsMessage answer = SomeAnswer();
    answer.type = type;
    answer.code = DnsCode::kServerFailure;
    const std::optional<DnsMessage> read = DecodeDns(EncodeDns(answer));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->id, answer.id);
    EXPECT_TRUE(read->is_answer);
    EXPECT_EQ(read->code, answer.code);
    EXPECT_EQ(read->name, answer.name);
    EXPECT_EQ(read->type, answer.type);
    EXPECT_EQ(read->target, answer.target);
    EXPECT_EQ(read->addresses, answer.addresses);
  }
}

TEST(DnsMessageTest, APartOfAMessageIsNone) {
  const std::string whole = EncodeDns(SomeAnswer());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(DecodeDns(absl::string_view(whole).substr(0, size)))
        << size << " bytes";
  }
  EXPECT_FALSE(DecodeDns(whole + "x").has_value());
}

// Whatever a damaged message means, what is read can be written again.
TEST(DnsMessageTest, DamageIsSurvived) {
  const std::string whole = EncodeDns(SomeAnswer());
  int read = 0;
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const std::optional<DnsMessage> message = DecodeDns(damaged);
    if (!message.has_value()) continue;
    ++read;
    EXPECT_TRUE(IsDomainName(message->name));
    EXPECT_FALSE(EncodeDns(*message).empty());
  }
  EXPECT_GT(read, 0);
}

TEST(DnsMessageTest, NamesAreOfLabels) {
  const std::string label(63, 'a');
  const std::string longest =
      label + "." + label + "." + label + "." + std::string(61, 'b');
  EXPECT_TRUE(IsDomainName("db"));
  EXPECT_TRUE(IsDomainName("db.example."));
  EXPECT_TRUE(IsDomainName("no host"));
  EXPECT_TRUE(IsDomainName(longest));
  EXPECT_TRUE(IsDomainName(longest + "."));
  EXPECT_FALSE(IsDomainName(longest + "b"));
  EXPECT_FALSE(IsDomainName(label + "a"));
  EXPECT_FALSE(IsDomainName(""));
  EXPECT_FALSE(IsDomainName("."));
  EXPECT_FALSE(IsDomainName(".db"));
  EXPECT_FALSE(IsDomainName("db..example"));
  EXPECT_EQ(ComparableName("Db.Example."), "db.example");
}

TEST(DnsMessageTest, AddressesHaveNames) {
  EXPECT_EQ(ReverseName(IpAddress::V4(10, 0, 3, 255)),
            "255.3.0.10.in-addr.arpa");
  EXPECT_EQ(ReverseName(SomeV6()),
            "a.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
            "0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
