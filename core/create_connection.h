// A connection to a host, by whichever of its addresses works.
//
//   mortise::CreateConnectionOptions options;
//   options.timeout = absl::Seconds(10);
//   absl::StatusOr<mortise::Socket> socket =
//       mortise::CreateConnection({"example.org", 80}, options);
//   // If nobody listens on either of its addresses, the status says:
//   // connect [2001:db8::1]:80: Connection refused [ECONNREFUSED]; connect
//   // 192.0.2.1:80: Connection refused [ECONNREFUSED]
//
// A name has several addresses, some of which may lead nowhere; so a client
// tries one after the other. If none works, the error tells of each.
//
// An address that leads nowhere and does not say so can use up all of the
// timeout. Against that there is Happy Eyeballs: with
// `options.attempt_delay = mortise::kHappyEyeballsDelay` the next address is
// tried beside those that have not answered yet, and the first answer wins.

#ifndef MORTISE_CORE_CREATE_CONNECTION_H_
#define MORTISE_CORE_CREATE_CONNECTION_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/address.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {

class Platform;

// How long to wait for an address before the next is tried too, as RFC 8305,
// section 5, has it.
inline constexpr absl::Duration kHappyEyeballsDelay = absl::Milliseconds(250);

// The defaults are Python's.
struct CreateConnectionOptions {
  // How long all of it may take, the look-up of the host included. It is then
  // the socket's timeout, too. Absent: the default timeout
  // (mortise/core/default_timeout.h). With zero nothing is waited for: what
  // cannot be connected at once fails with IsInProgress, as in Python.
  std::optional<absl::Duration> timeout;
  // Where to connect from. "" and port 0 are any; with port 0 connections to
  // different peers may have the same port, where the system can do that
  // (Linux). A host of one family leaves the addresses of the other
  // unreachable.
  std::optional<Address> source_address;
  // With what intent the source is bound: with a port of its own, kAfterClose
  // lets it be used again at once.
  AddressReuse source_reuse = AddressReuse::kExclusive;
  // How long a single address may take, within `timeout`, the look-up of
  // `source_address` included. More than zero.
  absl::Duration attempt_timeout = absl::InfiniteDuration();
  // How long an address is tried alone. Infinite is for as long as it takes, so
  // one address after the other, in the order that they have. With any other
  // the next one is begun after so long, while those before it go on; IPv6 and
  // IPv4 take turns then, an IPv4 address in the form of IPv6 being IPv4. With
  // zero all are begun at once.
  absl::Duration attempt_delay = absl::InfiniteDuration();
  // Python: all_errors. Where to put the error of each address that failed, in
  // the order in which they did; also of those that failed before another one
  // succeeded. Emptied first. nullptr for nowhere.
  std::vector<absl::Status>* all_errors = nullptr;
  // nullptr is the operating system.
  Platform* platform = nullptr;
};

// Python: socket.create_connection. A stream socket connected to the first
// address of `address` that can be connected to. A host name is looked up in
// all families, or in IPv6 alone if flow info or a scope was given; a numeric
// one is not; "" is this machine. An IPv4 address in the form of IPv6,
// ::ffff:192.0.2.1, is reached by IPv4 through a socket of AF_INET6, whose
// IPV6_V6ONLY is off.
//
// If all addresses fail the status has the code, and is to ErrorOf and the
// predicates, the error of the one that failed last, as in Python; its message
// has those of all, in order, each with its address. Addresses for which no
// time was left have failed with a timeout.
//
// Fails with kNotFound iff the host has no address (IsNameNotFound), with
// kDeadlineExceeded iff the time ran out (IsTimeout), with kOutOfRange iff a
// port or a duration is out of its range, with kInvalidArgument if a host is no
// name that can be looked up (IsUsageError; nothing has been done then), and
// with the error of Create, Bind or Connect otherwise. Thread-safe.
// Source: RFC 8305 for the attempts that overlap.
absl::StatusOr<Socket> CreateConnection(
    const HostPort& address, const CreateConnectionOptions& options = {});

// The same with addresses that have been looked up already, of any type: for a
// service by its name, one family alone, or datagrams.
// kInvalidArgument iff there are none.
absl::StatusOr<Socket> CreateConnection(
    absl::Span<const AddrInfo> addresses,
    const CreateConnectionOptions& options = {});

}  // namespace mortise

#endif  // MORTISE_CORE_CREATE_CONNECTION_H_
