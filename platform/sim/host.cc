#include "mortise/platform/sim/host.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/fault/faulty_platform.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/host/fault_site.h"
#include "mortise/platform/sim/host/life.h"
#include "mortise/platform/sim/host/netstat.h"
#include "mortise/platform/sim/host/platform.h"
#include "mortise/platform/sim/host/virtual_mode.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {

struct Host::Faults {
  Faults(HostId id, SimulatedHost& host, fault::Rules& rules)
      : site(id, host), platform(site, rules) {}

  HostFaultSite site;
  fault::FaultyPlatform platform;
};

Host::Host(HostId id, Scheduler& scheduler, Fabric& fabric, VirtualMode& mode,
           fault::Rules& rules, std::shared_ptr<LocalClock> local_clock,
           std::unique_ptr<SimulatedHost> host)
    : id_(id),
      name_(fabric.NameOf(id)),
      fabric_(fabric),
      mode_(mode),
      local_clock_(std::move(local_clock)),
      clock_(scheduler, local_clock_),
      host_(std::move(host)),
      faults_(std::make_unique<Faults>(id_, *host_, rules)),
      life_(std::make_unique<HostLife>(LifeParts{id, scheduler, mode, fabric,
                                                 host_->machine(), platform(),
                                                 local_clock_})) {
  const EntranceLock lock(mode_);
  CheckArgument(fabric_.PowerOn(id_, host_->kernel()) == kDone,
                "HostOptions::interfaces",
                "has an address of another host of the simulation");
}

Host::~Host() {
  const EntranceLock lock(mode_);
  fabric_.PowerOff(id_);
}

Platform& Host::platform() { return faults_->platform.platform(); }

Thread Host::Start(absl::string_view name, std::function<void()> body) {
  return life_->Start(name, std::move(body));
}

void Host::OnBoot(std::function<void()> body) {
  life_->OnBoot(std::move(body));
}

void Host::Crash(Death how) { life_->Crash(how); }

void Host::Restart() { life_->Restart(); }

void Host::Pause(absl::Duration time) { life_->Pause(time); }

void Host::SetSkew(absl::Duration by) { life_->SetSkew(by); }

void Host::SetDrift(int parts_per_million) {
  life_->SetDrift(parts_per_million);
}

std::string Host::NetstatLocked() const {
  return NetstatText(name_, host_->kernel());
}

std::string Host::Netstat() const {
  const EntranceLock lock(mode_);
  return NetstatLocked();
}

void Host::SetUp(absl::string_view interface, bool up) {
  const EntranceLock lock(mode_);
  const ErrorCode error = fabric_.SetUp(id_, interface, up);
  CheckArgument(error == kDone || error == ErrorCode::kEhostdown,
                "Host::SetUp: interface", "is not one of the host");
}

absl::Status Host::AddAddress(absl::string_view interface,
                              const InterfaceAddress& address) {
  const EntranceLock lock(mode_);
  return StatusOf("AddAddress", interface,
                  fabric_.AddAddress(id_, interface, address));
}

absl::Status Host::RemoveAddress(absl::string_view interface,
                                 const IpAddress& ip) {
  const EntranceLock lock(mode_);
  return StatusOf("RemoveAddress", interface,
                  fabric_.RemoveAddress(id_, interface, ip));
}

absl::Status Host::StatusOf(const char* call, absl::string_view interface,
                            ErrorCode error) const {
  const std::string where =
      absl::StrCat(call, ": ", name_, " ", interface, ": ");
  switch (error) {
    case kDone:
      return absl::OkStatus();
    case ErrorCode::kEnodev:
      return absl::NotFoundError(
          absl::StrCat(where, "the host has no such interface"));
    case ErrorCode::kEaddrnotavail:
      return absl::NotFoundError(
          absl::StrCat(where, "the interface does not have the address"));
    case ErrorCode::kEhostdown:
      return absl::FailedPreconditionError(
          absl::StrCat(where, "the host has no power"));
    case ErrorCode::kEexist:
    case ErrorCode::kEaddrinuse:
      return absl::AlreadyExistsError(
          absl::StrCat(where, "a host of the simulation has the address"));
    default:
      return absl::InvalidArgumentError(absl::StrCat(
          where, "the prefix is negative or longer than the address"));
  }
}

}  // namespace sim
}  // namespace mortise
