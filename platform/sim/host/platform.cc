#include "mortise/platform/sim/host/platform.h"

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/linux_errors.h"
#include "mortise/platform/sim/host/message_flags.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"

namespace mortise {
namespace sim {
namespace {

// Of Linux: sockaddr_un has 108 bytes with the terminator.
constexpr std::size_t kMostUnixPath = 107;

}  // namespace

KernelOptions SimulatedHost::Completed(const KernelOptions& options,
                                       const ErrorTable& errors,
                                       Waiting& waiting) {
  KernelOptions result = options;
  result.errors = &errors;
  result.caller = [&waiting] { return waiting.Caller(); };
  return result;
}

SystemFacts SimulatedHost::Facts(const ErrorTable& errors) {
  const MessageFlags flags;
  SystemFacts facts;
  facts.errors = errors;
  facts.max_unix_path = kMostUnixPath;
  facts.pair_family = kAfUnix;
  facts.wait_flags.do_not_wait = flags.do_not_wait;
  // There is no queue of errors, so no flag receives from it.
  // As on Linux, whose poll(2) does not look at the sending half of AF_UNIX.
  facts.woken_by_shutdown.unix_senders = false;
  return facts;
}

SimulatedHost::SimulatedHost(Waiting& waiting,
                             const SimulatedHostOptions& options)
    : errors_table_(LinuxErrors()),
      machine_(waiting, Completed(options.kernel, errors_table_, waiting)),
      host_{waiting, machine_},
      sockets_(host_),
      readiness_(host_),
      clock_(waiting, options.kernel.clock),
      names_(host_, services_, options.name, options.name_server),
      interfaces_(host_),
      files_(errors_table_),
      platform_({&sockets_, &readiness_, &clock_, &names_, &services_,
                 &interfaces_, &files_, &errors_},
                Facts(errors_table_)) {}

void SimulatedHost::AddDirectory(absl::string_view path) {
  Perform(host_, "mkdir", [path](Call& call) {
    call.kernel().unix_names().AddDirectory(path);
    return kDone;
  });
}

}  // namespace sim
}  // namespace mortise
