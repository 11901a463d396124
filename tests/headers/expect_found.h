// Checks the result of a call of GetAddrInfo that is written where a macro has
// that name.

#ifndef MORTISE_TESTS_HEADERS_EXPECT_FOUND_H_
#define MORTISE_TESTS_HEADERS_EXPECT_FOUND_H_

#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mortise/core/getaddrinfo.h"

namespace mortise {

inline void ExpectFound(const absl::StatusOr<std::vector<AddrInfo>>& found) {
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->front().address.ToString(), "127.0.0.1:80");
}

}  // namespace mortise

#endif  // MORTISE_TESTS_HEADERS_EXPECT_FOUND_H_
