// Whether a file is still the one that was read. One file per OS: posix/ and
// winsock/.

#ifndef MORTISE_PLATFORM_TLS_FILE_STAMP_H_
#define MORTISE_PLATFORM_TLS_FILE_STAMP_H_

#include <cstdint>
#include <string>
#include <tuple>

namespace mortise {
namespace tls {

// What changes when a file does. All zero if there is no such file.
struct FileStamp {
  std::uint64_t size = 0;
  // Which file it is. Windows: zero, because a file must be opened for it.
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  // Nanoseconds since 1970, of the content and of what the system keeps about
  // it. Windows: `status` is when the file was made.
  std::int64_t modified = 0;
  std::int64_t status = 0;

  friend bool operator==(const FileStamp& a, const FileStamp& b) {
    return a.Tie() == b.Tie();
  }
  friend bool operator!=(const FileStamp& a, const FileStamp& b) {
    return !(a == b);
  }

 private:
  std::tuple<const std::uint64_t&, const std::uint64_t&, const std::uint64_t&,
             const std::int64_t&, const std::int64_t&>
  Tie() const {
    return std::tie(size, device, inode, modified, status);
  }
};

// Returns the stamp of the file that `path` (UTF-8) leads to, through links.
// Source: stat(2), GetFileAttributesEx.
FileStamp StampOf(const std::string& path);

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_FILE_STAMP_H_
