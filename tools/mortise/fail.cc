#include "mortise/tools/mortise/fail.h"

#include <mutex>
#include <ostream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "mortise/core/socket_address.h"
#include "mortise/tools/mortise/exit_codes.h"

namespace mortise::program {

int Fail(const absl::Status& status, std::ostream& err) {
  // Streams are not thread-safe, and lines of several threads must not mix.
  static std::mutex& mutex = *new std::mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  err << absl::StrCat("mortise: ", status.message(), "\n") << std::flush;
  return kExitFailure;
}

void FailClient(const SocketAddress& client, const absl::Status& status,
                std::ostream& err) {
  Fail(absl::Status(status.code(), absl::StrCat("client ", client.ToString(),
                                                ": ", status.message())),
       err);
}

}  // namespace mortise::program
