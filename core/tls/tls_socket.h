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
// TLS's own errors are in mortise/core/tls/tls_error.h. A timeout, a
// cancellation and IsWouldBlock change nothing: make the call again. After any
// other error of sending, every later call that sends returns the same error,
// and what has arrived can still be read. After such an error of receiving,
// every later read returns it. A failed handshake is an error of both.
//
// Reading and writing run the handshake if it has not been run. The data is
// sent in records of at most 16 KiB. The next record begins only when the
// system has taken the whole of the one before, and every call on the
// connection helps to send it. So at most one record waits in this process, and
// a Write that fails with IsWouldBlock or IsTimeout has taken nothing.
//
// Event loops. Register the TlsSocket with a Poller (mortise/core/poller.h). In
// a loop of another kind call TryRead or TryWrite. If StreamTry::wait is not
// kNone, wait until the socket (FileNo) is ready for it, and try again. Data
// that has been received may be in this object while the socket is not
// readable, so wait only after a try has said so.
//
// Thread safety. As Stream, and several threads may write at the same time. The
// records of their data may alternate. While threads read and write, any thread
// may also call Handshake and the functions that are const here. The handles
// that Dup makes are for one thread each in the same way: if two threads read
// from two handles, each byte goes to one of them.
//
// Ending. The destructor neither sends nor reads. The peer then treats the
// stream as cut off (IsTlsTruncated on its side), and a TCP connection may be
// reset if the peer has sent data that was not read. To end cleanly call
// Shutdown(kWrite), which waits for room, and then Close. Close without it does
// not wait, so that the end may find no room.
//
// Source: RFC 8446; RFC 5246 for TLS 1.2; RFC 6066, section 3 (SNI); RFC 7301
// (ALPN).
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
  // The most data, in bytes, that one record has. Source: RFC 8446, section
  // 5.1.
  static constexpr std::size_t kRecordSize = 16 * 1024;

  // Python: ssl.SSLContext.wrap_socket. Takes a connected stream socket of any
  // platform, and owns it. The context decides which side this is. Sends
  // nothing yet, and does not block.
  //
  // `server_name` is for clients: the host that the client talks to, as a DNS
  // name in ASCII or an IP address. The certificate must be for it. A DNS name
  // is sent to the server (SNI). It may be empty only if the context does not
  // verify it. `session` is the session of an earlier connection to the same
  // server, to be resumed. If the server does not accept it, the handshake is a
  // full one.
  //
  // If it fails, the socket has been closed. Fails with kFailedPrecondition
  // (IsClosed) if the socket is closed, and with kInvalidArgument if:
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

  // The same over any stream, such as another TlsSocket. nullptr counts as
  // closed.
  static absl::StatusOr<TlsSocket> Create(const TlsContext& context,
                                          std::unique_ptr<Stream> stream,
                                          absl::string_view server_name = "",
                                          const TlsSession& session = {});

  // Makes a closed TlsSocket.
  TlsSocket() = default;
  // `other` is closed afterwards.
  TlsSocket(TlsSocket&& other) noexcept;
  // Closes this one as the destructor does.
  TlsSocket& operator=(TlsSocket&& other) noexcept;

  // Closes without telling the peer: neither sends nor reads.
  ~TlsSocket() override;

  // Python: ssl.SSLSocket.do_handshake. Returns OK at once if the handshake has
  // been run. Otherwise returns:
  //   kUnauthenticated   the peer's certificate is missing, or is not accepted
  //                      (IsCertificateError)
  //   kPermissionDenied  the peer refuses (IsTlsAlert)
  //   kDataLoss          the received data is not TLS, ends early, or offers no
  //                      version, cipher or protocol that this side accepts
  //   as Read            in every other case
  // After one of the first three the socket is of no more use.
  absl::Status Handshake();

  // Python: ssl.SSLSocket.unwrap. Ends TLS on both sides: sends what was taken,
  // tells the peer, and waits until the peer has ended TLS, too. Data that the
  // peer sends until then is discarded, up to 1 MiB. The whole call has one
  // deadline. Before it sends anything, this object leaves its poller.
  //
  // Returns the stream below, with this one's timeout and cancellation;
  // TakeSocket takes the socket out of it. Bytes that the peer has sent after
  // the end of TLS can be read from it. This object is closed then. Fails with:
  //   kInvalidArgument     there is another handle on the connection (Dup, a
  //                        file). Nothing has been sent.
  //   kResourceExhausted   the peer has sent more than 1 MiB. Call it again to
  //                        discard more.
  //   as Read              in every other case. In non-blocking mode, and after
  //                        a timeout or a cancellation, call it again.
  // After a failure this object is still open, and reading from it is possible.
  // While a thread calls this, no other thread may use the object.
  absl::StatusOr<std::unique_ptr<Stream>> Unwrap();

  // Python: close, after unwrap. Tells the peer that nothing more comes
  // (close_notify), if that is possible without waiting, and closes. Discards
  // data that has arrived, at most 256 KiB, so that unread session tickets
  // cause no reset. If there is another handle on the connection (Dup, a file),
  // closes this handle and does nothing else: the Close of the last one does
  // the rest. If another process has sent last, closes without telling the
  // peer. Returns as Stream::Close does.
  absl::Status Close() override;

  bool is_open() const override { return connection_ != nullptr; }
  absl::StatusOr<std::unique_ptr<Stream>> Dup() const override;
  absl::Status SetTimeout(absl::Duration timeout) override;
  // Python: setblocking. As Socket::SetBlocking.
  absl::Status SetBlocking(bool flag);
  absl::Duration GetTimeout() const override { return timeout_; }

  // The socket at the bottom, for its names and options. What is read from it
  // or written to it is not encrypted and breaks the connection. Its own
  // timeout is zero and must stay so. It is valid until this object is closed,
  // unwrapped or destroyed.
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

  // Python: fileno. The descriptor of the socket at the bottom, to wait for; -1
  // if this object is closed or there is no socket.
  std::int64_t FileNo() const;
  // Python: ssl.SSLSocket.pending. How many bytes can be read without receiving
  // from the stream below.
  std::size_t Pending() const;

  // What the two sides agreed on: nullopt, or empty, until the handshake has
  // ended and after this object is closed. Python: version, cipher,
  // selected_alpn_protocol.
  std::optional<TlsVersion> Version() const;
  // IANA's name: "TLS_AES_128_GCM_SHA256".
  std::string Cipher() const;
  std::string AlpnProtocol() const;
  // The host that the client asked for (SNI).
  std::string ServerName() const;
  // Python: getpeercert, get_unverified_chain. The certificates that the peer
  // sent, its own first; nullopt or empty if it sent none. Whether they were
  // verified depends only on the context.
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
