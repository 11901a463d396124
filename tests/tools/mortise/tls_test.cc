// `mortise connect --tls`, with `mortise listen --tls` and `mortise echo
// --tls`.

#include <stdlib.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/environment.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/test_files.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/mortise_program.h"

namespace mortise::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::SetVariable;
using testing_tls::TestAuthority;
using testing_tls::TestFiles;
using testing_tls::TestIdentity;
using testing_tls::Wanted;

using Words = std::vector<std::string>;

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() : root_(TestAuthority::Root("Program Test")) {
    Wanted wanted;
    wanted.ip_addresses = {"127.0.0.1"};
    const TestIdentity server = root_.Issue(wanted);
    wanted.purpose = "clientAuth";
    const TestIdentity client = root_.Issue(wanted);
    files_.Save("ca.pem", root_.certificate_pem());
    files_.Save("cert.pem", server.chain_pem);
    files_.Save("key.pem", server.key_pem);
    files_.Save("client.pem", client.chain_pem + client.key_pem);
  }
  Words Listen(Words more = {}) {
    Words words = {"listen",
                   "-4",
                   "--tls",
                   "--cert",
                   files_.Path("cert.pem"),
                   "--key",
                   files_.Path("key.pem"),
                   "--timeout",
                   "60"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back("0");
    return words;
  }
  Words Echo() {
    return {"echo",
            "-4",
            "--port",
            "0",
            "--tls",
            "--cert",
            files_.Path("cert.pem"),
            "--key",
            files_.Path("key.pem")};
  }
  Words Connect(MortiseProgram& listen, Words more = {}) {
    listen.ListeningOn();
    Words words = {"connect", "--tls", "--timeout", "60"};
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"127.0.0.1", listen.Port()});
    return words;
  }

  TestFiles files_{"tls_test_"};

 private:
  const TestAuthority root_;
};

TEST_F(TlsTest, CopiesBothWaysAndHandsOnTheEnds) {
  MortiseProgram listen(Listen({"--alpn", "echo,other"}));
  MortiseProgram connect(
      Connect(listen, {"--ca", files_.Path("ca.pem"), "--alpn", "other",
                       "--servername", "localhost"}));
  const std::string data = Pattern(1'000'000);
  ASSERT_TRUE(connect.Write(data));
  connect.EndInput();
  ASSERT_TRUE(listen.Write("answer"));
  listen.EndInput();
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
  EXPECT_EQ(listen.Wait(), 0) << listen.err();
  EXPECT_TRUE(listen.out() == data);
  EXPECT_EQ(connect.out(), "answer");
  EXPECT_THAT(connect.err(), IsEmpty());
}

TEST_F(TlsTest, AServerThatNobodyVouchesForIsRefused) {
  MortiseProgram listen(Listen());
  MortiseProgram connect(Connect(
      listen, {"--ca", files_.Path("ca.pem"), "--servername", "other.test"}));
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_THAT(connect.err(), HasSubstr("is not for \"other.test\""));
  EXPECT_THAT(connect.out(), IsEmpty());
  EXPECT_EQ(listen.Wait(), 1);
  EXPECT_THAT(listen.err(), HasSubstr("[TLS_ALERT]"));
}

TEST_F(TlsTest, InsecureTakesAnybody) {
  MortiseProgram listen(Listen());
  MortiseProgram connect(Connect(listen, {"--insecure"}));
  connect.EndInput();
  ASSERT_TRUE(listen.Write("anybody"));
  listen.EndInput();
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
  EXPECT_EQ(connect.out(), "anybody");
}

TEST_F(TlsTest, AServerLetsInWhomItKnows) {
  MortiseProgram listen(Listen({"--ca", files_.Path("ca.pem")}));
  MortiseProgram connect(Connect(
      listen, {"--ca", files_.Path("ca.pem"), "--cert",
               files_.Path("client.pem"), "--key", files_.Path("client.pem")}));
  connect.EndInput();
  ASSERT_TRUE(listen.Write("welcome"));
  listen.EndInput();
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
  EXPECT_EQ(connect.out(), "welcome");

  MortiseProgram strict(Listen({"--ca", files_.Path("ca.pem")}));
  MortiseProgram nobody(Connect(strict, {"--ca", files_.Path("ca.pem")}));
  EXPECT_EQ(strict.Wait(), 1);
  EXPECT_THAT(strict.err(), HasSubstr("the peer has no certificate"));
  EXPECT_EQ(nobody.Wait(), 1);
}

TEST_F(TlsTest, EchoSendsBackAndHandsOnTheEnd) {
  MortiseProgram echo(Echo());
  MortiseProgram connect(Connect(echo, {"--ca", files_.Path("ca.pem")}));
  const std::string data = Pattern(3'000'000);
  ASSERT_TRUE(connect.Write(data));
  connect.EndInput();
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
  EXPECT_TRUE(connect.out() == data);
  EXPECT_THAT(echo.err(), IsEmpty());
}

// Nothing but the first bytes of a handshake comes, or nothing at all.
TEST_F(TlsTest, EchoServesOthersWhileAHandshakeIsNotCompleted) {
  MortiseProgram echo(Echo());
  Socket silent = ConnectTo(kLoopbackIpv4, kSockStream, echo.ListeningOn());
  Socket begins = ConnectTo(kLoopbackIpv4, kSockStream, echo.ListeningOn());
  ASSERT_TRUE(
      begins.SendAll(absl::string_view("\x16\x03\x01\x02\x00\x01", 6)).ok());
  MortiseProgram connect(Connect(echo, {"--insecure"}));
  ASSERT_TRUE(connect.Write("hello"));
  EXPECT_TRUE(connect.WaitForOut("hello")) << connect.err();
  EXPECT_THAT(echo.err(), IsEmpty());
  // Such clients do not keep it from ending in order either.
  const Interruption how = Interruptions().front();
  if (!echo.Interrupt(how)) GTEST_SKIP() << "no console to interrupt from";
  connect.EndInput();
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
  EXPECT_EQ(connect.out(), "hello");
  EXPECT_EQ(echo.Wait(), how.result);
  EXPECT_THAT(echo.err(), IsEmpty());
}

TEST_F(TlsTest, EchoSaysWhoDoesNotSpeakTls) {
  MortiseProgram echo(Echo());
  Socket plain = ConnectTo(kLoopbackIpv4, kSockStream, echo.ListeningOn());
  ASSERT_TRUE(plain.SendAll("GET / HTTP/1.0\r\n\r\n").ok());
  EXPECT_TRUE(echo.WaitForErr("\n"));
  EXPECT_THAT(echo.err(), HasSubstr("mortise: client 127.0.0.1:"));
  MortiseProgram connect(Connect(echo, {"--insecure"}));
  ASSERT_TRUE(connect.Write("hello"));
  EXPECT_TRUE(connect.WaitForOut("hello")) << connect.err();
}

TEST_F(TlsTest, TheEnvironmentNamesAFileForSecrets) {
  const std::string path = files_.Path("keys.log");
  files_.Save("keys.log", "");
  SetVariable("SSLKEYLOGFILE", path);
  MortiseProgram listen(Listen());
  MortiseProgram connect(Connect(listen, {"--insecure"}));
  SetVariable("SSLKEYLOGFILE", "");
  connect.EndInput();
  listen.EndInput();
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
  EXPECT_EQ(listen.Wait(), 0) << listen.err();
  std::vector<std::string> secrets;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (absl::StartsWith(line, "CLIENT_TRAFFIC_SECRET_0 ")) {
      secrets.push_back(line);
    }
  }
  ASSERT_EQ(secrets.size(), 2u) << "one of each side";
  EXPECT_EQ(secrets[0], secrets[1]);
}

TEST_F(TlsTest, WhatCannotBeMeantIsSaid) {
  for (const Words& words :
       {Words{"connect", "--ca", "x", "localhost", "1"},
        Words{"connect", "--insecure", "localhost", "1"},
        Words{"connect", "--tls", "--udp", "localhost", "1"},
        Words{"connect", "--tls", "--cert", "x", "localhost", "1"},
        Words{"connect", "--tls", "--unix", "/nowhere"},
        Words{"listen", "--tls", "0"}, Words{"listen", "--key", "x", "0"},
        Words{"echo", "--tls", "--port", "0"},
        Words{"echo", "--tls", "--udp", "--cert", "x", "--key", "x", "--port",
              "0"}}) {
    MortiseProgram program(words);
    EXPECT_EQ(program.Wait(), 2) << absl::StrCat(words[0], " ", words[1]);
    EXPECT_THAT(program.err(), HasSubstr("--"));
  }
}

TEST_F(TlsTest, FilesThatCannotBeReadAreSaidAtOnce) {
  MortiseProgram listen({"listen", "--tls", "--cert", files_.Path("none.pem"),
                         "--key", files_.Path("key.pem"), "0"});
  EXPECT_EQ(listen.Wait(), 1);
  EXPECT_THAT(listen.err(), HasSubstr("none.pem"));
}

}  // namespace
}  // namespace mortise::testing
