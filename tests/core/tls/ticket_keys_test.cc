// TlsOptions::ticket_keys: which connections are resumed by which servers.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

// Returns a key whose bytes all depend on `letter`.
std::string Key(char letter) {
  return absl::StrCat(std::string(16, letter), "hmac of ",
                      std::string(8, letter), "aes of  ",
                      std::string(8, letter));
}

TlsOptions Server(const std::vector<std::string>& keys) {
  TlsOptions options = Being(DefaultIdentity());
  options.ticket_keys = keys;
  return options;
}

class TicketKeysTest : public testing::TestWithParam<TlsVersion> {
 protected:
  TicketKeysTest() {
    TlsOptions options = Trusting(DefaultRoot());
    options.minimum_version = options.maximum_version = GetParam();
    client_ = MustClient(options);
  }

  struct Visit {
    bool resumed = false;
    TlsSession session;
  };

  // Connects and exchanges data, so that tickets arrive.
  Visit Go(const TlsContext& server, const TlsSession& session = {}) {
    return Go(client_, server, session);
  }
  static Visit Go(const TlsContext& client, const TlsContext& server,
                  const TlsSession& session = {}) {
    Ends ends = Meet(client, server, "localhost", session);
    EXPECT_TRUE(ends.client_status.ok()) << ends.client_status;
    EXPECT_TRUE(ends.server_status.ok()) << ends.server_status;
    EXPECT_TRUE(ends.server.WriteAll("x").ok());
    EXPECT_TRUE(ends.client.Read(1).ok());
    EXPECT_EQ(ends.client.SessionReused(), ends.server.SessionReused());
    return {ends.client.SessionReused(), ends.client.Session()};
  }

  TlsContext client_;
};

TEST_P(TicketKeysTest, ServersWithAKeyInCommonResumeForEachOther) {
  const Visit first = Go(MustServer(Server({Key('a')})));
  EXPECT_FALSE(first.resumed);
  EXPECT_TRUE(Go(MustServer(Server({Key('a')})), first.session).resumed);
  EXPECT_TRUE(
      Go(MustServer(Server({Key('b'), Key('a')})), first.session).resumed);
  EXPECT_FALSE(Go(MustServer(Server({Key('b')})), first.session).resumed);
  EXPECT_FALSE(Go(MustServer(Server({})), first.session).resumed);
}

TEST_P(TicketKeysTest, EveryPartOfAKeyCounts) {
  const Visit first = Go(MustServer(Server({Key('a')})));
  for (const int at : {0, 15, 16, 31, 32, 47}) {
    std::string other = Key('a');
    other[at] ^= 1;
    EXPECT_FALSE(Go(MustServer(Server({other})), first.session).resumed) << at;
  }
}

TEST_P(TicketKeysTest, TheFirstKeySeals) {
  const TlsContext both = MustServer(Server({Key('b'), Key('a')}));
  const Visit first = Go(both);
  EXPECT_TRUE(Go(MustServer(Server({Key('b')})), first.session).resumed);
  EXPECT_FALSE(Go(MustServer(Server({Key('a')})), first.session).resumed);
}

TEST_P(TicketKeysTest, ATicketOfAnOldKeyIsReplaced) {
  const Visit old = Go(MustServer(Server({Key('a')})));
  const Visit next = Go(MustServer(Server({Key('b'), Key('a')})), old.session);
  EXPECT_TRUE(next.resumed);
  EXPECT_TRUE(Go(MustServer(Server({Key('b')})), next.session).resumed);
}

TEST_P(TicketKeysTest, KeysAreRotatedWhileRunning) {
  TlsContext server = MustServer(Server({Key('a')}));
  const Visit first = Go(server);
  ASSERT_TRUE(server.Reload(Server({Key('b'), Key('a')})).ok());
  const Visit second = Go(server, first.session);
  EXPECT_TRUE(second.resumed);
  ASSERT_TRUE(server.Reload(Server({Key('b')})).ok());
  EXPECT_FALSE(Go(server, first.session).resumed);
  EXPECT_TRUE(Go(server, second.session).resumed);
}

TEST_P(TicketKeysTest, AServerResumesOnlyWhomItWouldLetIn) {
  Wanted wanted;
  wanted.purpose = "clientAuth";
  const TestIdentity identity = DefaultRoot().Issue(wanted);
  TlsOptions client = Being(identity);
  client.trusted.text = DefaultRoot().certificate_pem();
  client.minimum_version = client.maximum_version = GetParam();
  const TlsContext known = MustClient(client);

  TlsOptions asking = Server({Key('a')});
  asking.client_certificate = TlsClientCertificate::kRequired;
  asking.trusted.text = DefaultRoot().certificate_pem();
  // A session without a certificate, and one with the same demands.
  const Visit nobody = Go(known, MustServer(Server({Key('a')})));
  EXPECT_FALSE(Go(known, MustServer(asking), nobody.session).resumed);
  const Visit somebody = Go(known, MustServer(asking));
  EXPECT_TRUE(Go(known, MustServer(asking), somebody.session).resumed);

  // With other demands, the certificate is verified again.
  TlsOptions stricter = asking;
  stricter.revoked.text = DefaultRoot().RevocationList();
  EXPECT_FALSE(Go(known, MustServer(stricter), somebody.session).resumed);
  WantedList list;
  list.revoked = {identity.certificate_pem};
  stricter.revoked.text = DefaultRoot().RevocationList(list);
  EXPECT_FALSE(Meet(known, MustServer(stricter), "localhost", somebody.session)
                   .server_status.ok());
  TlsOptions trusting_more = asking;
  trusting_more.trusted.text +=
      TestAuthority::Root("Another").certificate_pem();
  EXPECT_FALSE(Go(known, MustServer(trusting_more), somebody.session).resumed);
  TlsOptions lenient = asking;
  lenient.verify = TlsVerify::kNoneInsecure;
  const Visit anybody = Go(known, MustServer(lenient));
  EXPECT_FALSE(Go(known, MustServer(asking), anybody.session).resumed);
}

INSTANTIATE_TEST_SUITE_P(Both, TicketKeysTest,
                         testing::Values(TlsVersion::kTls12,
                                         TlsVersion::kTls13),
                         [](const testing::TestParamInfo<TlsVersion>& info) {
                           return VersionName(info.param);
                         });

void ExpectRefused(const TlsOptions& options, absl::string_view text,
                   absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
  const absl::Status status = TlsContext::Server(options).status();
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_TRUE(IsUsageError(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr(absl::StrCat("ssl: ticket_keys: ", text)));
  EXPECT_THAT(std::string(status.message()),
              testing::Not(testing::HasSubstr("aaa")));
}

TEST(TicketKeysErrorTest, WhatIsWrongIsToldWithoutAKey) {
  ExpectRefused(Server({Key('a').substr(1)}), "key 0 has 47 bytes, not 48",
                absl::StatusCode::kOutOfRange);
  ExpectRefused(Server({Key('a'), Key('b') + "b"}), "key 1 has 49 bytes",
                absl::StatusCode::kOutOfRange);
  ExpectRefused(Server({""}), "key 0 has 0 bytes",
                absl::StatusCode::kOutOfRange);
  ExpectRefused(Server({Key('a'), Key('b'), Key('a')}),
                "keys 0 and 2 begin with the same 16 bytes");
  TlsOptions options = Server({Key('a')});
  options.resumption = false;
  ExpectRefused(options, "is set, and resumption is off");
  TlsOptions client = Trusting(DefaultRoot());
  client.ticket_keys = {Key('a')};
  EXPECT_THAT(std::string(TlsContext::Client(client).status().message()),
              testing::HasSubstr("ticket_keys: is for servers"));
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
