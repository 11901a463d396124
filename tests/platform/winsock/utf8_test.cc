#include "mortise/platform/winsock/utf8.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace mortise {
namespace winsock {
namespace {

TEST(Utf8Test, TextGoesBothWays) {
  const char* const narrow = "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x8c";
  const std::wstring wide = L"a\u00fc\u20ac\U0001f50c";
  EXPECT_EQ(Widen(narrow), std::optional<std::wstring>(wide));
  EXPECT_EQ(Narrow(wide), narrow);
  EXPECT_EQ(Widen(""), std::optional<std::wstring>(L""));
  EXPECT_EQ(Narrow(L""), "");
}

TEST(Utf8Test, WhatIsNoUtf8IsRefused) {
  for (const char* const text :
       {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80"}) {
    EXPECT_EQ(Widen(text), std::nullopt) << text;
  }
}

TEST(Utf8Test, ASurrogateWithoutItsOtherHalfIsReplaced) {
  const wchar_t half[] = {L'a', 0xd800, L'b', 0};
  EXPECT_EQ(Narrow(half),
            "a\xef\xbf\xbd"
            "b");
}

TEST(Utf8Test, TextOfTheCodePageBecomesUtf8) {
  EXPECT_EQ(NarrowFromCodePage("plain"), "plain");
  EXPECT_EQ(NarrowFromCodePage(""), "");
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
