// Names from other people in texts. Such a name cannot break a line or move a
// cursor, and a well-formed name is shown as it is.

#include "mortise/core/internal/quote.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/family_address.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/getnameinfo.h"
#include "mortise/core/inet.h"
#include "mortise/core/interfaces.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/services.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_types.h"

namespace mortise {
namespace {

using internal::Escape;
using internal::OneLine;
using internal::Quote;
using internal::Shown;

// Each of these breaks a line, moves a cursor, or changes the direction of
// text.
constexpr absl::string_view kBad[] = {
    "\n",           "\r",           "\t",
    "\x1b[2J",      "\x7f",         "\b",
    "\v",           "\f",           "\x01",
    "\xc2\x85",                      // NEL
    "\xc2\x9b",                      // CSI
    "\xe2\x80\xa8", "\xe2\x80\xa9",  // the ends of lines and paragraphs
    "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8f",
    "\xd8\x9c",  // Bidi_Control
    "\xff",         "\xc3",         "\xc0\x8a",
    "\xed\xa0\x80", "\xe2\x82",     "\xf5\x80\x80\x80",
    "\x9b"};
// Each of these is a name that people have.
constexpr absl::string_view kGood[] = {"",
                                       "example.org",
                                       "with space",
                                       "a\\b\"c'd",
                                       "b\xc3\xbc"
                                       "cher.example",
                                       "\xe4\xbe\x8b\xe3\x81\x88.jp",
                                       "\xf0\x9f\x90\xa7",
                                       "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"};

TEST(QuoteTest, WhatIsWellFormedIsShownAsItIs) {
  for (const absl::string_view name : kGood) {
    EXPECT_EQ(Shown(name), name);
    EXPECT_EQ(OneLine(name), name);
  }
  EXPECT_EQ(Quote("b\xc3\xbc"
                  "cher"),
            "\"b\xc3\xbc"
            "cher\"");
  EXPECT_EQ(Quote("a\\b\"c"), "\"a\\\\b\\\"c\"");
  EXPECT_EQ(Escape("a\\b\"\xc3\xbc"), "a\\\\b\\\"\xc3\xbc");
}

TEST(QuoteTest, WhatCannotBeShownIsQuotedAndEscaped) {
  EXPECT_EQ(Shown("evil\nINFO ok"), "\"evil\\nINFO ok\"");
  EXPECT_EQ(Shown("a\"\n"), "\"a\\\"\\n\"");
  EXPECT_EQ(Shown(absl::string_view("a\0b", 3)), "\"a\\x00\\x62\"");
  EXPECT_EQ(OneLine("said: a\n\"b\"\x1b["), "said: a\\n\"b\"\\x1b[");
  EXPECT_EQ(Escape("\xff"
                   "7"),
            "\\3777");
  for (const absl::string_view bad : kBad) {
    for (const absl::string_view good : kGood) {
      const std::string name = absl::StrCat(good, bad, good);
      SCOPED_TRACE(absl::CHexEscape(name));
      for (const std::string& text :
           {Shown(name), Quote(name), OneLine(name), Escape(name)}) {
        EXPECT_EQ(Shown(text), text);
        EXPECT_EQ(OneLine(text), text);
      }
      EXPECT_EQ(Shown(name).front(), '"');
      std::string back;
      EXPECT_TRUE(absl::CUnescape(Escape(name), &back));
      EXPECT_EQ(back, name);
    }
  }
}

TEST(QuoteTest, ALongTextIsCutBetweenCharacters) {
  EXPECT_EQ(Quote(std::string(64, 'a')),
            absl::StrCat("\"", std::string(64, 'a'), "\""));
  EXPECT_EQ(Quote(std::string(65, 'a')),
            absl::StrCat("\"", std::string(64, 'a'), "\"... (65 bytes)"));
  EXPECT_EQ(Quote(std::string(63, 'a') + "\xc3\xbc"),
            absl::StrCat("\"", std::string(63, 'a'), "\"... (65 bytes)"));
}

// Calls every function that takes a name and may quote it in an error, with
// names that do not exist.
TEST(QuoteTest, NoErrorBreaksTheLine) {
  GetAddrInfoOptions numeric;
  numeric.flags = kAiNumerichost;
  for (const absl::string_view bad : kBad) {
    const std::string name = absl::StrCat("evil", bad, "INFO login ok");
    SCOPED_TRACE(absl::CHexEscape(name));
    Socket tcp = Socket::Create(kAfInet, kSockStream).value();
    const absl::Status errors[] = {
        GetAddrInfo(name, 80, numeric).status(),
        GetAddrInfo("127.0.0.1", name, numeric).status(),
        GetNameInfo({name, 80}).status(),
        GetServByName(name, "tcp").status(),
        GetServByName("http", name).status(),
        GetProtoByName(name).status(),
        IfNameToIndex(name).status(),
        InetAton(name).status(),
        InetPton(kAfInet6, name).status(),
        SocketAddress::Parse(name).status(),
        SocketAddress::Numeric(name, 80).status(),
        SocketAddress::Numeric(absl::StrCat("fe80::1%", name), 80).status(),
        tcp.Connect(UnixPath{name}),
        tcp.Connect({absl::StrCat("::1%", name), 80}),
        MakeAddress(PacketAddress{name}).status(),
        MakeAddress(CanAddress{name}).status(),
        MakeAddress(AlgAddress{std::string(20, 'x') + name, name}).status(),
        MakeFile(tcp, name).status(),
    };
    for (const absl::Status& error : errors) {
      SCOPED_TRACE(error.message());
      EXPECT_FALSE(error.ok());
      EXPECT_EQ(OneLine(error.message()), error.message());
      const std::optional<Error> details = ErrorOf(error);
      ASSERT_TRUE(details.has_value());
      EXPECT_EQ(OneLine(details->address), details->address);
    }
    EXPECT_EQ(OneLine(Address(name, 80).ToString()),
              Address(name, 80).ToString());
    const SocketAddress path = SocketAddress::Unix(name).value();
    EXPECT_EQ(OneLine(path.ToString()), path.ToString());
    EXPECT_EQ(SocketAddress::Parse(path.ToString()).value(), path);
  }
}

TEST(QuoteTest, AnErrorInAContextIsOneLineToo) {
  const absl::Status error =
      internal::InContext(internal::Operation::kCreateServer, "a\nb",
                          absl::UnavailableError("step"));
  EXPECT_EQ(error.message(), "create_server \"a\\nb\": step");
  EXPECT_EQ(internal::ArgumentError(absl::StatusCode::kInvalidArgument,
                                    internal::Operation::kBind, "path",
                                    "a\nb is wrong")
                .message(),
            "bind: path: a\\nb is wrong [EINVAL]");
}

}  // namespace
}  // namespace mortise
