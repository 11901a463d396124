// Names of a simulation: what look-ups find, and how long they take.

#include "mortise/platform/sim/names.h"

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
#include "mortise/core/address_lookup.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/constants.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/gethostbyname.h"
#include "mortise/core/getnameinfo.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/numeric_host.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/names_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

constexpr int kPort = 5432;

// Accepts connections on the host of the calling thread until the run ends.
void Serve() {
  absl::StatusOr<Socket> listener = Socket::Create(kAfInet, kSockStream);
  ASSERT_TRUE(listener.ok()) << listener.status();
  ASSERT_TRUE(listener->Bind({"", kPort}).ok());
  ASSERT_TRUE(listener->Listen().ok());
  std::vector<Socket> clients;
  for (;;) {
    absl::StatusOr<AcceptResult> client = listener->Accept();
    if (!client.ok()) return;
    clients.push_back(std::move(client->socket));
  }
}

std::string PeerOf(const absl::StatusOr<Socket>& socket) {
  if (!socket.ok()) return std::string(socket.status().message());
  return socket->GetPeerName()->ToString();
}

TEST(NamesTest, HostsFindEachOtherAndTheAnswerTakesARoundTrip) {
  NamesLab lab;
  lab.Run([&lab] {
    EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("db"), "10.0.0.2 fd00::2"); }),
              kRoundTrip);
    EXPECT_EQ(LookUp("db", kAfInet), "10.0.0.2");
    EXPECT_EQ(LookUp("DB.", kAfInet6), "fd00::2");
    EXPECT_EQ(GetHostByName("db").value_or(""), "10.0.0.2");
    EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("cache"), "EAI_NONAME"); }),
              kRoundTrip);
  });
}

TEST(NamesTest, AHostKnowsItselfWithoutAsking) {
  NamesLab lab;
  lab.names().Set("app", {"10.7.7.7"});
  lab.Run([&lab] {
    const Rule silent = lab.names().OnQueries({}, QueryFault::Silence());
    EXPECT_EQ(lab.TimeOf([] {
      EXPECT_EQ(LookUp("app", kAfInet), "10.0.0.1");
      EXPECT_EQ(LookUp("localhost", kAfInet), "127.0.0.1");
      EXPECT_EQ(LookUp("10.9.9.9"), "10.9.9.9");
      EXPECT_EQ(GetHostByAddr("10.0.0.1").value_or(HostInfo()).name, "app");
      EXPECT_EQ(LookUp("no..name"), "EAI_NONAME");
    }),
              absl::ZeroDuration());
    EXPECT_EQ(silent.hits(), 0);
  });
}

TEST(NamesTest, AddressesComeInTheOrderGiven) {
  NamesLab lab;
  lab.names().Set("many", {"fd00::9", "10.0.0.9", "10.0.0.8", "fd00::8"});
  lab.Run([] {
    EXPECT_EQ(LookUp("many"), "fd00::9 10.0.0.9 10.0.0.8 fd00::8");
    EXPECT_EQ(LookUp("many", kAfInet), "10.0.0.9 10.0.0.8");
    GetAddrInfoOptions mapped;
    mapped.family = kAfInet6;
    mapped.flags = kAiV4mapped;
    EXPECT_EQ(LookUp("db", mapped), "fd00::2");
  });
}

TEST(NamesTest, AVersionThatANameDoesNotHaveIsNoData) {
  NamesLab lab;
  lab.names().Set("six", {"fd00::9"});
  lab.names().Set("four", {"10.0.0.9"});
  lab.Run([] {
    EXPECT_EQ(LookUp("six", kAfInet), "EAI_NODATA");
    EXPECT_EQ(CodeOf(GetHostByNameEx("six").status()), ErrorCode::kNoData);
    EXPECT_EQ(CodeOf(GetHostByNameEx("seven").status()),
              ErrorCode::kHostNotFound);
    GetAddrInfoOptions mapped;
    mapped.family = kAfInet6;
    mapped.flags = kAiV4mapped;
    EXPECT_EQ(LookUp("four", mapped), "::ffff:10.0.0.9");
  });
}

TEST(NamesTest, AnAliasHasTheCanonicalName) {
  NamesLab lab;
  lab.names().Alias("www", "Web.example.");
  lab.names().Alias("web.example", "db");
  lab.Run([&lab] {
    EXPECT_EQ(LookUp("www"), "10.0.0.2 fd00::2");
    GetAddrInfoOptions options;
    options.flags = kAiCanonname;
    const absl::StatusOr<std::vector<AddrInfo>> found =
        GetAddrInfo("www", 80, options);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->front().canonical_name, "db");
    const absl::StatusOr<HostInfo> host = GetHostByNameEx("www");
    ASSERT_TRUE(host.ok()) << host.status();
    EXPECT_EQ(host->name, "db");
    EXPECT_THAT(host->aliases, ElementsAre("www"));
    lab.names().Remove("db");
    EXPECT_EQ(LookUp("www"), "EAI_NONAME");
  });
}

TEST(NamesTest, ACircleOfAliasesIsAnErrorOfTheServer) {
  NamesLab lab;
  lab.names().Alias("a", "b");
  lab.names().Alias("b", "a");
  lab.Run([&lab] {
    EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("a"), "EAI_AGAIN"); }),
              kRoundTrip);
  });
}

TEST(NamesTest, AddressesFindTheNameThatHasStoodForThemTheLongest) {
  NamesLab lab;
  lab.names().Set("abacus", {"10.0.0.2", "10.7.7.7"});
  lab.names().Set("aardvark", {"10.7.7.7"});
  lab.Run([&lab] {
    EXPECT_EQ(lab.TimeOf([] {
      EXPECT_EQ(GetHostByAddr("fd00::2").value_or(HostInfo()).name, "db");
    }),
              kRoundTrip);
    EXPECT_EQ(GetHostByAddr("10.0.0.2").value_or(HostInfo()).name, "db");
    EXPECT_EQ(GetNameInfo({"10.7.7.7", 80}).value_or(NameInfo()).host,
              "abacus");
    lab.names().Remove("abacus");
    EXPECT_EQ(GetNameInfo({"10.7.7.7", 80}).value_or(NameInfo()).host,
              "aardvark");
    EXPECT_EQ(CodeOf(GetHostByAddr("10.7.7.8").status()),
              ErrorCode::kHostNotFound);
    EXPECT_EQ(GetNameInfo({"10.7.7.8", 80}).value_or(NameInfo()).host,
              "10.7.7.8");
    EXPECT_EQ(CodeOf(GetNameInfo({"10.7.7.8", 80}, kNiNamereqd).status()),
              ErrorCode::kEaiNoname);
  });
}

// A host is known by the addresses that it has.
TEST(NamesTest, AHostThatGetsAnAddressIsFoundThere) {
  NamesLab lab;
  lab.Run([&lab] {
    const InterfaceAddress added{IpAddress::V4(10, 9, 9, 9), 8};
    ASSERT_TRUE(lab.db().AddAddress("eth0", added).ok());
    EXPECT_EQ(LookUp("db", kAfInet), "10.0.0.2 10.9.9.9");
    EXPECT_EQ(GetHostByAddr("10.9.9.9").value_or(HostInfo()).name, "db");
    ASSERT_TRUE(lab.db().RemoveAddress("eth0", added.ip).ok());
    EXPECT_EQ(LookUp("db", kAfInet), "10.0.0.2");
    EXPECT_FALSE(GetHostByAddr("10.9.9.9").ok());
  });
}

TEST(NamesTest, ANameChangesBetweenTwoConnects) {
  NamesLab lab;
  Host& other = lab.simulation().AddHost("other");
  lab.names().Set("service", {"10.0.0.2"});
  lab.Run([&lab, &other] {
    lab.db().Start("server", Serve).detach();
    other.Start("server", Serve).detach();
    lab.simulation().clock().Sleep(absl::Seconds(1));
    EXPECT_EQ(PeerOf(CreateConnection({"service", kPort})), "10.0.0.2:5432");
    lab.names().Set("service", {"10.0.0.3"});
    EXPECT_EQ(PeerOf(CreateConnection({"service", kPort})), "10.0.0.3:5432");
    lab.names().Remove("service");
    EXPECT_TRUE(IsNameNotFound(CreateConnection({"service", kPort}).status()));
  });
}

// A query needs half a millisecond to the server, and the answer as much back.
TEST(NamesTest, AQueryIsAnsweredWithWhatHoldsWhenItReachesTheServer) {
  NamesLab lab;
  lab.names().Set("service", {"10.0.0.7"});
  const auto change_after = [&lab](absl::Duration time) {
    return Thread("change", [&lab, time] {
      lab.simulation().clock().Sleep(time);
      lab.names().Set("service", {"10.0.0.8"});
    });
  };
  lab.Run([&lab, &change_after] {
    {
      const Thread early = change_after(absl::Microseconds(400));
      EXPECT_EQ(LookUp("service"), "10.0.0.8");
    }
    lab.names().Set("service", {"10.0.0.7"});
    {
      const Thread late = change_after(absl::Microseconds(600));
      EXPECT_EQ(LookUp("service"), "10.0.0.7");
    }
    EXPECT_EQ(LookUp("service"), "10.0.0.8");
  });
}

TEST(NamesTest, TheLinkToTheServerCounts) {
  NamesLab lab;
  LinkOptions far;
  far.latency_min = far.latency_mean = absl::Milliseconds(70);
  lab.simulation().SetLink(lab.app(), lab.names().server(), far);
  lab.Run([&lab] {
    EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("db", kAfInet), "10.0.0.2"); }),
              absl::Milliseconds(140));
  });
}

TEST(NamesTest, WithoutAnInterfaceNobodyIsAsked) {
  NamesLab lab;
  lab.Run([&lab] {
    lab.app().SetUp("eth0", false);
    EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("db"), "EAI_AGAIN"); }),
              absl::ZeroDuration());
    lab.app().SetUp("eth0", true);
    EXPECT_EQ(LookUp("db", kAfInet), "10.0.0.2");
  });
}

// The IPv6 address belongs to nobody, and nobody says so: two look-ups side by
// side, the delay, and a handshake. It is tried first, since the client has a
// global address of IPv6 as well (RFC 6724).
TEST(NamesTest, HappyEyeballsLeaveABlackHoleAfterTheDelay) {
  Interface interface;
  interface.name = "eth0";
  interface.addresses = {{IpAddress::V4(10, 0, 0, 1), 8},
                         {*ReadNumericIp("2001:db8:1::1"), 64}};
  HostOptions app;
  app.interfaces = {interface};
  NamesLab lab(SimulationOptions(), app);
  lab.names().Set("service", {"2001:db8:1::99", "10.0.0.2"});
  lab.Run([&lab] {
    lab.db().Start("server", Serve).detach();
    lab.simulation().clock().Sleep(absl::Seconds(1));
    CreateConnectionOptions options;
    options.attempt_delay = absl::Milliseconds(250);
    absl::StatusOr<Socket> socket;
    EXPECT_EQ(lab.TimeOf([&socket, &options] {
      socket = CreateConnection({"service", kPort}, options);
    }),
              kRoundTrip + absl::Milliseconds(250) + kRoundTrip);
    EXPECT_EQ(PeerOf(socket), "10.0.0.2:5432");
  });
}

TEST(NamesTest, ALookUpEndsWithItsTimeout) {
  NamesLab lab;
  lab.Run([&lab] {
    const Rule slow =
        lab.names().OnQueries({}, QueryFault::Take(absl::Seconds(3)));
    GetAddrInfoOptions options;
    options.timeout = absl::Milliseconds(1500);
    EXPECT_EQ(lab.TimeOf([&options] {
      EXPECT_TRUE(IsTimeout(GetAddrInfo("db", 80, options).status()));
    }),
              absl::Milliseconds(1500));
    EXPECT_TRUE(
        IsTimeout(GetHostByName("db", {absl::Milliseconds(10)}).status()));
    options.timeout = absl::Seconds(4);
    EXPECT_EQ(lab.TimeOf([&options] {
      EXPECT_EQ(LookUp("db", options), "10.0.0.2 fd00::2");
    }),
              absl::Seconds(3) + kRoundTrip);
  });
}

TEST(NamesTest, ALookUpIsCancelled) {
  NamesLab lab;
  lab.Run([&lab] {
    const Rule silent = lab.names().OnQueries({}, QueryFault::Silence());
    GetAddrInfoOptions options;
    options.cancellation.emplace();
    const Thread canceller("canceller", [&lab, &options] {
      lab.simulation().clock().Sleep(absl::Milliseconds(700));
      options.cancellation->Cancel();
    });
    EXPECT_EQ(lab.TimeOf([&options] {
      EXPECT_TRUE(
          mortise::IsCancelled(GetAddrInfo("db", 80, options).status()));
    }),
              absl::Milliseconds(700));
  });
}

TEST(NamesTest, ALookUpBesideOtherWorkWakesAPoller) {
  NamesLab lab;
  lab.Run([&lab] {
    absl::StatusOr<Poller> poller = Poller::Create();
    ASSERT_TRUE(poller.ok()) << poller.status();
    absl::StatusOr<AddressLookup> first = AddressLookup::Start("db", 80);
    absl::StatusOr<AddressLookup> second = AddressLookup::Start("cache", 80);
    ASSERT_TRUE(first.ok() && second.ok());
    first->WhenDone([&poller] { poller->Wake(); });
    EXPECT_FALSE(first->done());
    EXPECT_EQ(lab.TimeOf([&poller, &first] {
      PollResult ready;
      while (!first->done()) {
        ASSERT_TRUE(poller->Wait(absl::InfiniteDuration(), &ready).ok());
      }
    }),
              kRoundTrip);
    EXPECT_EQ(first->Get()->size(), 6u);
    EXPECT_TRUE(IsNameNotFound(second->Get().status()));
  });
}

TEST(NamesTest, ALookUpBesideOtherWorkIsGivenUp) {
  NamesLab lab;
  const Rule silent = lab.names().OnQueries({}, QueryFault::Silence());
  lab.Run([&lab] {
    EXPECT_EQ(lab.TimeOf([] {
      GetAddrInfoOptions options;
      options.timeout = absl::Seconds(2);
      absl::StatusOr<AddressLookup> lookup =
          AddressLookup::Start("db", 80, options);
      ASSERT_TRUE(lookup.ok()) << lookup.status();
      EXPECT_TRUE(IsTimeout(lookup->Get().status()));
    }),
              absl::Seconds(2));
  });
}

// Returns the digest of a run with look-ups side by side.
std::uint64_t DigestOf(std::uint64_t seed, absl::string_view address) {
  SimulationOptions options;
  options.seed = seed;
  NamesLab lab(options);
  lab.names().Set("service", {std::string(address)});
  lab.Run([] {
    std::vector<Thread> threads;
    for (int i = 0; i < 5; ++i) {
      threads.emplace_back("asks", [] { LookUp("service"); });
    }
  });
  return lab.simulation().digest();
}

TEST(NamesTest, TheDigestHasTheAnswers) {
  const std::uint64_t digest = DigestOf(3, "10.0.0.7");
  EXPECT_EQ(DigestOf(3, "10.0.0.7"), digest);
  EXPECT_NE(DigestOf(4, "10.0.0.7"), digest);
  EXPECT_NE(DigestOf(3, "10.0.0.8"), digest);
}

TEST(NamesTest, TheTraceHasEachQueryWithItsAnswer) {
  Lines lines;
  SimulationOptions options;
  options.trace = &lines;
  NamesLab lab(options);
  lab.names().Alias("www", "db");
  lab.Run([] {
    LookUp("WWW", kAfInet);
    LookUp("cache");
    GetHostByAddr("10.0.0.2").status().IgnoreError();
  });
  for (const char* const line :
       {"0.000500000 dns app asked www A = db 10.0.0.2",
        "0.001500000 dns app asked cache = NXDOMAIN",
        "0.002500000 dns app asked 2.0.0.10.in-addr.arpa PTR = db"}) {
    EXPECT_THAT(lines.all(), Contains(line));
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise
