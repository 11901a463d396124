#include "mortise/core/tls/internal/pem_reader.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mortise {
namespace internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Returns "place: bytes" for each block, or "place! why" for a block that
// cannot be read.
std::vector<std::string> Read(absl::string_view text) {
  std::vector<std::string> read;
  PemReader reader(text);
  PemBlock block;
  while (reader.Next(&block)) {
    std::string bytes;
    std::string why = block.fault;
    const bool ok = why.empty() && block.Decode(&bytes, &why);
    read.push_back(ok ? absl::StrCat(block.Place(), ": ", bytes)
                      : absl::StrCat(block.Place(), "! ", why));
  }
  return read;
}

// Two blocks: "first" and "second".
constexpr absl::string_view kTwo =
    "-----BEGIN A-----\nZmly\nc3Q=\n-----END A-----\n"
    "-----BEGIN B-----\nc2Vjb25k\n-----END B-----\n";

TEST(PemReaderTest, BlocksComeInTheirOrderWithTheirPlaces) {
  EXPECT_THAT(Read(kTwo), ElementsAre("block 1 (A, line 1): first",
                                      "block 2 (B, line 5): second"));
  EXPECT_THAT(Read(""), IsEmpty());
  EXPECT_THAT(Read("nothing\n"), IsEmpty());
}

TEST(PemReaderTest, EveryKindOfLineEndIsOne) {
  for (const absl::string_view end : {"\r\n", "\r", "\n"}) {
    EXPECT_THAT(Read(absl::StrReplaceAll(kTwo, {{"\n", end}})),
                ElementsAre("block 1 (A, line 1): first",
                            "block 2 (B, line 5): second"));
  }
  // Empty lines count as lines.
  EXPECT_THAT(
      Read(absl::StrReplaceAll(kTwo, {{"\n", "\n\n"}})),
      ElementsAre("block 1 (A, line 1): first", "block 2 (B, line 9): second"));
}

TEST(PemReaderTest, WhatEditorsAndConcatenationsLeaveIsPassedOver) {
  const std::string mark = "\xef\xbb\xbf";
  for (const std::string& text :
       {// A byte-order mark, in each of two files too.
        absl::StrCat(mark, kTwo),
        absl::StrReplaceAll(kTwo, {{"-----BEGIN", mark + "-----BEGIN"}}),
        // Without a line end between two files and at the end.
        absl::StrReplaceAll(kTwo, {{"A-----\n-----B", "A----------B"},
                                   {"B-----\n\n", "B-----"}}),
        std::string(kTwo.substr(0, kTwo.size() - 1)),
        // With white space around lines.
        absl::StrReplaceAll(kTwo, {{"\n", " \t\n"}}),
        absl::StrReplaceAll(kTwo, {{"\n", "\n    "}}),
        absl::StrReplaceAll(kTwo, {{"\n", "\v\f\n"}}),
        // All in one line, as in an environment variable.
        absl::StrReplaceAll(kTwo, {{"\n", " "}}),
        absl::StrReplaceAll(kTwo, {{"\n", ""}}),
        // With padding behind the end.
        absl::StrCat(kTwo, std::string(100, '\0')),
        absl::StrReplaceAll(kTwo, {{"END B-----", "END B----- # the end"}})}) {
    std::vector<std::string> bytes;
    for (const std::string& block : Read(text)) {
      bytes.push_back(block.substr(block.find(')') + 1));
    }
    EXPECT_THAT(bytes, ElementsAre(": first", ": second")) << text;
  }
}

TEST(PemReaderTest, TextIsNoBlock) {
  EXPECT_THAT(
      Read(absl::StrCat("# -----BEGIN A-----\n# Zmlyc3Q=\n",
                        "Issuer: -----END A-----\n", kTwo)),
      ElementsAre("block 1 (A, line 4): first", "block 2 (B, line 8): second"));
  EXPECT_THAT(Read("----BEGIN A----\n-----BEGIN A----\n-----BEGIN\n-----\n"),
              IsEmpty());
}

TEST(PemReaderTest, HeadersAreNoContent) {
  EXPECT_THAT(Read("-----BEGIN A-----\nComment: a: b\n  and more\n\nZmlyc3Q=\n"
                   "-----END A-----\n"),
              ElementsAre("block 1 (A, line 1): first"));
  EXPECT_THAT(Read("-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nZmlyc3Q=\n"
                   "-----END A-----\n"),
              ElementsAre("block 1 (A, line 1)! it is encrypted"));
}

TEST(PemReaderTest, ABoundaryHasItsCounterpart) {
  EXPECT_THAT(
      Read(absl::StrCat("-----BEGIN A-----\n", kTwo)),
      ElementsAre("block 1 (A, line 1)! it has no END line",
                  "block 2 (A, line 2): first", "block 3 (B, line 6): second"));
  EXPECT_THAT(
      Read(absl::StrCat("-----BEGIN A-----\nZmly\n", kTwo)),
      ElementsAre("block 1 (A, line 1)! it has no END line",
                  "block 2 (A, line 3): first", "block 3 (B, line 7): second"));
  EXPECT_THAT(
      Read(absl::StrCat("-----END C-----\n", kTwo)),
      ElementsAre("block 1 (C, line 1)! it has no BEGIN line",
                  "block 2 (A, line 2): first", "block 3 (B, line 6): second"));
  EXPECT_THAT(Read("-----BEGIN A-----\nZmlyc3Q=\n-----END B-----\n"),
              ElementsAre("block 1 (A, line 1)! line 3 ends \"B\" instead"));
  EXPECT_THAT(Read("-----BEGIN A-----\nZmlyc3Q="),
              ElementsAre("block 1 (A, line 1)! it has no END line"));
}

TEST(PemReaderTest, WhatIsNoBase64IsToldWithItsLine) {
  const auto why = [](absl::string_view body) {
    return Read(
        absl::StrCat("\n-----BEGIN A-----\n", body, "\n-----END A-----\n"))[0];
  };
  EXPECT_EQ(why("Zmly\nc3*="),
            "block 1 (A, line 2)! \"*\" in line 4 is not base64");
  EXPECT_EQ(why(std::string("Zm\0y", 4)),
            "block 1 (A, line 2)! \"\\x00\" in line 3 is not base64");
  EXPECT_EQ(why("Zmly\n\ncomment: no\n"),
            "block 1 (A, line 2)! \":\" in line 5 is not base64");
  EXPECT_EQ(why(""), "block 1 (A, line 2)! it is empty");
  for (const char* cut :
       {"Zmlyc3Q", "Zmlyc3", "Z", "Zm=y", "=", "Zmlyc3Q=Zm"}) {
    EXPECT_EQ(why(cut), "block 1 (A, line 2)! its base64 is cut off or damaged")
        << cut;
  }
}

TEST(PemReaderTest, NoLineIsTooLong) {
  const std::string content(1 << 20, 'A');
  const std::vector<std::string> read =
      Read(absl::StrCat("-----BEGIN A-----\n", content, "\n-----END A-----\n"));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].size(), std::string("block 1 (A, line 1): ").size() +
                                content.size() / 4 * 3);
}

TEST(PemReaderTest, NoTextIsReadAgainAndAgain) {
  // Each of these would take hours if the reader read the whole line again for
  // every boundary in it.
  for (const char* piece :
       {"-", "-----", "-----END ", "-----BEGIN ", "-----END A-----",
        "-----BEGIN A-----", ":", "A "}) {
    std::string text = "-----BEGIN A-----\n";
    while (text.size() < (512u << 10)) text += piece;
    PemReader reader(text);
    PemBlock block;
    int count = 0;
    while (reader.Next(&block)) ++count;
    EXPECT_GE(count, 1) << piece;
  }
}

TEST(PemReaderTest, ABlockIsWrittenAsEveryReaderKnowsIt) {
  PemReader reader(
      "  -----BEGIN A-----  \r  Proc-Type: 4,ENCRYPTED\r  DEK-Info: "
      "AES-128-CBC,00\r\r   Zmly\r   c3Q=\r  -----END A-----");
  PemBlock block;
  ASSERT_TRUE(reader.Next(&block));
  std::string pem;
  std::string why;
  ASSERT_TRUE(block.Normalize(&pem, &why)) << why;
  EXPECT_EQ(pem,
            "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
            "AES-128-CBC,00\n\nZmlyc3Q=\n-----END A-----\n");
}

TEST(PemReaderTest, WhatIsNoPemIsNamed) {
  EXPECT_EQ(WhyNotPem(""), "it is empty");
  EXPECT_EQ(WhyNotPem(" \r\n\0"), "it is empty");
  EXPECT_THAT(WhyNotPem("\x30\x03\x02\x01\x05"), HasSubstr("DER form"));
  EXPECT_THAT(WhyNotPem("\xff\xfe-"), HasSubstr("UTF-16"));
  EXPECT_EQ(WhyNotPem("text"), "");
}

}  // namespace
}  // namespace internal
}  // namespace mortise
