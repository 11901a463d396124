#include "mortise/tools/mortise/output_buffer.h"

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace mortise::program {
namespace {

std::string& Written() {
  static std::string& written = *new std::string;
  return written;
}

absl::Status Append(absl::string_view data) {
  Written().append(data.data(), data.size());
  return absl::OkStatus();
}

// Takes only the data of the first call.
absl::Status FailTheSecondTime(absl::string_view data) {
  if (!Written().empty()) {
    return absl::ResourceExhaustedError(std::string(data.substr(0, 3)));
  }
  return Append(data);
}

class OutputBufferTest : public ::testing::Test {
 protected:
  OutputBufferTest() { Written().clear(); }
};

TEST_F(OutputBufferTest, WritesAllInOrder) {
  OutputBuffer buffer(Append);
  std::ostream out(&buffer);
  std::string expected;
  for (int i = 0; i < 20'000; ++i) {
    out << i << '\n';
    expected += std::to_string(i) + '\n';
  }
  const std::string large(100'000, 'x');
  out << large << std::flush;
  EXPECT_TRUE(out.good());
  EXPECT_TRUE(buffer.status().ok());
  EXPECT_TRUE(Written() == expected + large);
}

TEST_F(OutputBufferTest, KeepsTheFirstFailureAndWritesNothingAfterIt) {
  OutputBuffer buffer(FailTheSecondTime);
  std::ostream out(&buffer);
  out << "one" << std::flush;
  EXPECT_TRUE(out.good());
  out << "two" << std::flush;
  EXPECT_FALSE(out.good());
  out.clear();
  Written().clear();
  out << "three" << std::flush;
  EXPECT_FALSE(out.good());
  EXPECT_EQ(buffer.status(), absl::ResourceExhaustedError("two"));
  EXPECT_EQ(Written(), "");
}

}  // namespace
}  // namespace mortise::program
