// Hosts with rules about what they send to each other.

#ifndef MORTISE_TESTS_PLATFORM_SIM_NET_FAULTS_LAB_H_
#define MORTISE_TESTS_PLATFORM_SIM_NET_FAULTS_LAB_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/time.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"
#include "mortise/tests/platform/sim/net/net_lab.h"

namespace mortise {
namespace sim {

// Of the links between the hosts.
inline constexpr Time kLatency = 500 * kMicrosecond;

// Three hosts, and a stream of numbered datagrams from `a` to `b`.
class FaultsLab : public ::testing::Test {
 protected:
  FaultsLab()
      : a_(lab_.AddHost("a")),
        b_(lab_.AddHost("b")),
        c_(lab_.AddHost("c")),
        faults_(7, lab_.fabric(), lab_),
        receiver_(lab_.Receiver(b_, 7)),
        sender_(lab_.Sender(a_, AddressOf(b_, 7))) {}

  // Sends datagrams "1", "2", ... a millisecond apart. Returns what arrived.
  std::vector<std::string> Exchange(int count) {
    for (int i = 1; i <= count; ++i) {
      Send(sender_, absl::StrCat(i));
      lab_.RunFor(kMillisecond);
    }
    return Arrived();
  }
  std::vector<std::string> Arrived() { return Arrived(receiver_); }
  static std::vector<std::string> Arrived(const File& receiver) {
    std::vector<std::string> arrived;
    for (;;) {
      std::string data = Receive(receiver);
      if (data == "EAGAIN") return arrived;
      arrived.push_back(std::move(data));
    }
  }

  NetLab lab_;
  const HostId a_;
  const HostId b_;
  const HostId c_;
  Faults faults_;
  const File receiver_;
  const File sender_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_NET_FAULTS_LAB_H_
