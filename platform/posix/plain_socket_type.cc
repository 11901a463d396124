#include "mortise/platform/plain_socket_type.h"

#include <sys/socket.h>

namespace mortise {

PlainSocketType SplitSocketType(int type) {
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
  return {type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC), (type & SOCK_NONBLOCK) != 0};
#else
  return {type, false};
#endif
}

}  // namespace mortise
