// The flags that some systems let a caller mix into a socket type.

#ifndef MORTISE_PLATFORM_PLAIN_SOCKET_TYPE_H_
#define MORTISE_PLATFORM_PLAIN_SOCKET_TYPE_H_

namespace mortise {

// A socket type without such flags.
struct PlainSocketType {
  int type = 0;
  bool non_blocking = false;
};

// Takes SOCK_NONBLOCK and SOCK_CLOEXEC out of `type` if the OS that is built
// for has them. Source: socket(2).
PlainSocketType SplitSocketType(int type);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_PLAIN_SOCKET_TYPE_H_
