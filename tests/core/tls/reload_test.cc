// TlsContext::Reload, while connections run.

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

// Returns the options of a server whose certificate is for "localhost" and has
// the name `name`.
TlsOptions Named(const std::string& name) {
  Wanted wanted;
  wanted.common_name = name;
  return Being(DefaultRoot().Issue(wanted));
}

std::string NameOf(const Ends& ends) {
  EXPECT_TRUE(ends.client_status.ok()) << ends.client_status;
  const auto certificate = ends.client.PeerCertificate();
  return certificate.has_value() ? certificate->subject : "";
}

void ExpectTalks(Ends& ends) {
  EXPECT_TRUE(ends.client.WriteAll("question").ok());
  const absl::StatusOr<std::string> question = ends.server.Read(100);
  EXPECT_EQ(question.value_or(""), "question") << question.status();
  EXPECT_TRUE(ends.server.WriteAll("answer").ok());
  const absl::StatusOr<std::string> answer = ends.client.Read(100);
  EXPECT_EQ(answer.value_or(""), "answer") << answer.status();
}

TEST(ReloadTest, NewConnectionsHaveTheNewCertificate) {
  TlsContext server = MustServer(Named("old"));
  const TlsContext copy = server;
  Ends running = Meet(DefaultClient(), copy);
  EXPECT_EQ(NameOf(running), "CN=old");
  // The handshake of this one begins only after the reload.
  auto [client_socket, server_socket] = MustConnect();
  absl::StatusOr<TlsSocket> waiting =
      TlsSocket::Create(copy, std::move(server_socket));
  ASSERT_TRUE(waiting.ok()) << waiting.status();

  ASSERT_EQ(server.Reload(Named("new")), absl::OkStatus());
  EXPECT_EQ(NameOf(Meet(DefaultClient(), copy)), "CN=new")
      << "a copy is the same context";
  ExpectTalks(running);
  absl::StatusOr<TlsSocket> client =
      TlsSocket::Create(DefaultClient(), std::move(client_socket), "localhost");
  ASSERT_TRUE(client.ok()) << client.status();
  std::thread serving([&] { EXPECT_TRUE(waiting->Handshake().ok()); });
  EXPECT_TRUE(client->Handshake().ok());
  serving.join();
  EXPECT_EQ(client->PeerCertificate()->subject, "CN=old");
}

TEST(ReloadTest, OneThatFailsChangesNothing) {
  TlsContext server = MustServer(Named("old"));
  TlsOptions bad = Named("new");
  bad.private_key.text = DefaultIdentity().key_pem;
  EXPECT_TRUE(IsUsageError(server.Reload(bad)));
  bad = Named("new");
  bad.certificate.text = "";
  bad.certificate.file = "/nowhere/chain.pem";
  EXPECT_TRUE(IsFileNotFound(server.Reload(bad)));
  bad = Named("new");
  bad.verify = TlsVerify::kNoneInsecure;
  const absl::Status other_check = server.Reload(bad);
  EXPECT_TRUE(IsUsageError(other_check)) << other_check;
  EXPECT_THAT(std::string(other_check.message()),
              testing::HasSubstr("ssl: verify: differs"));
  EXPECT_EQ(NameOf(Meet(DefaultClient(), server)), "CN=old");
}

TEST(ReloadTest, AnEmptyContextStaysEmpty) {
  TlsContext empty;
  EXPECT_TRUE(IsUsageError(empty.Reload(Named("new"))));
  EXPECT_FALSE(empty);
}

TEST(ReloadTest, AServerStaysAServer) {
  TlsContext server = MustServer(Named("old"));
  EXPECT_TRUE(IsUsageError(server.Reload(Trusting(DefaultRoot()))))
      << "a server has a certificate";
  TlsContext client = MustClient(Trusting(DefaultRoot()));
  ASSERT_EQ(client.Reload(Trusting(TestAuthority::Root("Other"))),
            absl::OkStatus());
  EXPECT_FALSE(client.is_server());
  EXPECT_TRUE(IsCertificateError(Meet(client, server).client_status));
}

TEST(ReloadTest, ANewListRevokesForNewConnectionsOnly) {
  const TestIdentity identity = DefaultRoot().Issue();
  const TlsContext server = MustServer(Being(identity));
  TlsContext client = MustClient(Trusting(DefaultRoot()));
  Ends running = Meet(client, server);
  ExpectTalks(running);
  const TlsSession session = running.client.Session();
  ASSERT_TRUE(session);
  WantedList list;
  list.revoked = {identity.certificate_pem};
  TlsOptions options = Trusting(DefaultRoot());
  options.revoked.text = DefaultRoot().RevocationList(list);
  ASSERT_EQ(client.Reload(options), absl::OkStatus());
  for (const TlsSession& resumed : {TlsSession(), session}) {
    EXPECT_TRUE(IsCertificateError(
        Meet(client, server, "localhost", resumed).client_status));
  }
  ExpectTalks(running);
}

TEST(ReloadTest, AContextThatIsChosenByNameIsReloadedToo) {
  TlsContext chosen = MustServer(Named("old"));
  TlsOptions options = Named("default");
  options.on_server_name = [chosen](absl::string_view) { return chosen; };
  const TlsContext server = MustServer(options);
  EXPECT_EQ(NameOf(Meet(DefaultClient(), server)), "CN=old");
  ASSERT_EQ(chosen.Reload(Named("new")), absl::OkStatus());
  EXPECT_EQ(NameOf(Meet(DefaultClient(), server)), "CN=new");
}

TEST(ReloadTest, ThreadsConnectMeanwhile) {
  const TlsOptions odd = Named("odd");
  const TlsOptions even = Named("even");
  TlsContext server = MustServer(even);
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      TlsContext mine = server;
      while (!done) {
        EXPECT_EQ(mine.Reload(i == 0 ? odd : even), absl::OkStatus());
      }
    });
  }
  std::vector<std::thread> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back([&] {
      const TlsContext mine = server;
      for (int j = 0; j < 30; ++j) {
        Ends ends = Meet(DefaultClient(), mine);
        EXPECT_THAT(NameOf(ends), testing::AnyOf("CN=odd", "CN=even"));
        ExpectTalks(ends);
      }
    });
  }
  for (std::thread& thread : clients) thread.join();
  done = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
