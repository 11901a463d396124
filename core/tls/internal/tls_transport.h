// The sealed bytes of a connection, between BoringSSL and the stream below.
//
// A write of BoringSSL never fails and never has to be repeated. What finds no
// room below is kept here, in order, until Flush finds room. A failure is kept
// beside, so that BoringSSL goes on reading.

#ifndef MORTISE_CORE_TLS_INTERNAL_TLS_TRANSPORT_H_
#define MORTISE_CORE_TLS_INTERNAL_TLS_TRANSPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/stream.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/tls/sealing_log.h"

// A structure of BoringSSL, whose headers only its users should have to
// include.
struct bio_st;

namespace mortise {
namespace internal {

// For one thread at a time, except for the methods that say otherwise. None of
// them waits.
class TlsTransport {
 public:
  // `below` must outlive it.
  explicit TlsTransport(Stream& below) : below_(below) {}
  TlsTransport(const TlsTransport&) = delete;
  TlsTransport& operator=(const TlsTransport&) = delete;

  // Makes what BoringSSL reads from and writes to. Returns nullptr if memory
  // has run out. This object must outlive it.
  bio_st* NewBio();

  // --- Sending ---------------------------------------------------------------

  // Tries to hand on what is left here. After a failure it does nothing.
  void Flush();

  // Ends the sending half of the stream below. To be called once, when all that
  // was sealed is out. If that has to wait, is_out() is false and Flush goes on
  // with it. Afterwards end_status() is the result.
  void EndBelow();
  const absl::Status& end_status() const { return end_status_; }

  // Whether the operating system has all that was sealed.
  bool is_out() const { return unsent_.empty() && !below_holds_; }

  // How many bytes were sealed, and how many of them the operating system has.
  std::uint64_t sealed() const { return sealed_; }
  std::uint64_t out() const { return out_; }

  // The last try to write that has to wait: it says for what, unless is_out().
  const StreamTry& last_write() const { return last_write_; }

  // Not OK if sending has failed for good. Sealed bytes are dropped from then
  // on.
  const absl::Status& write_failure() const { return write_failure_; }

  // --- Receiving -------------------------------------------------------------

  // Begins a call of BoringSSL. One call reads a limited number of times and
  // would then block, so that no peer can keep it from ending.
  void BeginCall() { reads_left_ = kMostReads; }
  // Whether the last call was ended by that limit.
  bool has_read_most() const { return reads_left_ < 0; }

  // The last try to read that brought nothing. It says what to wait for if
  // BoringSSL wants to read, and has the failure if it could not.
  const StreamTry& last_read() const { return last_read_; }

  // --- Fork ------------------------------------------------------------------

  // Any thread may call these at any time.

  // Whether this process was the last one to seal.
  bool was_last_to_seal() const { return log_.IsLast(); }
  // False in a forked child of the process that made this object.
  bool IsOfThisProcess() const { return log_.IsOfThisProcess(); }

 private:
  struct Bio;

  // Two for each record. A call of BoringSSL may read many records that have no
  // data, such as session tickets.
  static constexpr int kMostReads = 128;

  // Hands on as much of `bytes` as there is room for, and returns how much.
  std::size_t Send(absl::string_view bytes);
  // Takes sealed bytes, all of them.
  void Add(absl::string_view sealed);
  void FailInOtherProcess();
  void Fail(absl::Status status);

  Stream& below_;
  tls::SealingLog log_;
  std::string unsent_;
  // The stream below has taken bytes that the operating system does not have,
  // or has an end to send.
  bool below_holds_ = false;
  bool ends_below_ = false;
  int reads_left_ = 0;
  std::uint64_t sealed_ = 0;
  std::uint64_t out_ = 0;
  StreamTry last_write_;
  StreamTry last_read_;
  absl::Status write_failure_;
  absl::Status end_status_;
};

// Returns the peer's address as text; "" if `stream` has none.
std::string PeerText(Stream& stream);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_TLS_TRANSPORT_H_
