#include "mortise/platform/sim/schedule/trace.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace mortise {
namespace sim {
namespace {

class Lines : public TraceSink {
 public:
  void Line(absl::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

TEST(TraceTest, WritesTimeWhoAndWhat) {
  Lines lines;
  Trace trace(&lines);
  trace.Add(12000345678, "web/2", "connect 10.0.0.3:80 = EINPROGRESS");
  EXPECT_EQ(lines.lines,
            std::vector<std::string>{
                "12.000345678 web/2 connect 10.0.0.3:80 = EINPROGRESS"});
  EXPECT_EQ(trace.last().back(), lines.lines.back());
}

TEST(TraceTest, TheDigestIsFnv1aOfTheLines) {
  Trace trace(nullptr);
  EXPECT_EQ(DigestText(trace.digest()), "cbf29ce484222325");
  trace.Add(1, "a/1", "x");
  // Of "0.000000001 a/1 x\n".
  EXPECT_EQ(DigestText(trace.digest()), "d39bde8ed719f8e9");
}

TEST(TraceTest, TheDigestDependsOnTheOrder) {
  Trace one(nullptr);
  one.Add(0, "a", "x");
  one.Add(0, "b", "x");
  Trace other(nullptr);
  other.Add(0, "b", "x");
  other.Add(0, "a", "x");
  EXPECT_NE(one.digest(), other.digest());
}

TEST(TraceTest, KeepsTheLastLines) {
  Trace trace(nullptr);
  for (int i = 0; i < 250; ++i) trace.Add(i, "a", "x");
  EXPECT_EQ(trace.last().size(), Trace::kKept);
  EXPECT_EQ(trace.last().front(), "0.000000050 a x");
  EXPECT_EQ(trace.last().back(), "0.000000249 a x");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
