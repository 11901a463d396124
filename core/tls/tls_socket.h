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
// The socket's timeout goes on counting, with one deadline for each call
// however many messages it takes: blocking, non-blocking and timeout mode are
// those of mortise/core/socket.h, and so are the errors, the rule that a closed
// one refuses every call, and that one thread may read while another writes.
// TLS's own errors are in mortise/core/tls/tls_error.h.
//
// Reading and writing run the handshake if it has not been run. Non-blocking, a
// call that fails with IsWouldBlock is to be repeated once the socket (FileNo)
// is readable for a Read and writable for a Write, or the other way round if
// ReadWaitsToWrite or WriteWaitsToRead says so. A Write that failed with
// IsWouldBlock or IsTimeout is to be repeated with the same data by the same
// thread, since a record that has been sealed is sent: until then other data of
// that thread is refused with kInvalidArgument, and nothing of it is sent.
//
// Several threads may write at the same time, through this object, its Socket
// or files made of it. Everything goes out once, and what each of them writes
// in order. Blocking calls take turns. Otherwise the records of different
// threads, of at most 16 KiB, may alternate, and a call that finds another
// thread's record sealed would block, or waits as long as its timeout allows,
// until that thread has repeated its call. A blocking call fails with
// kInvalidArgument then. So a thread that gives its data up after such a
// failure is to close its handle, which lets the others go on.
//
// Ending. A destructor sends nothing and reads nothing, so the peer takes what
// it has got for cut off (IsTlsTruncated there), and a TCP connection may be
// reset if the peer has sent something that nobody has read. Call
// Shutdown(kWrite) or Close to end cleanly.
//
// Fork. A forked process has a copy of every connection, and one of the two may
// go on with it: the other lets its copy go out of scope. Close sends and reads
// only in the process that has sent last, of all that have a copy; elsewhere it
// does the same as the destructor. A process whose copy another one has sent on
// meanwhile can send no more: it gets kInvalidArgument, because its next record
// would have the number of one that is out. In a child neither the destructor
// nor Close takes a lock, whatever the threads of the parent were doing, and
// the copy's memory stays as it is until the child ends or calls exec. To go on
// with the connection, or to make another, in the child of a process with
// several threads, no thread may have been in a call of this library at the
// time of the fork.

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
  // Python: ssl.SSLContext.wrap_socket. Takes a connected stream socket, any
  // platform's, and sends nothing yet; the context says whose side it is.
  //
  // `server_name` is for clients: the host that is talked to, a DNS name in
  // ASCII or an IP address, which the certificate must be for; a name is told
  // to the server (SNI). It may be empty iff the context does not verify it.
  // `session` is one of an earlier connection to the same server, to resume.
  //
  // Fails with kInvalidArgument if `server_name` is not a name of a server (a
  // number at its end is meant as an address: "127.1"), is missing or is not
  // for this side, if the context is empty or the socket is no stream. The
  // socket is closed then.
  //
  // Sets TCP_NODELAY: the handshake's last message and the first request after
  // it would otherwise lie an acknowledgement apart, which takes 40 ms and
  // more.
  static absl::StatusOr<TlsSocket> Create(const TlsContext& context,
                                          Socket socket,
                                          absl::string_view server_name = "",
                                          const TlsSession& session = {});

  // A closed one.
  TlsSocket() = default;
  TlsSocket(TlsSocket&&) = default;
  TlsSocket& operator=(TlsSocket&&) = default;

  // Closes, without telling the peer: it neither sends nor reads.
  ~TlsSocket() = default;

  // Python: ssl.SSLSocket.do_handshake. OK at once iff it has been run.
  //
  // Fails with kUnauthenticated iff the peer's certificate is not accepted
  // (IsCertificateError), with kPermissionDenied iff the peer refuses
  // (IsTlsAlert), with kDataLoss iff what comes is not TLS or ends early. The
  // socket is of no more use then.
  absl::Status Handshake();

  // Python: ssl.SSLSocket.read, recv. Receives what is there, at least one
  // byte, at most `buffer`; 0 iff the peer has ended TLS, or `buffer` is empty.
  // Fails with kDataLoss iff the stream ends otherwise (IsTlsTruncated).
  absl::StatusOr<std::size_t> Read(absl::Span<char> buffer);
  // The same into a string of its own, of at most `bufsize` bytes.
  absl::StatusOr<std::string> Read(std::size_t bufsize = 1024);

  // Python: read() without a size, of a file that is made of the socket. All
  // until the end of TLS, at most `max` bytes, 1 to Socket::kMaxBufSize, within
  // one timeout. Fails as Read does, and with EMSGSIZE if there is more than
  // `max`. If it fails, `*received`, if given, is what has come and would be
  // lost otherwise. `received` is empty if it does not fail.
  absl::StatusOr<std::string> ReadAll(std::size_t max,
                                      std::string* received = nullptr);

  // Python: ssl.SSLSocket.write, send. Sends some of `data` and returns how
  // much; all of it in blocking mode.
  absl::StatusOr<std::size_t> Write(absl::string_view data);
  // Python: sendall. Sends all of `data`, within one timeout. If it fails
  // nobody knows how much was sent; a record that this call began goes out
  // before what is written next, by any thread.
  absl::Status WriteAll(absl::string_view data);

  // Python: shutdown. kWrite tells the peer that nothing more comes, cleanly
  // (close_notify), and leaves reading open; it waits for room to tell it in,
  // and non-blocking fails with IsWouldBlock until there is. kBoth waits for
  // nothing and wakes whoever does, if need be at the price of a clean end.
  absl::Status Shutdown(ShutdownHow how);

  // Python: ssl.SSLSocket.unwrap. Ends TLS on both sides: tells the peer, and
  // waits until the peer has told, throwing away what it sends until then. The
  // socket goes on without TLS, with the same timeout. If it fails this is as
  // it was; non-blocking, it is to be called again.
  absl::StatusOr<Socket> Unwrap();

  // Python: close, after unwrap. Tells the peer that nothing more comes
  // (close_notify), if that can be done without waiting, and closes. Takes what
  // has arrived already, so that unread session tickets cause no reset. Only
  // closes in a process that has not been the last to send, and as long as
  // there is another handle on the connection (Dup, a file), whose Close does
  // the rest. A second one fails with kFailedPrecondition (IsClosed).
  absl::Status Close();

  bool is_open() const { return socket_.is_open(); }
  absl::Status SetTimeout(absl::Duration timeout);
  absl::Status SetBlocking(bool flag);
  absl::Duration GetTimeout() const { return socket_.GetTimeout(); }

  // The descriptor of the socket below, to wait for; -1 iff closed. Data may be
  // there although it is not readable: see Pending.
  std::int64_t FileNo() const;
  // Python: ssl.SSLSocket.pending. How many bytes can be read without looking
  // at the socket.
  std::size_t Pending() const;
  // Whether the last Read or Handshake that would have waited waits for the
  // socket to become writable, and the last Write for it to become readable.
  // Python: ssl.SSLWantWriteError, ssl.SSLWantReadError.
  bool ReadWaitsToWrite() const;
  bool WriteWaitsToRead() const;

  // This very connection as a socket, for whatever takes one (MakeFile,
  // SendAll, GetPeerName): what goes through it goes through TLS. Its platform
  // is not the operating system.
  Socket& socket() { return socket_; }

  // What was agreed on; nullopt, or empty, before the handshake has ended.
  // Python: version, cipher, selected_alpn_protocol.
  std::optional<TlsVersion> Version() const;
  // By IANA's name: "TLS_AES_128_GCM_SHA256".
  std::string Cipher() const;
  std::string AlpnProtocol() const;
  // The host that a client has asked for (SNI).
  std::string ServerName() const;
  // Python: getpeercert, get_unverified_chain. What the peer sent, its own
  // certificate first. Nothing says that they were verified but the context.
  std::optional<TlsCertificate> PeerCertificate() const;
  std::vector<TlsCertificate> PeerChain() const;

  // Python: ssl.SSLSocket.session, session_reused. With TLS 1.3 a server sends
  // sessions after the handshake: the newest of those that Read has met. Empty
  // iff there is none.
  TlsSession Session() const;
  bool SessionReused() const;

 private:
  explicit TlsSocket(Socket socket) : socket_(std::move(socket)) {}

  // Of the platform that seals; closed iff this is.
  Socket socket_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_SOCKET_H_
