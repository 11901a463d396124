// A client that looks names up, and how long that takes.

#ifndef MORTISE_TESTS_PLATFORM_SIM_NAMES_LAB_H_
#define MORTISE_TESTS_PLATFORM_SIM_NAMES_LAB_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/names.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {

// From a host to the name server, or to another host, and back.
inline constexpr absl::Duration kRoundTrip = absl::Milliseconds(1);

inline ErrorCode CodeOf(const absl::Status& status) {
  return ErrorOf(status).value_or(Error()).code;
}

// What a look-up has found: "10.0.0.2 fd00::2", or the name of its error. The
// host is the one of the calling thread.
inline std::string LookUp(absl::string_view name,
                          GetAddrInfoOptions options = {}) {
  options.type = kSockStream;
  const absl::StatusOr<std::vector<AddrInfo>> found =
      GetAddrInfo(name, 80, options);
  if (!found.ok()) return std::string(ErrorCodeName(CodeOf(found.status())));
  std::string text;
  for (const AddrInfo& info : *found) {
    if (!text.empty()) text += ' ';
    text += info.address.host();
  }
  return text;
}

inline std::string LookUp(absl::string_view name, AddressFamily family) {
  GetAddrInfoOptions options;
  options.family = family;
  return LookUp(name, options);
}

class Lines final : public TraceSink {
 public:
  void Line(absl::string_view line) override { lines_.emplace_back(line); }
  const std::vector<std::string>& all() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

// A client on "app", and another host "db" with 10.0.0.2 and fd00::2.
class NamesLab {
 public:
  explicit NamesLab(const SimulationOptions& options = SimulationOptions(),
                    const HostOptions& app = HostOptions())
      : simulation_(options),
        app_(simulation_.AddHost("app", app)),
        db_(simulation_.AddHost("db")) {}

  Simulation& simulation() { return simulation_; }
  Names& names() { return simulation_.names(); }
  Host& app() { return app_; }
  Host& db() { return db_; }

  // Runs `client` on "app".
  void Run(const std::function<void()>& client) {
    const absl::Status status = simulation_.Run(app_, client);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_THAT(simulation_.left_to_chance(), testing::IsEmpty());
  }

  // How much virtual time `body` takes.
  absl::Duration TimeOf(const std::function<void()>& body) {
    const absl::Time begin = simulation_.clock().TimeNow();
    body();
    return simulation_.clock().TimeNow() - begin;
  }

 private:
  Simulation simulation_;
  Host& app_;
  Host& db_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_NAMES_LAB_H_
