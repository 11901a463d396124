#include "mortise/platform/tls/file_stamp.h"

#include <cstdint>
#include <string>

#include "mortise/platform/tls/path.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace tls {
namespace {

// FILETIME counts 100 ns from 1601.
constexpr std::int64_t k1970 = 116444736000000000;

std::int64_t Nanoseconds(const FILETIME& time) {
  const std::int64_t ticks =
      std::int64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
  return (ticks - k1970) * 100;
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
