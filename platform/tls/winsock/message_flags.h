// The flags of a message that the layer observes, and that Windows does not
// have.

#ifndef MORTISE_PLATFORM_TLS_WINSOCK_MESSAGE_FLAGS_H_
#define MORTISE_PLATFORM_TLS_WINSOCK_MESSAGE_FLAGS_H_

namespace mortise {
namespace tls {

inline constexpr int kDontWait = 0;
inline constexpr int kNoSignal = 0;

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_WINSOCK_MESSAGE_FLAGS_H_
