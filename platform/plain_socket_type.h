// The flags that some systems let a caller add to a socket type.

#ifndef MORTISE_PLATFORM_PLAIN_SOCKET_TYPE_H_
#define MORTISE_PLATFORM_PLAIN_SOCKET_TYPE_H_

namespace mortise {

// A socket type without such flags. `non_blocking` is whether SOCK_NONBLOCK was
// among them.
struct PlainSocketType {
  int type = 0;
  bool non_blocking = false;
};

// Separates SOCK_NONBLOCK and SOCK_CLOEXEC from `type`, if the OS that is built
// for has them. Source: socket(2). Used by `Socket::Create`, `Socket::Adopt`,
// `Socket::FromFd` and `SocketPair`. Thread-safe; does not block.
PlainSocketType SplitSocketType(int type);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_PLAIN_SOCKET_TYPE_H_
