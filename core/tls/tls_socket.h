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
// Blocking. The three modes (blocking, non-blocking, timeout), the errors, and
// the rule that a closed socket refuses every call are those of
// mortise/core/socket.h. The socket's timeout applies: each call has one
// deadline, however many messages it takes. TLS's own errors are in
// mortise/core/tls/tls_error.h.
//
// Reading and writing run the handshake if it has not been run. In non-blocking
// mode, repeat a call that failed with IsWouldBlock when the socket (FileNo) is
// readable for a Read, or writable for a Write. If ReadWaitsToWrite or
// WriteWaitsToRead returns true, it is the other way round. A Write that failed
// with IsWouldBlock or IsTimeout must be repeated with the same data by the
// same thread, because a record that has been encrypted must be sent. Until
// then, other data of that thread is refused with kInvalidArgument, and nothing
// of it is sent.
//
// Thread safety. One thread may read while another writes. Several threads may
// write at the same time, through this object, its Socket or files made of it.
// All data is sent once, and the data of each thread in order. Blocking calls
// take turns. In the other modes, the records of different threads, of at most
// 16 KiB, may alternate. A call that finds an encrypted record of another
// thread would block, or waits as long as its timeout allows, until that thread
// has repeated its call. A blocking call fails with kInvalidArgument in that
// case. So a thread that gives up its data after such a failure should close
// its handle, which lets the other threads continue. While a thread calls
// Close, SetTimeout, SetBlocking or Unwrap, or moves the object, no other
// thread may use it.
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
// calls exec. If the parent has several threads, the child may continue with
// the connection or make another only if no thread was in a call of this
// library at the time of the fork.

#ifndef MORTISE_CORE_TLS_TLS_SOCKET_H_
#define MORTISE_CORE_TLS_TLS_SOCKET_H_

#include <cstddef>
#include <cstdint>
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
#include "mortise/core/tls/tls_certificate.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {

class TlsSocket {
 public:
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

  // Makes a closed TlsSocket.
  TlsSocket() = default;
  TlsSocket(TlsSocket&&) = default;
  TlsSocket& operator=(TlsSocket&&) = default;

  // Closes without telling the peer: neither sends nor reads.
  ~TlsSocket() = default;

  // Python: ssl.SSLSocket.do_handshake. Returns OK at once if the handshake has
  // been run. Otherwise returns:
  //   kUnauthenticated   the peer's certificate is not accepted
  //                      (IsCertificateError)
  //   kPermissionDenied  the peer refuses (IsTlsAlert)
  //   kDataLoss          the received data is not TLS, or ends early
  // After one of these failures the socket is of no more use.
  absl::Status Handshake();

  // Python: ssl.SSLSocket.read, recv. Receives what there is: at least one
  // byte, at most the size of `buffer`. Returns 0 only if the peer has ended
  // TLS or `buffer` is empty. Fails with kDataLoss if the stream ends in
  // another way (IsTlsTruncated).
  absl::StatusOr<std::size_t> Read(absl::Span<char> buffer);
  // The same, but returns a string of at most `bufsize` bytes.
  absl::StatusOr<std::string> Read(std::size_t bufsize = 1024);

  // Python: read() without a size, of a file that is made of the socket.
  // Returns everything until the end of TLS, at most `max` bytes, 1 to
  // Socket::kMaxBufSize, within one timeout. Fails as Read does, and with
  // EMSGSIZE if there is more than `max`. If it fails, `*received`, if given,
  // holds the data that has come and would otherwise be lost. If it succeeds,
  // `*received` is empty.
  absl::StatusOr<std::string> ReadAll(std::size_t max,
                                      std::string* received = nullptr);

  // Python: ssl.SSLSocket.write, send. Sends some of `data` and returns how
  // many bytes. In blocking mode it sends all of it.
  absl::StatusOr<std::size_t> Write(absl::string_view data);
  // Python: sendall. Sends all of `data`, within one timeout. If it fails, it
  // is unknown how much was sent. A record that this call began is sent before
  // any data that a thread writes later.
  absl::Status WriteAll(absl::string_view data);

  // Python: shutdown. kWrite tells the peer that nothing more comes
  // (close_notify) and leaves reading open. It waits until there is room to
  // send that; in non-blocking mode it fails with IsWouldBlock until there is.
  // kBoth does not wait, and wakes every call that waits, even if the stream
  // then does not end cleanly.
  absl::Status Shutdown(ShutdownHow how);

  // Python: ssl.SSLSocket.unwrap. Ends TLS on both sides: tells the peer, and
  // waits until the peer has told too. Data that the peer sends until then is
  // discarded. Returns the socket without TLS, with the same timeout. If it
  // fails, this object is unchanged; in non-blocking mode, call it again. But
  // if there is another handle on the connection (Dup, a file), it fails with
  // kInvalidArgument and this object is closed.
  absl::StatusOr<Socket> Unwrap();

  // Python: close, after unwrap. Tells the peer that nothing more comes
  // (close_notify), if that is possible without waiting, and closes. Discards
  // data that has arrived, so that unread session tickets cause no reset. It
  // only closes if another process has sent last, or if there is another handle
  // on the connection (Dup, a file), whose Close does the rest. A second Close
  // fails with kFailedPrecondition (IsClosed).
  absl::Status Close();

  bool is_open() const { return socket_.is_open(); }
  absl::Status SetTimeout(absl::Duration timeout);
  absl::Status SetBlocking(bool flag);
  absl::Duration GetTimeout() const { return socket_.GetTimeout(); }

  // The descriptor of the underlying socket, to wait for; -1 if closed. There
  // may be data to read even if it is not readable: see Pending.
  std::int64_t FileNo() const;
  // Python: ssl.SSLSocket.pending. How many bytes can be read without receiving
  // from the socket.
  std::size_t Pending() const;
  // ReadWaitsToWrite: whether the last Read or Handshake that would have waited
  // waits for the socket to become writable. WriteWaitsToRead: whether the last
  // such Write waits for it to become readable. Python: ssl.SSLWantWriteError,
  // ssl.SSLWantReadError.
  bool ReadWaitsToWrite() const;
  bool WriteWaitsToRead() const;

  // This connection as a Socket, for every function that takes one (MakeFile,
  // SendAll, GetPeerName). What goes through it is encrypted. Its platform is
  // not the operating system. Valid as long as this object.
  Socket& socket() { return socket_; }

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
  explicit TlsSocket(Socket socket) : socket_(std::move(socket)) {}

  // A socket of the platform that encrypts. Closed if this object is closed.
  Socket socket_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_SOCKET_H_
