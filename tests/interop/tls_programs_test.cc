// TLS with programs of other implementations: OpenSSL's and GnuTLS's own
// programs, and curl.

#include <string>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/test_files.h"
#include "mortise/tests/tls/tls_pair.h"
#include "mortise/tests/tools/mortise/subprocess.h"

namespace mortise {
namespace testing_tls {
namespace {

using ::testing::HasSubstr;
using testing::Subprocess;

bool IsHere(const std::string& program) {
  Subprocess look({"/bin/sh", "-c", "command -v " + program});
  return look.Wait() == 0;
}

class TlsProgramsTest
    : public ::testing::TestWithParam<std::tuple<TlsVersion, KeyKind>> {
 protected:
  TlsProgramsTest() : root_(TestAuthority::Root("Interop")) {
    Wanted wanted;
    wanted.ip_addresses = {"127.0.0.1"};
    wanted.key = std::get<1>(GetParam());
    identity_ = root_.Issue(wanted);
    files_.Save("ca.pem", root_.certificate_pem());
    files_.Save("cert.pem", identity_.chain_pem);
    files_.Save("key.pem", identity_.key_pem);
  }

  static TlsVersion version() { return std::get<0>(GetParam()); }

  static std::string Named(absl::string_view tls12, absl::string_view tls13) {
    return std::string(version() == TlsVersion::kTls12 ? tls12 : tls13);
  }

  void Listen() {
    listener_ = Socket::Create(kAfInet, kSockStream).value();
    ASSERT_TRUE(listener_.Bind({"127.0.0.1", 0}).ok());
    ASSERT_TRUE(listener_.Listen().ok());
    ASSERT_TRUE(listener_.SetTimeout(kLong).ok());
  }
  std::string Port() const {
    return absl::StrCat(listener_.GetSockName()->port());
  }

  // Accepts the connection of a program that knows the port.
  void Accept() {
    absl::StatusOr<AcceptResult> accepted = listener_.Accept();
    ASSERT_TRUE(accepted.ok()) << accepted.status();
    ASSERT_TRUE(accepted->socket.SetTimeout(kLong).ok());
    Handshake(MustServer(Being(identity_)), std::move(accepted->socket), "");
  }

  void Handshake(const TlsContext& context, Socket socket,
                 absl::string_view name) {
    absl::StatusOr<TlsSocket> tls =
        TlsSocket::Create(context, std::move(socket), name);
    ASSERT_TRUE(tls.ok()) << tls.status();
    tls_ = *std::move(tls);
    const absl::Status status = tls_.Handshake();
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(tls_.Version(), version());
  }

  // Returns what is received, up to `end`. If `end` never arrives, the test
  // fails, and the result is shorter.
  std::string ReadUntil(absl::string_view end) {
    std::string got;
    while (!absl::StrContains(got, end)) {
      const absl::StatusOr<std::string> more = tls_.Read(1000);
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok()) break;
      EXPECT_NE(*more, "");
      if (more->empty()) break;
      got += *more;
    }
    return got;
  }

  // Exchanges lines in both directions, and ends the connection.
  void Talk(Subprocess& client) {
    EXPECT_TRUE(client.Write("from the program\n"));
    ASSERT_EQ(ReadUntil("\n"), "from the program\n");
    EXPECT_TRUE(tls_.WriteAll("from the library\n").ok());
    EXPECT_TRUE(client.WaitForOut("from the library\n")) << client.err();
    EXPECT_TRUE(tls_.Close().ok());
    client.EndInput();
    EXPECT_EQ(client.Wait(), 0) << client.err();
  }

  const TestAuthority root_;
  TestIdentity identity_;
  Socket listener_;
  TlsSocket tls_;
  TestFiles files_{"tls_programs_"};
};

TEST_P(TlsProgramsTest, OpenSslIsTheServer) {
  if (!IsHere("openssl")) GTEST_SKIP() << "there is no openssl";
  // This server sends back each line in reverse.
  Subprocess server({"/usr/bin/env", "openssl", "s_server", "-accept",
                     "127.0.0.1:0", "-cert", files_.Path("cert.pem"), "-key",
                     files_.Path("key.pem"), "-rev",
                     Named("-tls1_2", "-tls1_3")});
  ASSERT_TRUE(server.WaitForOut("ACCEPT 127.0.0.1:")) << server.err();
  // The server writes each line at once.
  std::string out = server.out();
  out.erase(0, out.find("127.0.0.1:") + 10);
  int port = 0;
  ASSERT_TRUE(absl::SimpleAtoi(out.substr(0, out.find('\n')), &port)) << out;
  Socket socket = Socket::Create(kAfInet, kSockStream).value();
  ASSERT_TRUE(socket.SetTimeout(kLong).ok());
  ASSERT_TRUE(socket.Connect({"127.0.0.1", port}).ok());
  Handshake(MustClient(Trusting(root_)), std::move(socket), "localhost");
  EXPECT_TRUE(tls_.WriteAll("mortise\nCLOSE\n").ok());
  absl::Status end;
  EXPECT_EQ(ReadToEnd(tls_, &end), "esitrom\n");
  EXPECT_TRUE(end.ok()) << end;
}

TEST_P(TlsProgramsTest, OpenSslIsTheClient) {
  if (!IsHere("openssl")) GTEST_SKIP() << "there is no openssl";
  Listen();
  Subprocess client({"/usr/bin/env", "openssl", "s_client", "-quiet",
                     "-connect", "127.0.0.1:" + Port(), "-CAfile",
                     files_.Path("ca.pem"), "-verify_return_error",
                     "-verify_hostname", "localhost",
                     Named("-tls1_2", "-tls1_3")});
  Accept();
  Talk(client);
}

TEST_P(TlsProgramsTest, GnuTlsIsTheClient) {
  if (!IsHere("gnutls-cli")) GTEST_SKIP() << "there is no gnutls-cli";
  Listen();
  Subprocess client({"/usr/bin/env", "gnutls-cli", "--priority",
                     "NORMAL:-VERS-ALL:+VERS-TLS" + Named("1.2", "1.3"),
                     "--x509cafile", files_.Path("ca.pem"), "--verify-hostname",
                     "localhost", "--sni-hostname", "localhost", "--port",
                     Port(), "127.0.0.1"});
  Accept();
  Talk(client);
}

TEST_P(TlsProgramsTest, CurlIsTheClient) {
  if (!IsHere("curl")) GTEST_SKIP() << "there is no curl";
  Listen();
  Subprocess client({"/usr/bin/env", "curl", "--silent", "--show-error",
                     "--noproxy", "*", "--cacert", files_.Path("ca.pem"),
                     "--tls-max", Named("1.2", "1.3"), "--resolve",
                     absl::StrCat("localhost:", Port(), ":127.0.0.1"),
                     absl::StrCat("https://localhost:", Port(), "/path")});
  Accept();
  EXPECT_EQ(tls_.ServerName(), "localhost");
  ASSERT_THAT(ReadUntil("\r\n\r\n"), HasSubstr("GET /path HTTP/1.1\r\n"));
  // The answer has no length, so the end of the TLS stream is its end.
  EXPECT_TRUE(
      tls_.WriteAll("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody").ok());
  EXPECT_TRUE(tls_.Close().ok());
  EXPECT_EQ(client.Wait(), 0) << client.err();
  EXPECT_EQ(client.out(), "body");
}

INSTANTIATE_TEST_SUITE_P(
    All, TlsProgramsTest,
    ::testing::Combine(::testing::Values(TlsVersion::kTls12,
                                         TlsVersion::kTls13),
                       ::testing::Values(KeyKind::kP256, KeyKind::kP521,
                                         KeyKind::kEd25519, KeyKind::kRsa2048)),
    [](const ::testing::TestParamInfo<TlsProgramsTest::ParamType>& info) {
      return absl::StrCat(
          std::get<0>(info.param) == TlsVersion::kTls12 ? "Tls12" : "Tls13",
          KeyKindName(std::get<1>(info.param)));
    });

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
