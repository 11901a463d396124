// Which calls of a platform a rule is about.
//
// Everything here is plain data, and the functions do not block.

#ifndef MORTISE_PLATFORM_FAULT_CALL_MATCH_H_
#define MORTISE_PLATFORM_FAULT_CALL_MATCH_H_

#include <cstddef>
#include <functional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace fault {

// A call that is being made, and those of its arguments that rules look at. It
// is valid until the function that it is passed to returns.
struct CallArguments {
  Call call = Call::kAny;
  // The socket, or the file that is read. Invalid if the call has neither.
  NativeHandle handle = {};
  // How many bytes the call is to move at most, or how many entries a wait of a
  // poll set is to fill. 0 for other calls.
  std::size_t size = 0;
  // The address that is bound, connected or sent to, or looked up. nullptr if
  // there is none.
  const SockAddr* address = nullptr;
  // The host, service, protocol or interface that is looked up. "" if there is
  // none.
  absl::string_view name = {};
  // What is waited for.
  absl::Span<const WaitTarget> targets = {};
  // The port of ServiceOfPort, in host byte order.
  int service_port = 0;
  // How long a look-up may take. nullptr for other calls.
  const CallLimit* limit = nullptr;

  // Returns the port that is among the arguments, in host byte order, or 0.
  int Port() const { return address != nullptr ? address->port : service_port; }
  // Whether the call is about `wanted`: as its handle, or as one of its
  // targets.
  bool IsAbout(NativeHandle wanted) const;
};

// A rule is about the calls that have all of this.
struct CallMatch {
  Call call = Call::kAny;
  // The handle that the call is about, or that it waits for. An invalid handle
  // means any handle, and none. For PollSet::Wait it is a handle in the set.
  NativeHandle handle = {};
  // The port of the address, or of ServiceOfPort, in host byte order. From 0,
  // which means any port and none, to 65535.
  int port = 0;
  // Any other condition. nullptr means that there is none. It is called in each
  // thread that calls the platform, several at a time, between the other
  // conditions and the When of the rule. It must not block, use a platform,
  // and make or destroy rules.
  std::function<bool(const CallArguments&)> only = nullptr;

  // Whether the call has all of this but for `only`, which is not asked.
  bool MayMatch(const CallArguments& arguments) const;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_CALL_MATCH_H_
