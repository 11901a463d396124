// What goes wrong with look-ups in a simulation.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/gethostbyname.h"
#include "mortise/core/getnameinfo.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/names.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/query_match.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/platform/sim/when.h"
#include "mortise/tests/platform/sim/names_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

QueryMatch About(absl::string_view name) {
  QueryMatch match;
  match.name = std::string(name);
  return match;
}

TEST(NameFaultsTest, ASilentServerIsAskedTwice) {
  NamesLab lab;
  lab.Run([&lab] {
    {
      const Rule silent = lab.names().OnQueries({}, QueryFault::Silence());
      EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("db"), "EAI_AGAIN"); }),
                absl::Seconds(10));
      EXPECT_EQ(silent.hits(), 2);
      EXPECT_EQ(CodeOf(GetHostByNameEx("db").status()), ErrorCode::kTryAgain);
      EXPECT_EQ(CodeOf(GetNameInfo({"10.0.0.2", 80}).status()),
                ErrorCode::kEaiAgain);
    }
    const Rule once =
        lab.names().OnQueries({}, QueryFault::Silence(), When::Once());
    EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("db"), "10.0.0.2 fd00::2"); }),
              absl::Seconds(5) + kRoundTrip);
  });
}

TEST(NameFaultsTest, APartitionCutsOffTheServer) {
  NamesLab lab;
  lab.Run([&lab] {
    const auto look_up = [] { return LookUp("db", kAfInet); };
    {
      const Rule cut = lab.simulation().faults().Partition(
          {lab.app()}, {lab.names().server()});
      EXPECT_EQ(lab.TimeOf([&] { EXPECT_EQ(look_up(), "EAI_AGAIN"); }),
                absl::Seconds(10));
      EXPECT_EQ(cut.hits(), 2);
      // It is the partition of one host only.
      lab.db()
          .Start("asks", [] { EXPECT_EQ(LookUp("app", kAfInet), "10.0.0.1"); })
          .join();
    }
    EXPECT_EQ(lab.TimeOf([&] { EXPECT_EQ(look_up(), "10.0.0.2"); }),
              kRoundTrip);
  });
}

TEST(NameFaultsTest, AnswersAreLostAsOtherPackets) {
  NamesLab lab;
  PacketMatch answers;
  answers.from = lab.names().server();
  answers.to = lab.app();
  answers.port = 53;
  const Rule lost = lab.simulation().faults().OnPackets(
      answers, PacketFate::Drop(), When::Once());
  PacketMatch queries;
  queries.to = lab.names().server();
  const Rule doubled = lab.simulation().faults().OnPackets(
      queries, PacketFate::Duplicate(1), When::Nth(2));
  lab.Run([&lab] {
    EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("db"), "10.0.0.2 fd00::2"); }),
              absl::Seconds(5) + kRoundTrip);
    // The second answer to the query that was doubled disturbs nobody.
    lab.simulation().clock().Sleep(absl::Seconds(1));
    EXPECT_EQ(LookUp("db", kAfInet), "10.0.0.2");
  });
  EXPECT_EQ(lost.hits(), 1);
  EXPECT_EQ(doubled.hits(), 1);
}

TEST(NameFaultsTest, AnAnswerThatWasHeldBackForTooLongIsForgotten) {
  NamesLab lab;
  lab.Run([&lab] {
    const Thread repair("repair", [&lab] {
      const Rule clog =
          lab.simulation().faults().Clog(lab.names().server(), lab.app());
      lab.simulation().clock().Sleep(absl::Seconds(7));
    });
    EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("db"), "10.0.0.2 fd00::2"); }),
              absl::Seconds(7));
  });
}

TEST(NameFaultsTest, AServerFailsAsItIsTold) {
  NamesLab lab;
  lab.Run([&lab] {
    const std::vector<std::pair<ErrorCode, ErrorCode>> codes = {
        {ErrorCode::kEaiAgain, ErrorCode::kTryAgain},
        {ErrorCode::kEaiFail, ErrorCode::kNoRecovery},
        {ErrorCode::kEaiNoname, ErrorCode::kHostNotFound},
        {ErrorCode::kEaiNodata, ErrorCode::kNoData}};
    for (const auto& [code, host_code] : codes) {
      const Rule fails = lab.names().OnQueries({}, QueryFault::Fail(code));
      EXPECT_EQ(lab.TimeOf([code = code] {
        EXPECT_EQ(LookUp("db"), ErrorCodeName(code));
      }),
                kRoundTrip);
      EXPECT_EQ(CodeOf(GetHostByNameEx("db").status()), host_code);
      EXPECT_EQ(fails.hits(), 2);
    }
  });
}

TEST(NameFaultsTest, AnAnswerComesLaterOrTooLate) {
  NamesLab lab;
  lab.Run([&lab] {
    {
      const Rule slow =
          lab.names().OnQueries({}, QueryFault::Take(absl::Seconds(2)));
      EXPECT_EQ(
          lab.TimeOf([] { EXPECT_EQ(LookUp("db", kAfInet), "10.0.0.2"); }),
          absl::Seconds(2) + kRoundTrip);
    }
    const Rule too_slow =
        lab.names().OnQueries({}, QueryFault::Take(absl::Seconds(6)));
    EXPECT_EQ(lab.TimeOf([] { EXPECT_EQ(LookUp("db"), "EAI_AGAIN"); }),
              absl::Seconds(10));
  });
}

// What is outside sees another address, and does not see the inner name.
TEST(NameFaultsTest, HostsSeeDifferentHorizons) {
  NamesLab lab;
  QueryMatch outside = About("service");
  outside.host = lab.app();
  const Rule other = lab.names().OnQueries(
      outside, QueryFault::Answer({"fd00::99", "192.0.2.7"}));
  outside.name = "Inner.";
  const Rule hidden =
      lab.names().OnQueries(outside, QueryFault::Fail(ErrorCode::kEaiNoname));
  lab.names().Set("service", {"10.0.0.7"});
  lab.names().Set("inner", {"10.0.0.8"});
  lab.Run([&lab] {
    EXPECT_EQ(LookUp("service"), "fd00::99 192.0.2.7");
    EXPECT_EQ(LookUp("service", kAfInet), "192.0.2.7");
    EXPECT_EQ(LookUp("inner"), "EAI_NONAME");
    lab.db()
        .Start("inside",
               [] {
                 EXPECT_EQ(LookUp("service"), "10.0.0.7");
                 EXPECT_EQ(LookUp("inner"), "10.0.0.8");
               })
        .join();
  });
  EXPECT_EQ(other.hits(), 2);
  EXPECT_EQ(hidden.hits(), 1);
}

TEST(NameFaultsTest, AddressesAreLeftOutAndTurnedRound) {
  NamesLab lab;
  lab.names().Set("many", {"fd00::1", "10.0.0.1", "10.0.0.2"});
  lab.Run([&lab] {
    {
      const Rule only =
          lab.names().OnQueries({}, QueryFault::Only(IpVersion::kV4));
      EXPECT_EQ(LookUp("many"), "10.0.0.1 10.0.0.2");
      EXPECT_EQ(LookUp("many", kAfInet6), "EAI_NODATA");
    }
    {
      const Rule rotate = lab.names().OnQueries({}, QueryFault::Rotate());
      EXPECT_EQ(LookUp("many", kAfInet), "10.0.0.1 10.0.0.2");
      EXPECT_EQ(LookUp("many", kAfInet), "10.0.0.2 10.0.0.1");
      EXPECT_EQ(LookUp("many"), "10.0.0.2 fd00::1 10.0.0.1");
    }
    const Rule truncate = lab.names().OnQueries({}, QueryFault::Truncate(2));
    EXPECT_EQ(LookUp("many"), "fd00::1 10.0.0.1");
    // A question for a name has no addresses in its answer.
    EXPECT_EQ(GetHostByAddr("10.0.0.2").value_or(HostInfo()).name, "db");
    EXPECT_EQ(truncate.hits(), 1);
  });
}

TEST(NameFaultsTest, ARuleIsAboutTheQueriesThatItMatches) {
  NamesLab lab;
  std::vector<std::string> asked;
  QueryMatch six;
  six.version = IpVersion::kV6;
  six.only = [&asked](const NameQuery& query) {
    asked.push_back(query.name);
    return query.wants_v6 && query.name != "app.example";
  };
  const Rule fails =
      lab.names().OnQueries(six, QueryFault::Fail(ErrorCode::kEaiFail));
  lab.Run([] {
    EXPECT_EQ(LookUp("db", kAfInet), "10.0.0.2");
    EXPECT_EQ(LookUp("DB", kAfInet6), "EAI_FAIL");
    EXPECT_EQ(LookUp("db"), "EAI_FAIL");
    EXPECT_EQ(LookUp("App.example"), "EAI_NONAME");
    EXPECT_EQ(GetHostByAddr("10.0.0.2").value_or(HostInfo()).name, "db");
  });
  EXPECT_EQ(fails.hits(), 2);
  EXPECT_THAT(asked, ElementsAre("db", "db", "app.example"));
}

// The first rule that does not let a query pass decides. Where chance does not
// decide, the other one does not count the query.
TEST(NameFaultsTest, TheFirstRuleDecides) {
  NamesLab lab;
  lab.Run([&lab] {
    const Rule first = lab.names().OnQueries(
        {}, QueryFault::Fail(ErrorCode::kEaiFail), When::Once());
    const Rule second = lab.names().OnQueries(
        {}, QueryFault::Fail(ErrorCode::kEaiNoname), When::First(2));
    EXPECT_EQ(LookUp("db"), "EAI_FAIL");
    EXPECT_EQ(LookUp("db"), "EAI_NONAME");
    EXPECT_EQ(LookUp("db"), "EAI_NONAME");
    EXPECT_EQ(LookUp("db", kAfInet), "10.0.0.2");
  });
}

// Which of 100 look-ups fail, one in five by chance.
std::string FailuresOf(std::uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  NamesLab lab(options);
  const Rule fails = lab.names().OnQueries(
      {}, QueryFault::Fail(ErrorCode::kEaiAgain), When::OneIn(5));
  std::string failures;
  lab.Run([&failures] {
    for (int i = 0; i < 100; ++i) {
      failures += LookUp("db") == "EAI_AGAIN" ? '!' : '.';
    }
  });
  return failures;
}

TEST(NameFaultsTest, TheSeedDecidesByChance) {
  const std::string failures = FailuresOf(5);
  EXPECT_THAT(failures, HasSubstr("!"));
  EXPECT_THAT(failures, HasSubstr("."));
  EXPECT_EQ(FailuresOf(5), failures);
  EXPECT_NE(FailuresOf(6), failures);
}

TEST(NameFaultsTest, TheTraceNamesTheRule) {
  Lines lines;
  SimulationOptions options;
  options.trace = &lines;
  NamesLab lab(options);
  const Rule fails = lab.names().OnQueries(
      About("db"), QueryFault::Fail(ErrorCode::kEaiAgain));
  const Rule silent =
      lab.names().OnQueries(About("cache"), QueryFault::Silence());
  const Rule cut =
      lab.simulation().faults().Partition({lab.db()}, {lab.names().server()});
  lab.Run([&lab] {
    LookUp("db");
    LookUp("cache");
    lab.db().Start("asks", [] { LookUp("app"); }).join();
  });
  EXPECT_THAT(lines.all(),
              Contains(EndsWith("dns app asked db = SERVFAIL: fail with "
                                "EAI_AGAIN about db, Always()")));
  EXPECT_THAT(lines.all(),
              Contains(EndsWith("dns app asked cache = silence: silence about "
                                "cache, Always()")));
  EXPECT_THAT(lines.all(), Contains(EndsWith(": partition of 2 and dns")));
}

TEST(NameFaultsDeathTest, ArgumentsThatMakeNoSenseAreNamed) {
  NamesLab lab;
  Names& names = lab.names();
  const std::string label(64, 'a');
  std::string long_name = std::string(63, 'a');
  for (int i = 0; i < 3; ++i) long_name += "." + std::string(63, 'a');
  for (const std::string& name : {std::string(), std::string("."),
                                  std::string("a..b"), label, long_name}) {
    EXPECT_DEATH(names.Set(name, {"10.0.0.9"}), "Names::Set: name must have");
  }
  EXPECT_DEATH(names.Set("a", {}), "Names::Set: addresses must have at least");
  EXPECT_DEATH(names.Set("a", {"10.0.0.9", "db"}),
               "Names::Set: addresses has \"db\"");
  EXPECT_DEATH(names.Alias("", "a"), "Names::Alias: name");
  EXPECT_DEATH(names.Alias("a", ""), "Names::Alias: canonical");
  EXPECT_DEATH(names.Remove(""), "Names::Remove: name");
  EXPECT_DEATH(names.OnQueries(About(".."), QueryFault::Rotate()).hits(),
               "Names::OnQueries: which.name");
  EXPECT_DEATH(names.OnQueries({}, QueryFault::Rotate(), When::Nth(0)).hits(),
               "Names::OnQueries: when");
  QueryMatch nobody;
  nobody.host = HostId(77);
  EXPECT_DEATH(names.OnQueries(nobody, QueryFault::Rotate()).hits(), "HostId");
  EXPECT_DEATH(QueryFault::Fail(ErrorCode::kEconnreset),
               "QueryFault::Fail: code");
  EXPECT_DEATH(QueryFault::Take(-absl::Seconds(1)), "QueryFault::Take: time");
  EXPECT_DEATH(QueryFault::Truncate(0), "QueryFault::Truncate: count");
  EXPECT_DEATH(QueryFault::Answer({}), "QueryFault::Answer: addresses");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
