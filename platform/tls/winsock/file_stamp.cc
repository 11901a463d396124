#include "mortise/platform/tls/file_stamp.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "mortise/platform/tls/path.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace tls {
namespace {

// FILETIME counts units of 100 ns from 1601.
constexpr std::int64_t k1970 = 116444736000000000;

// A time that nanoseconds do not reach becomes the nearest time that they do.
// Some file systems have 0, which is 1601, for a time that they do not keep.
// The other fields tell such files apart.
constexpr std::int64_t kFarthest = std::int64_t{4000000000} * 10000000;

std::int64_t Nanoseconds(const FILETIME& time) {
  const std::uint64_t ticks =
      std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 62;
  const std::int64_t since_1970 =
      static_cast<std::int64_t>(std::min(ticks, kLargest)) - k1970;
  return std::clamp(since_1970, -kFarthest, kFarthest) * 100;
}

}  // namespace

FileStamp StampOf(const std::string& path) {
  FileStamp stamp;
  WIN32_FILE_ATTRIBUTE_DATA data;
  if (!GetFileAttributesExW(PathOf(path).c_str(), GetFileExInfoStandard,
                            &data)) {
    return stamp;
  }
  stamp.size = std::uint64_t{data.nFileSizeHigh} << 32 | data.nFileSizeLow;
  stamp.modified = Nanoseconds(data.ftLastWriteTime);
  stamp.status = Nanoseconds(data.ftCreationTime);
  return stamp;
}

}  // namespace tls
}  // namespace mortise
