#include "mortise/platform/tls/file_stamp.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace mortise {
namespace tls {
namespace {

// File systems hold years that nanoseconds do not reach. The other fields tell
// such files apart.
constexpr std::int64_t kFarthest = 4000000000;

std::int64_t Nanoseconds(const timespec& time) {
  const std::int64_t seconds =
      std::clamp(std::int64_t{time.tv_sec}, -kFarthest, kFarthest);
  return seconds * 1000000000 + time.tv_nsec;
}

}  // namespace

FileStamp StampOf(const std::string& path) {
  FileStamp stamp;
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return stamp;
  stamp.size = static_cast<std::uint64_t>(status.st_size);
  stamp.device = static_cast<std::uint64_t>(status.st_dev);
  stamp.inode = static_cast<std::uint64_t>(status.st_ino);
#ifdef __APPLE__
  stamp.modified = Nanoseconds(status.st_mtimespec);
  stamp.status = Nanoseconds(status.st_ctimespec);
#else
  stamp.modified = Nanoseconds(status.st_mtim);
  stamp.status = Nanoseconds(status.st_ctim);
#endif
  return stamp;
}

}  // namespace tls
}  // namespace mortise
