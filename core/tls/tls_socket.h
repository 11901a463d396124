// TLS over a socket.
//
//   absl::StatusOr<mortise::TlsContext> context =
//       mortise::TlsContext::Client();
//   if (!context.ok()) return context.status();
//   absl::StatusOr<mortise::TlsSocket> tls = mortise::TlsSocket::Create(
//       *context, std::move(socket), "example.org");
//   if (!tls.ok()) return tls.status();
//   absl::Status status = tls->Handshake();
//   if (status.ok()) status = tls->WriteAll("GET / HTTP/1.0\r\n\r\n");
//   absl::StatusOr<std::string> answer = tls->Read(4096);
//
// A TlsSocket is a Stream (mortise/core/stream.h), and what is said there holds
// for it: the modes, the timeouts, the cancellation, the threads, and what a
// call has taken. Each TlsSocket has a timeout and a cancellation of its own;
// at first they are the socket's. They hold for the handshake as well.
//
// TLS's own errors are in mortise/core/tls/tls_error.h. After one of them, or
// an error of the connection, every later call of that direction returns the
// same error. If only sending has failed, what has arrived can still be read.
//
// Reading and writing run the handshake if it has not been run. The data is
// sent in records of at most 16 KiB. Before the system has the whole of a
// record, no other one begins, and every call on the connection helps to send
// it. So at most one record waits in this process, and a Write that fails with
// IsWouldBlock or IsTimeout has taken nothing.
//
// Event loops. Use TryRead and TryWrite, and wait for the socket (FileNo) when
// a try says so, for what StreamTry::wait says. There may be data to read even
// if the socket is not readable, so read until then.
//
// Thread safety. As Stream, and several threads may write at the same time. The
// records of their data may alternate. Handshake and the functions that tell
// what the two sides agreed on may be called by any thread at any time.
//
// Ending. The destructor neither sends nor reads. The peer then treats the
// stream as cut off (IsTlsTruncated on its side), and a TCP connection may be
// reset if the peer has sent data that was not read. Call Shutdown(kWrite) or
// Close to end cleanly.
//
// Fork. A forked process has a copy of every connection. Only one of the two
// processes may continue with a connection; in the other the copy should go out
// of scope. Of all processes that have a copy, Close sends and reads only in
// the process that has sent last. In the others it does the same as the
// destructor. If another process has sent on a connection meanwhile, this
// process can send no more on it: it gets kInvalidArgument, because its next
// record would have the number of a record that has been sent. In a child,
// neither the destructor nor Close takes a lock, whatever the threads of the
// parent were doing, and the copy's memory is not freed until the child ends or
// calls exec. The Close of a SocketFile or SocketStream writes first, so in a
// child such a copy should be destroyed. If the parent has several threads, the
// child may continue with the connection or make another only if no thread was
// in a call of this library at the time of the fork.

#ifndef MORTISE_CORE_TLS_TLS_SOCKET_H_
#define MORTISE_CORE_TLS_TLS_SOCKET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_certificate.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

namespace internal {
class TlsConnection;
}  // namespace internal

class TlsSocket final : public Stream {
 public:
  // The most data that one record has.
  static constexpr std::size_t kRecordSize = 16 * 1024;

  // Python: ssl.SSLContext.wrap_socket. Takes a connected stream socket of any
  // platform, and owns it. The context decides which side this is. Sends
  // nothing yet, and does not block.
  //
  // `server_name` is for clients: the host that the client talks to, as a DNS
  // name in ASCII or an IP address. The certificate must be for it. A DNS name
  // is sent to the server (SNI). It may be empty only if the context does not
  // verify it. `session` is the session of an earlier connection to the same
  // server, to be resumed.
  //
  // Fails with kInvalidArgument, and closes the socket, if:
  //   - `server_name` is not a name of a server (a name that ends in a number,
  //     such as "127.1", counts as an address)
  //   - `server_name` is missing, or is given on the server's side
  //   - the context is empty
  //   - the socket is not a stream
  //
  // Sets TCP_NODELAY. Otherwise the first request would wait for the
  // acknowledgement of the handshake's last message, which takes 40 ms and
  // more.
  static absl::StatusOr<TlsSocket> Create(const TlsContext& context,
                                          Socket socket,
                                          absl::string_view server_name = "",
                                          const TlsSession& session = {});

  // The same over any stream, such as another TlsSocket.
  static absl::StatusOr<TlsSocket> Create(const TlsContext& context,
                                          std::unique_ptr<Stream> stream,
                                          absl::string_view server_name = "",
                                          const TlsSession& session = {});

  // Makes a closed TlsSocket.
  TlsSocket() = default;
  TlsSocket(TlsSocket&& other) noexcept;
  // Closes this one as the destructor does.
  TlsSocket& operator=(TlsSocket&& other) noexcept;

  // Closes without telling the peer: neither sends nor reads.
  ~TlsSocket() override;

  // Python: ssl.SSLSocket.do_handshake. Returns OK at once if the handshake has
  // been run. Otherwise returns:
  //   kUnauthenticated   the peer's certificate is not accepted
  //                      (IsCertificateError)
  //   kPermissionDenied  the peer refuses (IsTlsAlert)
  //   kDataLoss          the received data is not TLS, or ends early
  // After one of these failures the socket is of no more use.
  absl::Status Handshake();

  // Python: ssl.SSLSocket.unwrap. Ends TLS on both sides: sends what was taken,
  // tells the peer, and waits until the peer has told too. Data that the peer
  // sends until then is discarded, up to 1 MiB. All of it has one deadline.
  // Returns the stream below, with this one's timeout and cancellation;
  // TakeSocket takes the socket out of it. What the peer has sent after the end
  // of TLS is still there. Fails with:
  //   kInvalidArgument     there is another handle on the connection (Dup, a
  //                        file). Nothing has been sent.
  //   kResourceExhausted   the peer has sent more than 1 MiB. Call it again to
  //                        discard more.
  //   as Read              in every other case. In non-blocking mode, and after
  //                        a timeout or a cancellation, call it again.
  // It leaves its poller first. After a failure this object is still open, and
  // reading from it is possible.
  // While a thread calls this, no other thread may use the object.
  absl::StatusOr<std::unique_ptr<Stream>> Unwrap();

  // Python: close, after unwrap. Tells the peer that nothing more comes
  // (close_notify), if that is possible without waiting, and closes. Discards
  // data that has arrived, at most 256 KiB, so that unread session tickets
  // cause no reset. It only closes if another process has sent last, or if
  // there is another handle on the connection (Dup, a file), whose Close does
  // the rest.
  absl::Status Close() override;

  bool is_open() const override { return connection_ != nullptr; }
  absl::StatusOr<std::unique_ptr<Stream>> Dup() const override;
  absl::Status SetTimeout(absl::Duration timeout) override;
  absl::Status SetBlocking(bool flag);
  absl::Duration GetTimeout() const override { return timeout_; }

  // The socket at the bottom. Its own timeout is zero, and what is read from it
  // or written to it is not encrypted.
  Socket* socket() override;
  bool bytes_are_plain() const override { return false; }

  StreamTry TryRead(absl::Span<char> buffer, TryMode mode) override;
  StreamTry TryWrite(absl::string_view data, TryMode mode) override;
  StreamTry TryFlush(const StreamTry& written) override;
  // As Handshake. It never waits.
  StreamTry TryHandshake();
  StreamTry TryShutdown(ShutdownHow how) override;
  absl::StatusOr<bool> Wait(
      const StreamTry& tried, absl::Duration timeout,
      absl::Span<WaitInterrupt* const> interrupts) override;

  std::shared_ptr<PollSource> poll_source() override;

  // The descriptor of the socket at the bottom, to wait for; -1 if closed or if
  // there is none.
  std::int64_t FileNo() const;
  // Python: ssl.SSLSocket.pending. How many bytes can be read without receiving
  // from the stream below.
  std::size_t Pending() const;

  // What the two sides agreed on: nullopt, or empty, until the handshake has
  // ended. Python: version, cipher, selected_alpn_protocol.
  std::optional<TlsVersion> Version() const;
  // IANA's name: "TLS_AES_128_GCM_SHA256".
  std::string Cipher() const;
  std::string AlpnProtocol() const;
  // The host that the client asked for (SNI).
  std::string ServerName() const;
  // Python: getpeercert, get_unverified_chain. The certificates that the peer
  // sent, its own first. Whether they were verified depends only on the
  // context.
  std::optional<TlsCertificate> PeerCertificate() const;
  std::vector<TlsCertificate> PeerChain() const;

  // Python: ssl.SSLSocket.session, session_reused. Session returns the newest
  // session, or an empty one if there is none. With TLS 1.3 a server sends
  // sessions after the handshake; they arrive during a Read.
  TlsSession Session() const;
  bool SessionReused() const;

 private:
  TlsSocket(internal::TlsConnection* connection, absl::Duration timeout)
      : connection_(connection), timeout_(timeout) {}

  // Shared with the other handles; nullptr if this one is closed.
  internal::TlsConnection* connection_ = nullptr;
  absl::Duration timeout_ = absl::InfiniteDuration();
};

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_SOCKET_H_
