#include "mortise/platform/address_text.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace mortise {
namespace internal {
namespace {

constexpr BdaddrBytes kDevice = {0x00, 0x1b, 0xdc, 0x0f, 0xa0, 0xff};
constexpr GuidBytes kParent = {0xa4, 0x2e, 0x7c, 0xda, 0xd0, 0x3f, 0x48, 0x0c,
                               0x9c, 0xc2, 0xa4, 0xde, 0x20, 0xab, 0xb8, 0x78};

TEST(BdaddrTest, ReadsWhatPythonReads) {
  for (const absl::string_view text :
       {"00:1B:DC:0F:A0:FF", "00:1b:dc:0f:a0:ff", "0:1b:dC:f:a0:Ff"}) {
    BdaddrBytes bytes = {};
    EXPECT_TRUE(ParseBdaddr(text, &bytes)) << text;
    EXPECT_EQ(bytes, kDevice) << text;
  }
  EXPECT_EQ(FormatBdaddr(kDevice), "00:1B:DC:0F:A0:FF");
  BdaddrBytes bytes = kDevice;
  EXPECT_TRUE(ParseBdaddr("", &bytes));
  EXPECT_EQ(bytes, BdaddrBytes());
}

TEST(BdaddrTest, RefusesTheRestAndWritesNothing) {
  for (const absl::string_view text :
       {absl::string_view(":"), absl::string_view(":::::"),
        absl::string_view("00:1b:dc:0f:a0"),
        absl::string_view("00:1b:dc:0f:a0:ff:00"),
        absl::string_view("00:1b:dc:0f:a0:ff:"),
        absl::string_view(":00:1b:dc:0f:a0:ff"),
        absl::string_view("00:1b:dc:0f:a0:0ff"),
        absl::string_view("00:1b:dc:0f:a0:fg"),
        absl::string_view("00:1b:dc:0f:a0:-1"),
        absl::string_view("00:1b:dc:0f:a0:+1"),
        absl::string_view("00:1b:dc:0f:a0: f"),
        absl::string_view("00-1b-dc-0f-a0-ff"),
        absl::string_view("001bdc0fa0ff"),
        absl::string_view("00:1b:dc:0f:a0:f\0", 17)}) {
    BdaddrBytes bytes = kDevice;
    EXPECT_FALSE(ParseBdaddr(text, &bytes)) << text;
    EXPECT_EQ(bytes, kDevice) << text;
  }
}

TEST(GuidTest, ReadsItWithAndWithoutBraces) {
  for (const absl::string_view text :
       {"A42E7CDA-D03F-480C-9CC2-A4DE20ABB878",
        "{a42e7cda-d03f-480c-9cc2-a4de20abb878}"}) {
    GuidBytes bytes = {};
    EXPECT_TRUE(ParseGuid(text, &bytes)) << text;
    EXPECT_EQ(bytes, kParent) << text;
  }
  EXPECT_EQ(FormatGuid(kParent), "A42E7CDA-D03F-480C-9CC2-A4DE20ABB878");
  GuidBytes bytes = kParent;
  EXPECT_TRUE(ParseGuid("", &bytes));
  EXPECT_EQ(bytes, GuidBytes());
}

TEST(GuidTest, RefusesTheRestAndWritesNothing) {
  for (const absl::string_view text :
       {"{}", "a42e7cda", "a42e7cdad03f480c9cc2a4de20abb878",
        "{a42e7cda-d03f-480c-9cc2-a4de20abb878",
        "a42e7cda-d03f-480c-9cc2-a4de20abb878}",
        "a42e7cda-d03f-480c-9cc2-a4de20abb87",
        "a42e7cda-d03f-480c-9cc2-a4de20abb8788",
        "a42e7cdad-03f-480c-9cc2-a4de20abb878",
        "a42e7cda-d03f-480c-9cc2-a4de20abb87g",
        "a42e7cda-d03f-480c-9cc2--4de20abb878",
        " a42e7cda-d03f-480c-9cc2-a4de20abb878"}) {
    GuidBytes bytes = kParent;
    EXPECT_FALSE(ParseGuid(text, &bytes)) << text;
    EXPECT_EQ(bytes, kParent) << text;
  }
}

}  // namespace
}  // namespace internal
}  // namespace mortise
