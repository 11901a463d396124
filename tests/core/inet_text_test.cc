// Tests what inet_test.cc cannot see: the parsers do not allocate, and they do
// not touch their output if they fail.

#include "mortise/core/internal/inet_text.h"

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace {

std::size_t allocations = 0;

}  // namespace

// Not inlined, because GCC would warn of a pair of malloc and delete otherwise.
ABSL_ATTRIBUTE_NOINLINE void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
ABSL_ATTRIBUTE_NOINLINE void operator delete(void* memory) noexcept {
  std::free(memory);
}
ABSL_ATTRIBUTE_NOINLINE void operator delete(void* memory,
                                             std::size_t) noexcept {
  std::free(memory);
}

namespace mortise {
namespace internal {
namespace {

constexpr absl::string_view kTexts[] = {
    "127.0.0.1",
    "0x7f.1",
    "255.255.255.255",
    "::1",
    "ABCD:EF01:2345:6789:ABCD:EF01:255.255.255.255",
    "",
    "1.2.3.4.5",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::1.2.3.256",
    "a host name that is longer than any string holds without allocating",
};

template <typename Bytes>
void ExpectNoAllocation(bool (*parse)(absl::string_view, Bytes*)) {
  for (const absl::string_view text : kTexts) {
    Bytes bytes;
    const std::size_t before = allocations;
    parse(text, &bytes);
    EXPECT_EQ(allocations, before) << text;
  }
}

TEST(InetText, ParsersDoNotAllocate) {
  const std::size_t before = allocations;
  const std::string counted(100, 'x');
  ASSERT_GT(allocations, before) << "allocations are not counted here";
  ExpectNoAllocation(&ParseIpv4);
  ExpectNoAllocation(&ParseIpv4Loosely);
  ExpectNoAllocation(&ParseIpv6);
}

template <typename Bytes>
int CountRefusals(bool (*parse)(absl::string_view, Bytes*)) {
  int refusals = 0;
  for (const absl::string_view text : kTexts) {
    Bytes untouched;
    untouched.fill(0xa5);
    Bytes bytes = untouched;
    if (parse(text, &bytes)) continue;
    EXPECT_EQ(bytes, untouched) << text;
    ++refusals;
  }
  return refusals;
}

TEST(InetText, ParsersLeaveTheBytesAloneWhenTheyRefuse) {
  EXPECT_EQ(CountRefusals(&ParseIpv4), 9);
  EXPECT_EQ(CountRefusals(&ParseIpv4Loosely), 8);
  EXPECT_EQ(CountRefusals(&ParseIpv6), 9);
}

}  // namespace
}  // namespace internal
}  // namespace mortise
