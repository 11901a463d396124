// What a test expects of a call that can fail.
//
//   EXPECT_THAT(socket.Listen(), IsOk());
//   EXPECT_THAT(socket.Recv(16), IsOkAndHolds("hello"));
//   EXPECT_THAT(socket.Connect(address),
//               Fails(absl::StatusCode::kUnavailable, IsConnectionRefused));
//   EXPECT_THAT(socket.Listen(-1),
//               RefusesArgument(absl::StatusCode::kOutOfRange, "listen",
//                               "backlog"));
//
// Abseil has matchers of its own only since 2024.

#ifndef MORTISE_CONTRACT_STATUS_MATCHERS_H_
#define MORTISE_CONTRACT_STATUS_MATCHERS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "mortise/core/error.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace contract {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "succeeds") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "it says " << status.ToString();
  return status.ok();
}

MATCHER_P(IsOkAndHolds, value,
          absl::StrCat("succeeds with ", testing::PrintToString(value))) {
  if (!arg.ok()) {
    *result_listener << "it says " << arg.status().ToString();
    return false;
  }
  *result_listener << "it holds " << testing::PrintToString(*arg) << " ";
  return testing::ExplainMatchResult(value, *arg, result_listener);
}

// `predicate` is one of mortise/core/error.h, such as IsTimeout.
MATCHER_P(Fails, predicate, "fails as the predicate says") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "it says " << status.ToString();
  return !status.ok() && predicate(status);
}
MATCHER_P2(Fails, code, predicate,
           absl::StrCat("fails with ", absl::StatusCodeToString(code),
                        " and as the predicate says")) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "it says " << status.ToString();
  return status.code() == code && predicate(status);
}

// Matches the portable code only. Use it for a code for which
// mortise/core/error.h has no predicate.
MATCHER_P(FailsWithCode, error_code,
          absl::StrCat("fails with ", ErrorCodeName(error_code))) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "it says " << status.ToString();
  const std::optional<Error> error = ErrorOf(status);
  return error.has_value() && error->domain != ErrorDomain::kUsage &&
         error->code == error_code;
}

// Matches the error of a call that was refused before it reached the platform.
// The error's text begins with the operation and the argument:
// "listen: backlog: ".
MATCHER_P3(RefusesArgument, code, operation, argument,
           absl::StrCat("refuses ", operation, "'s ", argument, " with ",
                        absl::StatusCodeToString(code))) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "it says " << status.ToString();
  const std::optional<Error> error = ErrorOf(status);
  return status.code() == code && IsUsageError(status) && !IsClosed(status) &&
         error.has_value() && error->domain == ErrorDomain::kUsage &&
         error->native_code == 0 && error->operation == operation &&
         absl::StartsWith(status.message(),
                          absl::StrCat(operation, ": ", argument, ": "));
}

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_STATUS_MATCHERS_H_
