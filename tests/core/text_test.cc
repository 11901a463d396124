// UTF-8 that arrives in pieces, and the ends of lines.

#include "mortise/core/internal/text.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/internal/byte_queue.h"

namespace mortise {
namespace internal {
namespace {

constexpr std::size_t kNone = absl::string_view::npos;
constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

TEST(Utf8PrefixTest, TakesAllThatIsWellFormed) {
  for (const char* text :
       {"", "ascii", "\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
        "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF", "a\xC3\xA4z\xE2\x82\xAC"}) {
    const Utf8Prefix prefix = FindUtf8Prefix(text);
    EXPECT_EQ(prefix.size, absl::string_view(text).size()) << text;
    EXPECT_EQ(prefix.bad_size, 0u) << text;
  }
  EXPECT_EQ(FindUtf8Prefix(absl::string_view("a\0b", 3)).size, 3u);
}

TEST(Utf8PrefixTest, StopsAtWhatIsIllFormed) {
  struct Case {
    const char* text;
    std::size_t size;
    std::size_t bad_size;
  };
  for (const Case& c : std::vector<Case>{
           {"ab\x80z", 2, 1},  // no character begins with it
           {"\xBF", 0, 1},
           {"\xC0\x80", 0, 1},  // NUL in two bytes
           {"\xC1\xBF", 0, 1},
           {"\xE0\x9F\xBF", 0, 1},  // an overlong form
           {"\xED\xA0\x80", 0, 1},  // a surrogate
           {"\xF0\x8F\xBF\xBF", 0, 1},
           {"\xF4\x90\x80\x80", 0, 1},  // beyond the last character
           {"\xF5\x80\x80\x80", 0, 1},
           {"\xFF", 0, 1},
           {"\xC3z", 0, 1},  // cut off by another character
           {"\xE2\x82z", 0, 2},
           {"\xF0\x9F\x98z", 0, 3},
           {"\xF0\x9F\xC3\xA4", 0, 2},
       }) {
    const Utf8Prefix prefix = FindUtf8Prefix(c.text);
    EXPECT_EQ(prefix.size, c.size) << c.text;
    EXPECT_EQ(prefix.bad_size, c.bad_size) << c.text;
  }
}

TEST(Utf8PrefixTest, AnUnfinishedCharacterIsNotBad) {
  for (const char* text :
       {"a\xC3", "a\xE2", "a\xE2\x82", "a\xF0", "a\xF0\x9F", "a\xF0\x9F\x98"}) {
    const Utf8Prefix prefix = FindUtf8Prefix(text);
    EXPECT_EQ(prefix.size, 1u) << text;
    EXPECT_EQ(prefix.bad_size, 0u) << text;
  }
}

// The text does not depend on the pieces in which the bytes arrive.
std::string DecodeInPieces(absl::string_view bytes, std::size_t piece,
                           Newline newline) {
  TextDecoder decoder(newline);
  ByteQueue raw;
  ByteQueue text;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    raw.Append(bytes.substr(at, piece));
    EXPECT_TRUE(decoder.Decode(kReplacement, false, &raw, &text));
    EXPECT_LT(raw.size(), 4u);
  }
  EXPECT_TRUE(decoder.Decode(kReplacement, true, &raw, &text));
  EXPECT_EQ(decoder.offset(), bytes.size());
  return std::string(text.view());
}

TEST(TextDecoderTest, PiecesDoNotMatter) {
  const std::string bytes =
      "a\r\nb\rc\n\n\r\r\n\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xFF\xE2\x82"
      "x\xED\xA0\x80\r\xF0\x9F";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    EXPECT_EQ(DecodeInPieces(bytes, piece, Newline::kTranslate),
              "a\nb\nc\n\n\n\n\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD"
              "\xEF\xBF\xBDx\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\n\xEF\xBF\xBD")
        << piece;
    EXPECT_EQ(DecodeInPieces("a\r\nb\r", piece, Newline::kAny), "a\r\nb\r");
  }
}

TEST(TextDecoderTest, WithoutReplacementTheBadBytesStay) {
  TextDecoder decoder(Newline::kTranslate);
  ByteQueue raw;
  ByteQueue text;
  raw.Append("good\xFF rest");
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(decoder.Decode(std::nullopt, false, &raw, &text));
    EXPECT_EQ(text.view(), "good");
    EXPECT_EQ(raw.view(), "\xFF rest");
    EXPECT_EQ(decoder.offset(), 4u);
  }
  EXPECT_TRUE(decoder.Decode("", false, &raw, &text));
  EXPECT_EQ(text.view(), "good rest");
}

TEST(TextDecoderTest, ACarriageReturnIsALineAtOnce) {
  TextDecoder decoder(Newline::kTranslate);
  ByteQueue raw;
  ByteQueue text;
  raw.Append("a\r");
  EXPECT_TRUE(decoder.Decode(std::nullopt, false, &raw, &text));
  EXPECT_EQ(text.view(), "a\n");
  raw.Append("\n");
  EXPECT_TRUE(decoder.Decode(std::nullopt, false, &raw, &text));
  EXPECT_EQ(text.view(), "a\n");
  raw.Append("\n");
  EXPECT_TRUE(decoder.Decode(std::nullopt, false, &raw, &text));
  EXPECT_EQ(text.view(), "a\n\n");
}

TEST(FindLineEndTest, KnowsEveryKind) {
  struct Case {
    Newline newline;
    const char* text;
    bool at_end;
    std::size_t end;
  };
  for (const Case& c : std::vector<Case>{
           {Newline::kLf, "a\rb\nc", false, 4},
           {Newline::kTranslate, "a\nb", false, 2},
           {Newline::kLf, "abc", true, kNone},
           {Newline::kCr, "a\nb\rc", false, 4},
           {Newline::kCr, "a\r", false, 2},
           {Newline::kCrLf, "a\nb\rc\r\nd", false, 7},
           {Newline::kCrLf, "\n\r\n", false, 3},
           {Newline::kCrLf, "a\r", true, kNone},
           {Newline::kAny, "a\nb", false, 2},
           {Newline::kAny, "a\rb", false, 2},
           {Newline::kAny, "a\r\nb", false, 3},
           {Newline::kAny, "a\r", false, kNone},
           {Newline::kAny, "a\r", true, 2},
           {Newline::kAny, "", true, kNone},
       }) {
    std::size_t searched = 0;
    EXPECT_EQ(FindLineEnd(c.text, c.newline, c.at_end, &searched), c.end)
        << c.text;
  }
}

TEST(FindLineEndTest, GoesOnWhereItStopped) {
  for (const Newline newline :
       {Newline::kLf, Newline::kCr, Newline::kCrLf, Newline::kAny}) {
    const std::string text = newline == Newline::kCr ? "abc\rx" : "abc\r\nx";
    std::size_t searched = 0;
    std::size_t end = kNone;
    std::size_t size = 0;
    while (end == kNone && size < text.size()) {
      ++size;
      end = FindLineEnd(absl::string_view(text).substr(0, size), newline, false,
                        &searched);
      EXPECT_LE(searched, size);
      if (end == kNone) {
        EXPECT_GE(searched + 1, size);
      }
    }
    EXPECT_EQ(end, text.size() - 1);
  }
}

TEST(WithNewlinesTest, WritesWhatWasAskedFor) {
  EXPECT_EQ(WithNewlines("a\nb\r\n", Newline::kCrLf), "a\r\nb\r\r\n");
  EXPECT_EQ(WithNewlines("a\nb", Newline::kCr), "a\rb");
  EXPECT_EQ(WithNewlines("a\nb", Newline::kTranslate), "a\nb");
}

TEST(CharacterCounterTest, CountsWhatGrows) {
  CharacterCounter counter(true);
  const std::string text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z";
  counter.Advance(absl::string_view(text).substr(0, 3), 4);
  EXPECT_EQ(counter.count(), 2u);
  EXPECT_EQ(counter.bytes(), 3u);
  counter.Advance(text, 4);
  EXPECT_EQ(counter.count(), 4u);
  EXPECT_EQ(counter.bytes(), 10u);
  CharacterCounter bytes(false);
  bytes.Advance(text, 4);
  EXPECT_EQ(bytes.bytes(), 4u);
}

TEST(ByteQueueTest, IsAQueue) {
  ByteQueue queue;
  EXPECT_TRUE(queue.empty());
  queue.Append("abc");
  queue.Append("");
  queue.Consume(2);
  queue.Append(std::string(100000, 'x'));
  EXPECT_EQ(queue.size(), 100001u);
  EXPECT_EQ(queue.view().substr(0, 2), "cx");
  queue.Retract(100000);
  EXPECT_EQ(queue.view(), "c");
  queue.Append("de");
  char out[2];
  EXPECT_EQ(queue.MoveTo(out), 2u);
  EXPECT_EQ(absl::string_view(out, 2), "cd");
  EXPECT_EQ(queue.view(), "e");
  EXPECT_EQ(queue.MoveTo(out), 1u);
  EXPECT_EQ(queue.MoveTo(out), 0u);
}

}  // namespace
}  // namespace internal
}  // namespace mortise
