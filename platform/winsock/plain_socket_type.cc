#include "mortise/platform/plain_socket_type.h"

namespace mortise {

PlainSocketType SplitSocketType(int type) { return {type, false}; }

}  // namespace mortise
