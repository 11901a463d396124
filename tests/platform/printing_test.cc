// How the values of a Platform look in the output of a test.

#include <cstdint>
#include <string>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {
namespace {

using ::testing::PrintToString;

TEST(NativeHandleTest, PrintsItsNumber) {
  EXPECT_EQ(PrintToString(NativeHandle(7)), "7");
  EXPECT_EQ(PrintToString(NativeHandle(0)), "0");
  EXPECT_EQ(PrintToString(NativeHandle(std::int64_t{1} << 40)),
            "1099511627776");
  EXPECT_EQ(PrintToString(NativeHandle()), "-1");
}

struct StringSink {
  void Append(absl::string_view piece) { absl::StrAppend(&text, piece); }
  std::string text;
};

// A handle can become an AlphaNum only if the Abseil has AbslStringify.
template <typename Handle>
void ExpectJoined(Handle handle, absl::string_view text) {
  if constexpr (std::is_constructible_v<absl::AlphaNum, const Handle&>) {
    EXPECT_EQ(absl::StrCat("fd ", handle), absl::StrCat("fd ", text));
  }
}

TEST(NativeHandleTest, IsAPieceOfAText) {
  StringSink sink;
  AbslStringify(sink, NativeHandle(7));
  AbslStringify(sink, NativeHandle());
  EXPECT_EQ(sink.text, "7-1");
  ExpectJoined(NativeHandle(7), "7");
}

TEST(HandlePairTest, PrintsBoth) {
  EXPECT_EQ(PrintToString(HandlePair{NativeHandle(7), NativeHandle(8)}),
            "7 and 8");
}

TEST(SockAddrTest, PrintsTheBytesThatCount) {
  SockAddr address;
  EXPECT_EQ(PrintToString(address), "family 0, port 0, ");
  address.family = 2;
  address.port = 80;
  address.size = 4;
  address.bytes[0] = 127;
  address.bytes[1] = 0;
  address.bytes[2] = 0xaf;
  address.bytes[3] = 1;
  EXPECT_EQ(PrintToString(address), "family 2, port 80, 7f00af01");
  address.size = 255;  // More bytes than there are.
  EXPECT_EQ(
      PrintToString(address).size(),
      std::string("family 2, port 80, ").size() + 2 * SockAddr::kCapacity);
}

TEST(ErrorCodeTest, PrintsItsName) {
  EXPECT_EQ(PrintToString(ErrorCode::kEconnrefused), "ECONNREFUSED");
  EXPECT_EQ(PrintToString(ErrorCode::kUnsupported), "unsupported");
  EXPECT_EQ(PrintToString(ErrorCode::kUnmapped), "ErrorCode(0)");
  EXPECT_EQ(PrintToString(static_cast<ErrorCode>(65000)), "ErrorCode(65000)");
}

TEST(EnumeratorTest, PrintsItsName) {
  EXPECT_EQ(PrintToString(ErrorDomain::kOs), "kOs");
  EXPECT_EQ(PrintToString(ErrorDomain::kGetAddrInfo), "kGetAddrInfo");
  EXPECT_EQ(PrintToString(ErrorDomain::kHostLookup), "kHostLookup");
  EXPECT_EQ(PrintToString(ErrorDomain::kTimeout), "kTimeout");
  EXPECT_EQ(PrintToString(ErrorDomain::kTls), "kTls");
  EXPECT_EQ(PrintToString(ErrorDomain::kUsage), "kUsage");
  EXPECT_EQ(PrintToString(ErrorDomain::kCancelled), "kCancelled");
  EXPECT_EQ(PrintToString(static_cast<ErrorDomain>(99)), "ErrorDomain(99)");
  EXPECT_EQ(PrintToString(ShutdownHow::kRead), "kRead");
  EXPECT_EQ(PrintToString(ShutdownHow::kWrite), "kWrite");
  EXPECT_EQ(PrintToString(ShutdownHow::kBoth), "kBoth");
  EXPECT_EQ(PrintToString(static_cast<ShutdownHow>(99)), "ShutdownHow(99)");
  EXPECT_EQ(PrintToString(AddressReuse::kExclusive), "kExclusive");
  EXPECT_EQ(PrintToString(AddressReuse::kAfterClose), "kAfterClose");
  EXPECT_EQ(PrintToString(AddressReuse::kShare), "kShare");
  EXPECT_EQ(PrintToString(static_cast<AddressReuse>(99)), "AddressReuse(99)");
  EXPECT_EQ(PrintToString(WaitEvents::kReadable), "kReadable");
  EXPECT_EQ(PrintToString(WaitEvents::kWritable), "kWritable");
  EXPECT_EQ(PrintToString(WaitEvents::kConnected), "kConnected");
  EXPECT_EQ(PrintToString(WaitEvents::kNone), "kNone");
  EXPECT_EQ(PrintToString(WaitEvents::kReadable | WaitEvents::kWritable),
            "kReadable|kWritable");
  EXPECT_EQ(PrintToString(static_cast<WaitEvents>(99)), "WaitEvents(99)");
  EXPECT_EQ(PrintToString(WaitTarget{NativeHandle(7), WaitEvents::kReadable}),
            "kReadable of 7");
}

}  // namespace
}  // namespace mortise
