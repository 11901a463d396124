#include "mortise/platform/sim/host.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sim/host/platform.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {

Host::Host(absl::string_view name, std::unique_ptr<SimulatedHost> host)
    : name_(name), host_(std::move(host)) {}

Host::~Host() = default;

Platform& Host::platform() { return host_->platform(); }

Thread Host::Start(absl::string_view name, std::function<void()> body) {
  return Thread(name, std::move(body), this, &platform());
}

}  // namespace sim
}  // namespace mortise
