#include "mortise/platform/sim/when.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {

When When::After(absl::Duration start) const {
  When when = *this;
  when.start_ = start;
  return when;
}

When When::Until(absl::Duration end) const {
  When when = *this;
  when.end_ = end;
  return when;
}

When When::Keyed(std::uint64_t key) const {
  When when = *this;
  when.key_ = key;
  return when;
}

absl::Status When::Check() const {
  if (n_ < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("when: ", ToString(), ": n must be 1 or more"));
  }
  if (start_ < absl::ZeroDuration() || start_ == absl::InfiniteDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat("when: After(", absl::FormatDuration(start_),
                     "): start must be finite and not negative"));
  }
  if (end_ < absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat("when: Until(", absl::FormatDuration(end_),
                     "): end must not be negative"));
  }
  return absl::OkStatus();
}

bool When::Acts(std::int64_t number, Random random) const {
  switch (kind_) {
    case Kind::kAlways:
      return true;
    case Kind::kNth:
      return number == n_;
    case Kind::kFirst:
      return number <= n_;
    case Kind::kEvery:
      return number % n_ == 0;
    case Kind::kOneIn:
      return random.Chance(1, static_cast<std::uint64_t>(n_));
  }
  return false;
}

std::string When::ToString() const {
  switch (kind_) {
    case Kind::kAlways:
      return "Always()";
    case Kind::kNth:
      return absl::StrCat("Nth(", n_, ")");
    case Kind::kFirst:
      return absl::StrCat("First(", n_, ")");
    case Kind::kEvery:
      return absl::StrCat("Every(", n_, ")");
    case Kind::kOneIn:
      return absl::StrCat("OneIn(", n_, ")");
  }
  return "";
}

}  // namespace sim
}  // namespace mortise
