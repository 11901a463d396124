// A platform that encrypts every stream with TLS, for code that takes a
// platform or a Socket and knows nothing of TLS.
//
//   absl::StatusOr<mortise::TlsContext> client = mortise::TlsContext::Client();
//   if (!client.ok()) return client.status();
//   mortise::TlsPlatform sealed(mortise::Platform::Default(), *client,
//                               /*server=*/mortise::TlsContext(),
//                               "example.org");
//   absl::StatusOr<mortise::Socket> socket = mortise::Socket::Create(
//       mortise::kAfInet, mortise::kSockStream, 0, &sealed.platform());
//
// Connect and Accept return when the connection exists. The first call that
// sends or receives runs the handshake, so that a slow client does not delay
// the acceptance of others. A Socket's destructor does not tell the peer that
// the connection ends, like the destructor of TlsSocket: call Shutdown or
// Close. SendFile works, but the bytes pass through the process, which must
// encrypt them. Datagrams and descriptors that are sent with data are not
// supported (IsUnsupported).
//
// The sockets block and are thread-safe as those of mortise/core/socket.h.

#ifndef MORTISE_CORE_TLS_TLS_PLATFORM_H_
#define MORTISE_CORE_TLS_TLS_PLATFORM_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"

namespace mortise {

namespace tls {
class Layer;
}  // namespace tls

class TlsPlatform {
 public:
  // `next` is the platform whose sockets carry the encrypted streams. It is not
  // owned and must outlive this object. `client` is for connections that this
  // side makes, all of them to the host `server_name`. `server` is for
  // connections that it accepts. If the context for a call is empty or for the
  // other side, or TlsSocket::Create would refuse `server_name`, the call is
  // not supported (IsUnsupported).
  TlsPlatform(Platform& next, const TlsContext& client,
              const TlsContext& server, absl::string_view server_name = "");
  ~TlsPlatform();
  TlsPlatform(const TlsPlatform&) = delete;
  TlsPlatform& operator=(const TlsPlatform&) = delete;

  // The platform to make sockets with. It is owned by this object, which must
  // outlive every socket made with it.
  Platform& platform() const;

  // Continues the handshake of a connection of this platform, without waiting.
  // Returns true if the handshake has ended, in success or failure.
  bool AdvanceHandshake(NativeHandle handle);

 private:
  const std::unique_ptr<tls::Layer> layer_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_PLATFORM_H_
