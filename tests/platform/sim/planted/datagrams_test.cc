// Bugs of programs with datagrams.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/tests/platform/sim/planted/planted.h"
#include "mortise/tests/platform/sim/planted/scene.h"

namespace mortise {
namespace sim {
namespace {

constexpr int kDatagrams = 10;

// Datagrams may overtake each other.
absl::Status TakesDatagramsAsOrdered(const SimulationOptions& options,
                                     Bug bug) {
  Scene scene(options);
  LinkOptions link;
  link.reordering = {1, 10};
  scene.simulation().SetLink(scene.server(), scene.client(), link);
  const auto receive = [bug]() -> absl::Status {
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
    if (!socket.ok()) return socket.status();
    absl::Status status = socket->Bind({"", 53});
    if (!status.ok()) return status;
    std::vector<int> numbers(kDatagrams, -1);
    for (int i = 0; i < kDatagrams; ++i) {
      const absl::StatusOr<std::string> datagram = socket->Recv(100);
      if (!datagram.ok()) return datagram.status();
      int number = 0;
      if (!absl::SimpleAtoi(*datagram, &number)) {
        return absl::InternalError(*datagram);
      }
      numbers[static_cast<std::size_t>(bug == Bug::kPlanted ? i : number)] =
          number;
    }
    for (int i = 0; i < kDatagrams; ++i) {
      status.Update(Expect(numbers[static_cast<std::size_t>(i)] == i,
                           absl::StrCat(i, " is out of order")));
    }
    return status;
  };
  const auto send = [&]() -> absl::Status {
    scene.simulation().clock().Sleep(absl::Milliseconds(10));
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
    if (!socket.ok()) return socket.status();
    for (int i = 0; i < kDatagrams; ++i) {
      const absl::Status sent =
          socket->SendTo(absl::StrCat(i), {"server", 53}).status();
      if (!sent.ok()) return sent;
    }
    return absl::OkStatus();
  };
  return scene.Run(receive, send);
}

TEST(PlantedBugTest, TakesDatagramsAsOrdered) {
  ExpectFoundWithin(20, &TakesDatagramsAsOrdered);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
