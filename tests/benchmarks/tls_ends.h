// Both ends of a TLS connection in one thread, for comparisons: with bare
// BoringSSL, and with the library. An end that cannot do what it is asked to do
// ends the program, with a message.

#ifndef MORTISE_TESTS_BENCHMARKS_TLS_ENDS_H_
#define MORTISE_TESTS_BENCHMARKS_TLS_ENDS_H_

#include <cstddef>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "openssl/ssl.h"

namespace mortise {
namespace benchmarks {

// BoringSSL, used as its manual describes, on the descriptors of a new
// connection through the loopback address.
class BareTls {
 public:
  BareTls();

  // Sends all of `data`, from the client or to it.
  void Send(bool from_client, absl::string_view data);
  // Receives what there is, at least one byte.
  std::size_t Receive(bool at_client, absl::Span<char> buffer);
  // Drops both ends. Their contexts stay.
  void Drop();

 private:
  std::pair<Socket, Socket> sockets_;
  bssl::UniquePtr<SSL_CTX> client_context_;
  bssl::UniquePtr<SSL_CTX> server_context_;
  bssl::UniquePtr<SSL> client_;
  bssl::UniquePtr<SSL> server_;
};

// The same with TlsSockets that have the timeout `timeout`.
class MortiseTls {
 public:
  explicit MortiseTls(absl::Duration timeout);

  void Send(bool from_client, absl::string_view data);
  std::size_t Receive(bool at_client, absl::Span<char> buffer);
  void Drop();

  TlsSocket& client() { return client_; }
  TlsSocket& server() { return server_; }

 private:
  TlsContext client_context_;
  TlsContext server_context_;
  TlsSocket client_;
  TlsSocket server_;
};

// Sends `data` once in each direction. `buffer` is as large as it.
template <typename Ends>
void SendBothWays(Ends& ends, absl::string_view data, absl::Span<char> buffer) {
  for (const bool from_client : {true, false}) {
    ends.Send(from_client, data);
    for (std::size_t done = 0; done < data.size();) {
      done += ends.Receive(!from_client, buffer);
    }
  }
}

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_TLS_ENDS_H_
