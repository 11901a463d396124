// The files that MORTISE_SIM_TRACE and MORTISE_SIM_PCAP ask for.

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/environment.h"
#include "mortise/tests/platform/sim/net/pcapng_parser.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string ContentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

class Lines final : public TraceSink {
 public:
  void Line(absl::string_view line) override { lines_.emplace_back(line); }
  const std::vector<std::string>& all() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

// A datagram from "app" to "db", of which a rule makes two.
void Exchange(TraceSink* sink) {
  SimulationOptions options;
  options.trace = sink;
  Simulation simulation(options);
  Host& app = simulation.AddHost("app");
  simulation.AddHost("db");
  simulation.faults().OnPackets({}, PacketFate::Duplicate(1)).Keep();
  CallMatch sends;
  sends.call = fault::Call::kSendTo;
  simulation.faults().OnCalls(sends, CallFault::Take(absl::Seconds(1))).Keep();
  const absl::Status status = simulation.Run(app, [&simulation] {
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
    ASSERT_TRUE(socket.ok()) << socket.status();
    EXPECT_TRUE(socket->SendTo("abc", HostPort{"10.0.0.2", 53}).ok());
    simulation.clock().Sleep(absl::Seconds(1));
  });
  EXPECT_TRUE(status.ok()) << status;
}

// One test, because the names of the files count the simulations of the
// process.
TEST(RecordingTest, EachSimulationHasItsFiles) {
  const std::string folder = ::testing::TempDir();
  const std::string trace = absl::StrCat(folder, "/recording_test.trace");
  const std::string packets = absl::StrCat(folder, "/recording_test.pcapng");
  const testing::ScopedVariable for_trace("MORTISE_SIM_TRACE", trace);
  const testing::ScopedVariable for_packets("MORTISE_SIM_PCAP", packets);
  Lines lines;
  Exchange(&lines);
  Exchange(nullptr);

  // The trace has every line, and the sink of the program has them as well.
  const std::string written = ContentsOf(trace);
  std::vector<std::string> read = absl::StrSplit(written, '\n');
  ASSERT_THAT(read, Not(IsEmpty()));
  EXPECT_EQ(read.back(), "");
  read.pop_back();
  EXPECT_EQ(read, lines.all());
  EXPECT_THAT(read, Contains(HasSubstr("by rule SendTo: Take(1s), First(1)")));
  EXPECT_EQ(ContentsOf(absl::StrCat(trace, ".2")), written);

  const std::string bytes = ContentsOf(packets);
  const Parsed file = Parse(bytes);
  EXPECT_THAT(file.interfaces,
              ElementsAre("app/lo", "app/eth0", "db/lo", "db/eth0"));
  // The datagram, and the answer that its port is closed to each copy.
  ASSERT_THAT(file.packets, SizeIs(3));
  EXPECT_EQ(file.packets[0].interface, "app/eth0");
  EXPECT_EQ(file.packets[0].comment, "duplicate 1 times, Always()");
  EXPECT_THAT(file.packets, Contains(Field(&Captured::interface, "db/eth0")));
  EXPECT_EQ(ContentsOf(absl::StrCat(packets, ".2")), bytes);
}

TEST(RecordingDeathTest, AFileThatCannotBeWrittenEndsTheProcess) {
  const std::string nowhere =
      absl::StrCat(::testing::TempDir(), "/no/such/folder/file");
  for (const char* const variable : {"MORTISE_SIM_TRACE", "MORTISE_SIM_PCAP"}) {
    EXPECT_DEATH(
        {
          const testing::ScopedVariable asked(variable, nowhere);
          const Simulation simulation;
        },
        absl::StrCat(variable,
                     ": the file .*no/such/folder/file.* cannot be "
                     "written: errno "));
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise
