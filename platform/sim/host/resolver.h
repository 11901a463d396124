// How a look-up of a simulated host asks the name server.

#ifndef MORTISE_PLATFORM_SIM_HOST_RESOLVER_H_
#define MORTISE_PLATFORM_SIM_HOST_RESOLVER_H_

#include "absl/strings/string_view.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sim/net/name_server.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// The questions of one look-up. Each is asked twice, and each time the answer
// may take 5 seconds. `call`, `limit` and `server` must outlive it. `server`
// may be nullptr: then nobody knows any name.
//
// Thread safety as of Call. Find functions block, in virtual time. They return
// also:
//   kEaiAgain   the name server does not answer, or has failed
//   kEaiFail    it refuses to answer
//   kEtimedout  the time of `limit` has passed
//   kEcanceled  the look-up has been given up, or the run is ending
class Resolver {
 public:
  Resolver(Call& call, NameServer* server, const CallLimit& limit);

  // Finds the addresses of `name`, in the order of the answer. kA or kAaaa
  // leaves out those of the other version. Returns also:
  //   kEaiNoname  there is no such name
  //   kEaiNodata  the name has no such addresses
  Result<DnsMessage> FindAddresses(absl::string_view name, DnsType type);
  // Finds the name that `ip` has. Returns also kEaiNoname if it has none.
  Result<DnsMessage> FindName(const IpAddress& ip);

  // Why the look-up has ended, if it was neither an answer nor the end of the
  // run.
  bool has_timed_out() const { return has_timed_out_; }
  bool is_given_up() const { return is_given_up_; }

 private:
  Result<DnsMessage> Ask(const DnsMessage& query);
  // Waits for the answer until `end`. Returns kEagain if there is none by then.
  ErrorCode Await(const NameServer::Question& question, Waiter** waiting,
                  Time end);

  Call& call_;
  NameServer* const server_;
  const CallLimit& limit_;
  const Time deadline_;
  bool has_timed_out_ = false;
  bool is_given_up_ = false;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_RESOLVER_H_
