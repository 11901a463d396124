// Hosts of a simulation that reach each other.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kPort = 5432;
// Another latency than links have that nobody has set.
constexpr absl::Duration kOneWay = absl::Microseconds(800);

LinkOptions QuietLink() {
  LinkOptions link;
  link.latency_min = kOneWay;
  link.latency_mean = kOneWay;
  return link;
}

Socket MustListen() {
  absl::StatusOr<Socket> listener = Socket::Create(kAfInet, kSockStream);
  EXPECT_TRUE(listener.ok()) << listener.status();
  if (!listener.ok()) return Socket();
  EXPECT_TRUE(listener->Bind({"", kPort}).ok());
  EXPECT_TRUE(listener->Listen().ok());
  return *std::move(listener);
}

std::string MustReceiveAll(Socket& socket) {
  std::string all;
  for (;;) {
    const absl::StatusOr<std::string> piece = socket.Recv(65536);
    EXPECT_TRUE(piece.ok()) << piece.status();
    if (!piece.ok() || piece->empty()) return all;
    all += *piece;
  }
}

ErrorCode CodeOf(const absl::Status& status) {
  return ErrorOf(status).value_or(Error()).code;
}

class Lines final : public TraceSink {
 public:
  void Line(absl::string_view line) override { lines_.emplace_back(line); }
  const std::vector<std::string>& all() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

// A client on "app", and on "db" a server that hears everything that its first
// client says.
class Pair {
 public:
  explicit Pair(const SimulationOptions& options = SimulationOptions())
      : simulation_(options),
        app_(simulation_.AddHost("app")),
        db_(simulation_.AddHost("db")) {
    simulation_.SetLink(app_, db_, QuietLink());
  }

  Simulation& simulation() { return simulation_; }
  Faults& faults() { return simulation_.faults(); }
  Host& app() { return app_; }
  Host& db() { return db_; }
  Clock& clock() { return simulation_.clock(); }

  // Runs `client` on "app", after the server has begun to listen.
  template <typename Client>
  void Run(Client client) {
    const absl::Status status = simulation_.Run(app_, [&] {
      Thread server = db_.Start("server", [this] { Serve(); });
      clock().Sleep(absl::Seconds(1));
      client();
    });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_THAT(simulation_.left_to_chance(), IsEmpty());
  }

  const std::string& heard() const { return heard_; }

  // Connects to the server, without a look-up. `took` becomes how long it took.
  absl::StatusOr<Socket> Connect(absl::Duration* took) {
    const absl::Time begin = clock().TimeNow();
    absl::StatusOr<Socket> socket = CreateConnection({"10.0.0.2", kPort});
    *took = clock().TimeNow() - begin;
    return socket;
  }

 private:
  // A client that never comes is no reason to wait for ever.
  void Serve() {
    Socket listener = MustListen();
    ASSERT_TRUE(listener.SetTimeout(absl::Minutes(10)).ok());
    absl::StatusOr<AcceptResult> client = listener.Accept();
    if (client.ok()) heard_ = MustReceiveAll(client->socket);
  }

  Simulation simulation_;
  Host& app_;
  Host& db_;
  std::string heard_;
};

TEST(NetworkTest, AConnectionTakesOneRoundTrip) {
  Pair pair;
  pair.Run([&pair] {
    absl::Duration took;
    const absl::StatusOr<Socket> socket = pair.Connect(&took);
    ASSERT_TRUE(socket.ok()) << socket.status();
    EXPECT_EQ(took, 2 * kOneWay);
    const absl::StatusOr<SocketAddress> peer = socket->GetPeerName();
    ASSERT_TRUE(peer.ok()) << peer.status();
    EXPECT_EQ(peer->ToString(), "10.0.0.2:5432");
  });
}

TEST(NetworkTest, ThePortOfAHostIsItsOwn) {
  Pair pair;
  pair.Run([&pair] {
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
    ASSERT_TRUE(socket.ok());
    EXPECT_TRUE(IsConnectionRefused(socket->Connect(HostPort{"app", kPort})));
    absl::Duration took;
    EXPECT_TRUE(pair.Connect(&took).ok());
  });
}

// Returns the digest of a run in which a megabyte crosses a link that loses
// packets, swaps and doubles them.
std::uint64_t DigestOfLossyTransfer(std::uint64_t seed) {
  std::string sent(1 << 20, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) {
    sent[i] = static_cast<char>(i * 2654435761u >> 13);
  }
  SimulationOptions options;
  options.seed = seed;
  Pair pair(options);
  LinkOptions link = QuietLink();
  link.loss = {1, 50};
  link.reordering = {1, 50};
  link.duplication = {1, 50};
  pair.simulation().SetLink(pair.app(), pair.db(), link);
  pair.Run([&pair, &sent] {
    absl::Duration took;
    absl::StatusOr<Socket> socket = pair.Connect(&took);
    ASSERT_TRUE(socket.ok()) << socket.status();
    EXPECT_TRUE(socket->SendAll(sent).ok());
  });
  EXPECT_TRUE(pair.heard() == sent) << pair.heard().size() << " bytes";
  return pair.simulation().digest();
}

TEST(NetworkTest, ALossyLinkDeliversEveryByteAndTheSeedDecidesHow) {
  const std::uint64_t digest = DigestOfLossyTransfer(7);
  EXPECT_EQ(DigestOfLossyTransfer(7), digest);
  EXPECT_NE(DigestOfLossyTransfer(8), digest);
}

// Six SYNs more, each after twice the time: 1 + 2 + 4 + ... + 64 seconds.
TEST(NetworkTest, AConnectionAcrossAPartitionTimesOutAfter127Seconds) {
  Pair pair;
  pair.Run([&pair] {
    {
      const Rule cut = pair.faults().Partition({pair.app()}, {pair.db()});
      absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
      ASSERT_TRUE(socket.ok());
      const absl::Time begin = pair.clock().TimeNow();
      const absl::Status connected =
          socket->Connect(HostPort{"10.0.0.2", kPort});
      EXPECT_EQ(CodeOf(connected), ErrorCode::kEtimedout) << connected;
      EXPECT_EQ(pair.clock().TimeNow() - begin, absl::Seconds(127));
      EXPECT_EQ(cut.hits(), 7);
    }
    absl::Duration took;
    EXPECT_TRUE(pair.Connect(&took).ok());
    EXPECT_EQ(took, 2 * kOneWay);
  });
}

TEST(NetworkTest, WhatWasSentIntoAPartitionArrivesAfterItHasHealed) {
  Pair pair;
  pair.Run([&pair] {
    absl::Duration took;
    absl::StatusOr<Socket> socket = pair.Connect(&took);
    ASSERT_TRUE(socket.ok()) << socket.status();
    const Rule cut = pair.faults().Partition({pair.app()}, {pair.db()});
    EXPECT_TRUE(socket->SendAll("hello").ok());
    pair.clock().Sleep(absl::Seconds(10));
    EXPECT_GT(cut.hits(), 1);
  });
  EXPECT_EQ(pair.heard(), "hello");
}

// The answer to the first SYN and the second SYN are lost. So it is the server
// that tries again, with a timer that it has set when the first SYN came. No
// program calls it meanwhile.
TEST(NetworkTest, ATimerRunsThatAPacketHasSet) {
  Pair pair;
  PacketMatch to_server;
  to_server.to = pair.db();
  PacketMatch to_client;
  to_client.to = pair.app();
  const Rule second =
      pair.faults().OnPackets(to_server, PacketFate::Drop(), When::Nth(2));
  const Rule answer =
      pair.faults().OnPackets(to_client, PacketFate::Drop(), When::Once());
  pair.Run([&pair] {
    absl::Duration took;
    EXPECT_TRUE(pair.Connect(&took).ok());
    EXPECT_EQ(took, absl::Seconds(1) + 2 * kOneWay);
  });
  EXPECT_EQ(second.hits(), 1);
  EXPECT_EQ(answer.hits(), 1);
}

// The idle connection has a timer that is due in two hours.
TEST(NetworkTest, ATimerThatIsSetLaterMayRunEarlier) {
  Pair pair;
  pair.Run([&pair] {
    absl::Duration took;
    absl::StatusOr<Socket> idle = pair.Connect(&took);
    ASSERT_TRUE(idle.ok()) << idle.status();
    ASSERT_TRUE(idle->SetSockOpt(kSolSocket, kSoKeepalive, 1).ok());
    // Until nothing of the handshake is due any more.
    pair.clock().Sleep(absl::Seconds(10));
    const Rule cut = pair.faults().Partition({pair.app()}, {pair.db()});
    const absl::StatusOr<Socket> second = pair.Connect(&took);
    EXPECT_EQ(CodeOf(second.status()), ErrorCode::kEtimedout);
    EXPECT_EQ(took, absl::Seconds(127));
  });
}

// What a rule has held back arrives without another call of a socket.
TEST(NetworkTest, TheEndOfARuleDeliversWhatItHasHeldBack) {
  Pair pair;
  pair.Run([&pair] {
    const absl::Time begin = pair.clock().TimeNow();
    Thread repair = pair.app().Start("repair", [&pair] {
      const Rule clog = pair.faults().Clog(pair.db(), pair.app());
      pair.clock().Sleep(absl::Milliseconds(700));
      EXPECT_EQ(clog.hits(), 1);
    });
    pair.clock().Sleep(absl::Milliseconds(100));
    absl::Duration took;
    EXPECT_TRUE(pair.Connect(&took).ok());
    EXPECT_EQ(pair.clock().TimeNow() - begin, absl::Milliseconds(700));
  });
}

TEST(NetworkTest, ARuleCountsItsPackets) {
  Pair pair;
  PacketMatch segments;
  segments.to = pair.db();
  segments.port = kPort;
  const Rule lost =
      pair.faults().OnPackets(segments, PacketFate::Drop(), When::First(2));
  pair.Run([&pair] {
    absl::Duration took;
    EXPECT_TRUE(pair.Connect(&took).ok());
    EXPECT_EQ(took, absl::Seconds(3) + 2 * kOneWay);
  });
  EXPECT_EQ(lost.hits(), 2);
}

TEST(NetworkTest, AnInterfaceThatIsDownHearsNothing) {
  Pair pair;
  pair.db().SetUp("eth0", false);
  pair.Run([&pair] {
    Thread repair = pair.db().Start("repair", [&pair] {
      pair.clock().Sleep(absl::Milliseconds(500));
      pair.db().SetUp("eth0", true);
    });
    absl::Duration took;
    EXPECT_TRUE(pair.Connect(&took).ok());
    EXPECT_EQ(took, absl::Seconds(1) + 2 * kOneWay);
    pair.app().SetUp("eth0", false);
    absl::StatusOr<Socket> other = Socket::Create(kAfInet, kSockStream);
    ASSERT_TRUE(other.ok());
    const absl::Status status = other->Connect(HostPort{"10.0.0.2", kPort});
    EXPECT_EQ(CodeOf(status), ErrorCode::kEnetunreach) << status;
    // The end of the connection that is there finds its way.
    pair.app().SetUp("eth0", true);
  });
}

TEST(NetworkTest, AnAddressComesAndGoes) {
  Pair pair;
  const InterfaceAddress added{IpAddress::V4(10, 9, 9, 9), 8};
  EXPECT_TRUE(pair.db().AddAddress("eth0", added).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(pair.app().AddAddress("eth0", added)));
  EXPECT_TRUE(absl::IsNotFound(pair.db().AddAddress("eth1", added)));
  EXPECT_TRUE(absl::IsInvalidArgument(
      pair.db().AddAddress("eth0", {IpAddress::V4(10, 9, 9, 8), 33})));
  pair.Run([&pair, &added] {
    EXPECT_TRUE(CreateConnection({"10.9.9.9", kPort}).ok());
    // Until the connection is closed at both ends.
    pair.clock().Sleep(absl::Seconds(1));
    EXPECT_TRUE(pair.db().RemoveAddress("eth0", added.ip).ok());
    EXPECT_TRUE(absl::IsNotFound(pair.db().RemoveAddress("eth0", added.ip)));
  });
}

TEST(NetworkTest, TheTraceHasThePackets) {
  Lines lines;
  SimulationOptions options;
  options.trace = &lines;
  Pair pair(options);
  const Rule lost =
      pair.faults().OnPackets(PacketMatch(), PacketFate::Drop(), When::Once());
  pair.Run([&pair] {
    absl::Duration took;
    EXPECT_TRUE(pair.Connect(&took).ok());
  });
  EXPECT_THAT(lines.all(), Contains(testing::AllOf(
                               HasSubstr("1.000000000 app sent tcp 10.0.0.1:"),
                               EndsWith(", 0 bytes: drop, First(1)"))));
  EXPECT_THAT(lines.all(),
              Contains(testing::AllOf(HasSubstr("2.000800000 db received tcp "),
                                      HasSubstr(" > 10.0.0.2:5432 SYN seq "))));
}

TEST(NetworkDeathTest, AnInterfaceThatDoesNotExistIsNamed) {
  Pair pair;
  EXPECT_DEATH(pair.db().SetUp("eth7", true), "Host::SetUp: interface");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
