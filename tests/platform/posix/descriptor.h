// Functions that tell a test about a descriptor.

#ifndef MORTISE_TESTS_PLATFORM_POSIX_DESCRIPTOR_H_
#define MORTISE_TESTS_PLATFORM_POSIX_DESCRIPTOR_H_

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mortise {
namespace posix {

inline bool IsOpen(int fd) { return fcntl(fd, F_GETFD) != -1; }
inline bool IsInherited(int fd) {
  return (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0;
}
inline bool IsBlocking(int fd) {
  return (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

inline int IntOption(int fd, int name) {
  int value = -1;
  socklen_t size = sizeof(value);
  getsockopt(fd, SOL_SOCKET, name, &value, &size);
  return value;
}

// A pair of connected AF_UNIX streams.
class StreamPair {
 public:
  StreamPair() { socketpair(AF_UNIX, SOCK_STREAM, 0, fds_); }
  ~StreamPair() {
    CloseSecond();
    close(fds_[0]);
  }
  StreamPair(const StreamPair&) = delete;
  StreamPair& operator=(const StreamPair&) = delete;

  int first() const { return fds_[0]; }
  int second() const { return fds_[1]; }
  void CloseSecond() {
    if (fds_[1] != -1) close(fds_[1]);
    fds_[1] = -1;
  }

 private:
  int fds_[2];
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_POSIX_DESCRIPTOR_H_
