#include "mortise/platform/control_layout.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <cstdint>
#include <ctime>
#include <optional>
#include <variant>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/control_value.h"

namespace mortise {
namespace posix {
namespace {

// Returns the time in a control message of the level SOL_SOCKET.
template <typename Structure>
std::optional<absl::Time> TimeIn(int type, const Structure& structure) {
  const std::optional<ControlValue> value = DecodeControl(
      {SOL_SOCKET, type,
       absl::MakeConstSpan(reinterpret_cast<const char*>(&structure),
                           sizeof(structure))});
  if (!value.has_value()) return std::nullopt;
  const auto* const timestamp = std::get_if<ControlTimestamp>(&*value);
  if (timestamp == nullptr) return std::nullopt;
  return timestamp->time;
}

constexpr absl::Time kTime = absl::FromUnixSeconds(1700000000);

TEST(ControlLayoutTest, AsThisCompilationHasTimes) {
  timeval in_microseconds = {};
  in_microseconds.tv_sec = 1700000000;
  in_microseconds.tv_usec = 5;
  EXPECT_EQ(TimeIn(SCM_TIMESTAMP, in_microseconds),
            kTime + absl::Microseconds(5));
#ifdef SCM_TIMESTAMPNS
  timespec in_nanoseconds = {};
  in_nanoseconds.tv_sec = 1700000000;
  in_nanoseconds.tv_nsec = 5;
  EXPECT_EQ(TimeIn(SCM_TIMESTAMPNS, in_nanoseconds),
            kTime + absl::Nanoseconds(5));
#endif
}

#ifdef SO_TIMESTAMP_NEW
TEST(ControlLayoutTest, BothFormsThatLinuxHas) {
  const long words[] = {1700000000, 5};
  EXPECT_EQ(TimeIn(SO_TIMESTAMP_OLD, words), kTime + absl::Microseconds(5));
  EXPECT_EQ(TimeIn(SO_TIMESTAMPNS_OLD, words), kTime + absl::Nanoseconds(5));
  // A time after 2038.
  const absl::Time late = absl::FromUnixSeconds(5000000000);
  const std::int64_t numbers[] = {5000000000, 5};
  EXPECT_EQ(TimeIn(SO_TIMESTAMP_NEW, numbers), late + absl::Microseconds(5));
  EXPECT_EQ(TimeIn(SO_TIMESTAMPNS_NEW, numbers), late + absl::Nanoseconds(5));
  // Half of a timestamp is not a time.
  EXPECT_EQ(TimeIn(SO_TIMESTAMP_OLD, words[0]), std::nullopt);
  EXPECT_EQ(TimeIn(SO_TIMESTAMP_NEW, numbers[0]), std::nullopt);
}
#endif

}  // namespace
}  // namespace posix
}  // namespace mortise
