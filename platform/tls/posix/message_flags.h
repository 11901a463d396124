// The flags of a message that the layer observes, and that not every OS has.

#ifndef MORTISE_PLATFORM_TLS_POSIX_MESSAGE_FLAGS_H_
#define MORTISE_PLATFORM_TLS_POSIX_MESSAGE_FLAGS_H_

#include "mortise/platform/constants/native.h"

namespace mortise {
namespace tls {

inline constexpr int kDontWait = kMsgDontwait;
// Nothing here raises a signal.
inline constexpr int kNoSignal = kMsgNosignal;

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_POSIX_MESSAGE_FLAGS_H_
