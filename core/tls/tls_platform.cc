#include "mortise/core/tls/tls_platform.h"

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/core/tls/internal/server_name.h"
#include "mortise/core/tls/internal/tls_context_rep.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/tls/layer.h"

namespace mortise {
namespace {

// Returns nullptr if `context` cannot be used for this side and this name.
tls::SessionMaker MakerOf(const TlsContext& context, bool is_server,
                          absl::string_view server_name) {
  if (!context || context.is_server() != is_server ||
      !internal::CheckServerName(context, server_name).ok()) {
    return nullptr;
  }
  return [rep = context.rep(), name = std::string(server_name)] {
    return internal::TlsContextRep::NewSession(rep, name);
  };
}

}  // namespace

TlsPlatform::TlsPlatform(Platform& next, const TlsContext& client,
                         const TlsContext& server,
                         absl::string_view server_name)
    : layer_(std::make_unique<tls::Layer>(
          next, MakerOf(client, /*is_server=*/false, server_name),
          MakerOf(server, /*is_server=*/true, ""))) {}

TlsPlatform::~TlsPlatform() = default;

Platform& TlsPlatform::platform() const { return layer_->platform(); }

bool TlsPlatform::AdvanceHandshake(NativeHandle handle) {
  return tls::Handles::Of(handle).AdvanceHandshake();
}

}  // namespace mortise
