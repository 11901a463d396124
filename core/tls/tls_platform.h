// A platform whose every stream is sealed: for code that takes a platform, or a
// Socket, and knows nothing of TLS.
//
//   absl::StatusOr<mortise::TlsContext> client = mortise::TlsContext::Client();
//   if (!client.ok()) return client.status();
//   mortise::TlsPlatform sealed(mortise::Platform::Default(), *client,
//                               /*server=*/mortise::TlsContext(),
//                               "example.org");
//   absl::StatusOr<mortise::Socket> socket = mortise::Socket::Create(
//       mortise::kAfInet, mortise::kSockStream, 0, &sealed.platform());
//
// Connect and Accept return with the connection; its handshake is run by the
// first call that sends or receives, so that one slow client does not keep
// others from being accepted. A Socket's destructor ends a connection without a
// word, as that of TlsSocket does: call Shutdown or Close. SendFile works; the
// bytes pass through the process, because they have to be sealed. Datagrams and
// descriptors sent along with data are not supported (IsUnsupported).

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
  // `next` is whose sockets carry the sealed ones, and must outlive it.
  // `client` is for connections that are made, to the host `server_name` all of
  // them, and `server` for those that are accepted. With an empty context, or a
  // `server_name` that TlsSocket::Create would refuse, the call is not
  // supported.
  TlsPlatform(Platform& next, const TlsContext& client,
              const TlsContext& server, absl::string_view server_name = "");
  ~TlsPlatform();
  TlsPlatform(const TlsPlatform&) = delete;
  TlsPlatform& operator=(const TlsPlatform&) = delete;

  // Outlives every socket made with it.
  Platform& platform() const;

  // Goes on with the handshake of a connection of this platform, as far as it
  // goes without waiting. True iff it has ended, well or badly.
  bool AdvanceHandshake(NativeHandle handle);

 private:
  const std::unique_ptr<tls::Layer> layer_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_PLATFORM_H_
