// Connects to a host, through whichever of its addresses works.
//
//   mortise::CreateConnectionOptions options;
//   options.timeout = absl::Seconds(10);
//   absl::StatusOr<mortise::Socket> socket =
//       mortise::CreateConnection({"example.org", 80}, options);
//   // If nobody listens on either of its addresses, the status says:
//   // connect [2001:db8::1]:80: Connection refused [ECONNREFUSED]; connect
//   // 192.0.2.1:80: Connection refused [ECONNREFUSED]
//
// A host name may have several addresses, some of which may lead nowhere. So
// CreateConnection tries one after the other. If none works, the error tells
// about each of them.
//
// An address that leads nowhere and does not answer can use up the whole
// timeout. Happy Eyeballs prevents this. Set `options.attempt_delay` to
// `mortise::kHappyEyeballsDelay`: the next address is then tried in parallel
// with those that have not answered yet, and the first one that answers wins.
//
// Happy Eyeballs are those of RFC 8305:
//   - The IPv6 and the IPv4 addresses of a name are looked up at the same time,
//     and the first answer is used at once. Only IPv4 addresses that come first
//     wait up to `resolution_delay` for the IPv6 ones. A later answer joins in.
//   - If both answers are there when the first attempt begins, RFC 6724 says
//     which family begins (rules 1, 2, 5, 6 and 8). Then the families take
//     turns. Within a family, the order of the system's look-up stays.
//   - An attempt that fails lets the next one begin at once. The first one that
//     succeeds ends the others and the look-ups.
//
// Left out are addresses made up for NAT64 (sections 7.1 and 7.2), which need a
// DNS query of their own; macOS makes them in its look-up. No history of past
// connections is kept, which the RFC allows.

#ifndef MORTISE_CORE_CREATE_CONNECTION_H_
#define MORTISE_CORE_CREATE_CONNECTION_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/address.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {

class Platform;

// How long to wait for an address before the next one is tried too. Source: RFC
// 8305, section 5.
inline constexpr absl::Duration kHappyEyeballsDelay = absl::Milliseconds(250);

// How long IPv4 addresses wait for the look-up of the IPv6 ones. Source: RFC
// 8305, section 3.
inline constexpr absl::Duration kHappyEyeballsResolutionDelay =
    absl::Milliseconds(50);

// The defaults are Python's. Does not own `all_errors` and `platform`.
struct CreateConnectionOptions {
  // The time limit of the whole call, including the look-up of the host. It
  // also becomes the socket's timeout. If absent, it is the default timeout
  // (mortise/core/default_timeout.h). With zero the call does not wait: an
  // address that cannot be connected at once fails with IsInProgress, as in
  // Python.
  std::optional<absl::Duration> timeout;
  // Ends the call, including the look-ups. It also becomes the socket's.
  std::optional<Cancellation> cancellation;
  // The address to connect from. "" means any address and port 0 any port. With
  // port 0, connections to different peers may have the same port where the
  // system supports that (Linux). If the host is of one family, addresses of
  // the other family cannot be reached.
  std::optional<Address> source_address;
  // How the source address is shared. If it has a fixed port, kAfterClose lets
  // the port be used again at once.
  AddressReuse source_reuse = AddressReuse::kExclusive;
  // The time limit for one address, within `timeout`. It includes the look-up
  // of `source_address`. Must be more than zero.
  absl::Duration attempt_timeout = absl::InfiniteDuration();
  // How long one address is tried before the next one is tried in parallel. If
  // infinite, the addresses are tried one after the other, in their order. If
  // finite, IPv6 and IPv4 addresses take turns, and an IPv4-mapped address
  // counts as IPv4. With zero all attempts begin at once. Must not be negative.
  // The RFC asks for 100 ms to 2 s, and for never less than 10 ms: shorter
  // delays load networks and servers with connections that are not used.
  absl::Duration attempt_delay = absl::InfiniteDuration();
  // If `attempt_delay` is finite: how long IPv4 addresses wait for the IPv6
  // addresses of the same name, if they are found first. Must not be negative.
  absl::Duration resolution_delay = kHappyEyeballsResolutionDelay;
  // Python: all_errors. Receives the error of each address that failed, in the
  // order of the failures, even if another address succeeded. If one of two
  // look-ups failed otherwise than by finding nothing, its error comes first.
  // The call empties it first, so it is empty if the call fails before it tries
  // an address (a wrong argument, a host that is not found). It is used only
  // until the call returns. Nothing is stored if it is nullptr.
  std::vector<absl::Status>* all_errors = nullptr;
  // nullptr is the operating system. Must outlive the socket that is made.
  Platform* platform = nullptr;
};

// Python: socket.create_connection. Returns a stream socket that is connected
// to the first address of `address` that accepts a connection. A host name is
// looked up in all families, or in IPv6 only if flow info or a scope is given.
// A numeric host is not looked up. "" is this machine. An IPv4-mapped address
// (::ffff:192.0.2.1) is reached by IPv4, through an AF_INET6 socket whose
// IPV6_V6ONLY is off.
//
// If nobody listens on a port of this machine, the system may give that very
// port to the socket that connects, and TCP then connects the socket to itself.
// Such a connection counts as refused.
//
// If all addresses fail, the status code, ErrorOf and the predicates describe
// the address that failed last, as in Python. The message lists the errors of
// all addresses, in the order of the failures. An address for which no time was
// left has failed with a timeout, or with the cancellation that ended the call.
//
// Returns:
//   kNotFound           the host has no address (IsNameNotFound). If the
//                       look-ups of both families failed, it is the error that
//                       tells more: any other one comes before this, and
//                       among equals that of IPv4.
//   kDeadlineExceeded   the time ran out (IsTimeout)
//   kCancelled          the call was cancelled (IsCancelled)
//   kOutOfRange         a port or a duration is out of its range
//   kInvalidArgument    a host cannot be looked up (IsUsageError); nothing has
//                       been done
//   kResourceExhausted  descriptors, memory or threads for the look-up have run
//                       out
//   any other           the error of Create, Bind or Connect
//
// Thread-safe. Blocks until an address is connected, all addresses have failed,
// the timeout runs out, or the call is cancelled. The caller owns the socket.
// Source: RFC 8305 for parallel attempts.
absl::StatusOr<Socket> CreateConnection(
    const HostPort& address, const CreateConnectionOptions& options = {});

// The same with addresses that have been looked up already, and may be of any
// type. Use it for a service name, for one family only, or for datagrams. Fails
// with kInvalidArgument if `addresses` is empty.
absl::StatusOr<Socket> CreateConnection(
    absl::Span<const AddrInfo> addresses,
    const CreateConnectionOptions& options = {});

}  // namespace mortise

#endif  // MORTISE_CORE_CREATE_CONNECTION_H_
