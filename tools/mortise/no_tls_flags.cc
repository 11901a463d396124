// For builds without TLS, such as those for machines that BoringSSL does not
// support. They have no --tls.

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/tools/mortise/args.h"
#include "mortise/tools/mortise/tls_flags.h"

namespace mortise::program {

void AddTlsClientFlags(TlsFlags*, Args*) {}
void AddTlsServerFlags(TlsFlags*, Args*) {}

absl::Status CheckTlsClientFlags(const TlsFlags&, bool, absl::string_view) {
  return absl::OkStatus();
}
absl::Status CheckTlsServerFlags(const TlsFlags&, bool) {
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Stream>> StartTlsClient(const TlsFlags&,
                                                       absl::string_view,
                                                       Socket socket) {
  return MakeStream(std::move(socket));
}

absl::StatusOr<StreamMaker> TlsServerStreams(const TlsFlags&) {
  return [](Socket socket) { return MakeStream(std::move(socket)); };
}

}  // namespace mortise::program
