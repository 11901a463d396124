// Data over TLS, and the ends of connections.

#include "mortise/core/tls/tls_socket.h"

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_stream.h"
#include "mortise/core/tls/ssl.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_platform.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/tls_pair.h"
#include "mortise/tests/tls/watched_platform.h"

namespace mortise {
namespace testing_tls {
namespace {

class TlsVersionTest : public testing::TestWithParam<TlsVersion> {
 protected:
  Ends MustMeetInVersion() { return MustMeet(GetParam()); }
};

TEST_P(TlsVersionTest, BytesArriveAsTheyWereSent) {
  Ends ends = MustMeetInVersion();
  EXPECT_EQ(ends.client.Version(), GetParam());
  EXPECT_EQ(ends.server.Version(), GetParam());
  EXPECT_THAT(ends.client.Cipher(), testing::StartsWith("TLS_"));
  EXPECT_EQ(ends.client.Cipher(), ends.server.Cipher());
  EXPECT_EQ(ends.server.ServerName(), "localhost");
  const std::string data("\0 \xff\n\r\0x", 7);
  EXPECT_TRUE(ends.client.WriteAll(data).ok());
  EXPECT_EQ(*ends.server.Read(64), data);
  EXPECT_TRUE(ends.server.WriteAll(data).ok());
  char buffer[3];
  EXPECT_EQ(*ends.client.Read(absl::MakeSpan(buffer)), 3u);
  EXPECT_EQ(absl::string_view(buffer, 3), data.substr(0, 3));
  EXPECT_EQ(ends.client.Pending(), 4u);
  EXPECT_EQ(*ends.client.Read(), data.substr(3));
  EXPECT_EQ(ends.client.Pending(), 0u);
}

TEST_P(TlsVersionTest, MuchGoesBothWaysAtOnce) {
  Ends ends = MustMeetInVersion();
  const std::string data = Pattern(16 << 20);
  const auto send = [&data](TlsSocket& socket) {
    absl::Status status = socket.WriteAll(data);
    if (status.ok()) status = socket.Shutdown(ShutdownHow::kWrite);
    EXPECT_TRUE(status.ok()) << status;
  };
  std::thread there([&] { send(ends.client); });
  std::thread back([&] { send(ends.server); });
  std::string at_client;
  std::thread receiving([&] { at_client = ReadToEnd(ends.client); });
  const std::string at_server = ReadToEnd(ends.server);
  there.join();
  back.join();
  receiving.join();
  EXPECT_TRUE(at_server == data);
  EXPECT_TRUE(at_client == data);
}

TEST_P(TlsVersionTest, TheEndOfOneHalfLeavesTheOtherOpen) {
  Ends ends = MustMeetInVersion();
  ASSERT_TRUE(ends.client.WriteAll("question").ok());
  ASSERT_TRUE(ends.client.Shutdown(ShutdownHow::kWrite).ok());
  EXPECT_TRUE(IsBrokenPipe(ends.client.WriteAll("more")));
  absl::Status status;
  EXPECT_EQ(ReadToEnd(ends.server, &status), "question");
  EXPECT_TRUE(status.ok()) << status;
  ASSERT_TRUE(ends.server.WriteAll("answer").ok());
  ASSERT_TRUE(ends.server.Close().ok());
  EXPECT_EQ(ReadToEnd(ends.client, &status), "answer");
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(TlsVersionTest, AConnectionIsResumed) {
  TlsOptions options = Trusting(DefaultRoot());
  options.maximum_version = GetParam();
  const TlsContext client = MustClient(options);
  Ends first = Meet(client, DefaultServer());
  EXPECT_FALSE(first.client.SessionReused());
  // With TLS 1.3, tickets arrive together with the first data.
  ASSERT_TRUE(first.server.WriteAll("x").ok());
  ASSERT_TRUE(first.client.Read(1).ok());
  const TlsSession session = first.client.Session();
  ASSERT_TRUE(session);
  Ends second = Meet(client, DefaultServer(), "localhost", session);
  EXPECT_TRUE(second.client_status.ok()) << second.client_status;
  EXPECT_TRUE(second.client.SessionReused());
  EXPECT_TRUE(second.server.SessionReused());
  EXPECT_TRUE(second.client.PeerCertificate().has_value());
}

TEST_P(TlsVersionTest, UnwrapLeavesThePlainSocket) {
  Ends ends = MustMeetInVersion();
  ASSERT_TRUE(ends.client.WriteAll("sealed").ok());
  ASSERT_EQ(*ends.server.Read(), "sealed");
  absl::StatusOr<Socket> plain_server = absl::UnknownError("");
  std::thread serving([&] { plain_server = ends.server.Unwrap(); });
  absl::StatusOr<Socket> plain_client = ends.client.Unwrap();
  serving.join();
  ASSERT_TRUE(plain_client.ok()) << plain_client.status();
  ASSERT_TRUE(plain_server.ok()) << plain_server.status();
  EXPECT_FALSE(ends.client.is_open());
  EXPECT_EQ(plain_client->GetTimeout(), kLong);
  ASSERT_TRUE(plain_client->SendAll("open").ok());
  EXPECT_EQ(*plain_server->Recv(16), "open");
}

// A way in which the last handle of a connection goes without Close.
struct Drop {
  const char* name;
  void (*drop)(TlsSocket& socket);
};

constexpr Drop kDrops[] = {
    {"the destructor", [](TlsSocket& socket) { TlsSocket(std::move(socket)); }},
    {"a move assignment", [](TlsSocket& socket) { socket = TlsSocket(); }},
    {"the Socket",
     [](TlsSocket& socket) { Socket(std::move(socket.socket())); }},
    {"a file",
     [](TlsSocket& socket) {
       absl::StatusOr<SocketFile> file = MakeFile(socket.socket(), "rw");
       EXPECT_TRUE(file.ok() && file->Write("unsent").ok());
       socket = TlsSocket();
     }},
    {"an iostream",
     [](TlsSocket& socket) {
       SocketStream stream(socket.socket());
       stream << "unsent";
       socket = TlsSocket();
     }},
};

TEST_P(TlsVersionTest, DroppingReadsAndWritesNothing) {
  static auto* const below = new WatchedPlatform;
  for (const Drop& way : kDrops) {
    SCOPED_TRACE(way.name);
    Ends ends = MustMeet(GetParam(), &below->platform());
    ASSERT_TRUE(ends.client.WriteAll("all there is").ok());
    // Unread tickets would make the system reset the connection, so they are
    // read here.
    ASSERT_TRUE(ends.server.WriteAll("x").ok());
    ASSERT_EQ(*ends.client.Read(1), "x");
    const int before = below->transfers();
    way.drop(ends.client);
    EXPECT_EQ(below->transfers(), before);
    absl::Status status;
    EXPECT_EQ(ReadToEnd(ends.server, &status), "all there is");
    EXPECT_TRUE(IsTlsTruncated(status)) << status;
  }
}

INSTANTIATE_TEST_SUITE_P(Both, TlsVersionTest,
                         testing::Values(TlsVersion::kTls12,
                                         TlsVersion::kTls13),
                         [](const testing::TestParamInfo<TlsVersion>& info) {
                           return VersionName(info.param);
                         });

TEST(TlsSocketTest, ReadingAndWritingRunTheHandshake) {
  auto [client_socket, server_socket] = MustConnect();
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  TlsSocket server =
      *TlsSocket::Create(DefaultServer(), std::move(server_socket));
  EXPECT_EQ(client.Version(), std::nullopt);
  EXPECT_EQ(client.Cipher(), "");
  std::thread serving([&] {
    EXPECT_EQ(*server.Read(), "hello");
    EXPECT_TRUE(server.WriteAll("hello back").ok());
  });
  EXPECT_TRUE(client.WriteAll("hello").ok());
  EXPECT_EQ(*client.Read(), "hello back");
  serving.join();
  EXPECT_EQ(client.Version(), TlsVersion::kTls13);
}

TEST(TlsSocketTest, ReadAllReadsToTheEndOfTls) {
  for (const std::size_t max : {std::size_t{100000}, std::size_t{99999}}) {
    Ends ends = Meet(DefaultClient(), DefaultServer(), "localhost");
    ASSERT_TRUE(ends.client_status.ok()) << ends.client_status;
    const std::string data(100000, 'd');
    std::thread serving([&ends, &data] {
      EXPECT_TRUE(ends.server.WriteAll(data).ok());
      EXPECT_TRUE(ends.server.Shutdown(ShutdownHow::kWrite).ok());
    });
    std::string received = "-";
    const absl::StatusOr<std::string> all = ends.client.ReadAll(max, &received);
    if (max == data.size()) {
      EXPECT_TRUE(all.ok() && *all == data) << all.status();
      EXPECT_EQ(received, "");
    } else {
      EXPECT_EQ(ErrorOf(all.status())->code, ErrorCode::kEmsgsize);
      // The data that was received is not lost.
      EXPECT_GT(received.size(), max);
      EXPECT_EQ(received, data.substr(0, received.size()));
    }
    serving.join();
    // The connection is as it was before.
    EXPECT_TRUE(ends.client.is_open());
    EXPECT_TRUE(ends.client.WriteAll("x").ok());
    EXPECT_EQ(ends.server.Read(1).value_or(""), "x");
  }
}

TEST(TlsSocketTest, ReadAllThatTimesOutLosesNothing) {
  Ends ends = Meet(DefaultClient(), DefaultServer(), "localhost");
  ASSERT_TRUE(ends.client_status.ok()) << ends.client_status;
  ASSERT_TRUE(ends.server.WriteAll("half").ok());
  ASSERT_TRUE(ends.client.SetTimeout(absl::Milliseconds(1)).ok());
  std::string received;
  std::string all;
  while (all.size() < 4) {
    const absl::Status status = ends.client.ReadAll(100, &received).status();
    ASSERT_TRUE(IsTimeout(status)) << status;
    all += received;
  }
  EXPECT_EQ(all, "half");
  EXPECT_TRUE(IsUsageError(ends.client.ReadAll(0).status()));
  EXPECT_TRUE(
      IsUsageError(ends.client.ReadAll(Socket::kMaxBufSize + 1).status()));
  EXPECT_TRUE(IsClosed(TlsSocket().ReadAll(1).status()));
}

TEST(TlsSocketTest, WhatCannotBeWrappedIsRefused) {
  const auto refuse = [](const TlsContext& context, Socket socket,
                         absl::string_view name) {
    const absl::Status status =
        TlsSocket::Create(context, std::move(socket), name).status();
    EXPECT_FALSE(status.ok());
    EXPECT_TRUE(IsUsageError(status)) << status;
    return std::string(status.message());
  };
  using testing::StartsWith;
  EXPECT_THAT(refuse(TlsContext(), MustConnect().first, "localhost"),
              StartsWith("ssl: context: "));
  EXPECT_THAT(refuse(DefaultClient(), Socket(), "localhost"),
              StartsWith("ssl: the socket is closed"));
  EXPECT_THAT(refuse(DefaultClient(), *Socket::Create(kAfInet, kSockDgram),
                     "localhost"),
              StartsWith("ssl: socket: "));
  EXPECT_THAT(refuse(DefaultServer(), MustConnect().first, "localhost"),
              StartsWith("ssl: server_name: "));
  for (const std::string& name :
       {std::string(), std::string("a..b"), std::string("ex ample"),
        std::string("b\xc3\xbc"), std::string(300, 'x'),
        std::string("local\0host", 10), std::string("[::1]"),
        std::string("localhost:443")}) {
    EXPECT_THAT(refuse(DefaultClient(), MustConnect().first, name),
                StartsWith("ssl: server_name: "))
        << name;
  }
}

TEST(TlsSocketTest, WhatIsMeantAsAnAddressAndIsNoneIsRefusedAsSuch) {
  for (const char* name :
       {"::1%", "[::1]", "127.1", "1.2.3.4.5", "127.0.0.1:443"}) {
    const absl::Status status =
        TlsSocket::Create(DefaultClient(), MustConnect().first, name).status();
    EXPECT_TRUE(IsUsageError(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                testing::HasSubstr("is not an IP address"));
    // A TlsPlatform does not connect to such a name either.
    TlsPlatform sealed(Platform::Default(), DefaultClient(), TlsContext(),
                       name);
    absl::StatusOr<Socket> socket =
        Socket::Create(kAfInet, kSockStream, 0, &sealed.platform());
    ASSERT_TRUE(socket.ok()) << socket.status();
    EXPECT_TRUE(IsUnsupported(socket->Connect({"127.0.0.1", 9})));
  }
  for (const char* name : {"::1", "::1%eth0", "127.0.0.1", "localhost."}) {
    EXPECT_TRUE(
        TlsSocket::Create(DefaultClient(), MustConnect().first, name).ok())
        << name;
  }
}

TEST(TlsSocketTest, AClosedOneRefusesEverything) {
  TlsSocket closed;
  EXPECT_FALSE(closed.is_open());
  EXPECT_EQ(closed.FileNo(), -1);
  EXPECT_TRUE(IsClosed(closed.Handshake()));
  EXPECT_TRUE(IsClosed(closed.Read().status()));
  EXPECT_TRUE(IsClosed(closed.Write("x").status()));
  EXPECT_TRUE(IsClosed(closed.WriteAll("x")));
  EXPECT_TRUE(IsClosed(closed.Shutdown(ShutdownHow::kWrite)));
  EXPECT_TRUE(IsClosed(closed.Unwrap().status()));
  EXPECT_TRUE(IsClosed(closed.Close()));
  EXPECT_TRUE(IsClosed(closed.SetTimeout(absl::Seconds(1))));
  EXPECT_EQ(closed.Version(), std::nullopt);
  EXPECT_FALSE(closed.PeerCertificate().has_value());
  EXPECT_EQ(closed.Pending(), 0u);
  EXPECT_FALSE(closed.Session());
}

TEST(TlsSocketTest, AnEndWithoutGoodbyeIsNoEnd) {
  for (const bool taken : {false, true}) {
    TlsOptions options = Trusting(DefaultRoot());
    options.truncation_is_end = taken;
    Ends ends = Meet(MustClient(options), DefaultServer());
    ASSERT_TRUE(ends.server.WriteAll("half of").ok());
    // The connection below ends, although the session has not ended.
    Socket below = *Socket::FromFd(NativeHandle(ends.server.FileNo()), kAfInet,
                                   kSockStream);
    ASSERT_TRUE(below.Shutdown(ShutdownHow::kBoth).ok());
    absl::Status status;
    EXPECT_EQ(ReadToEnd(ends.client, &status), "half of");
    if (taken) {
      EXPECT_TRUE(status.ok()) << status;
    } else {
      EXPECT_TRUE(IsTlsTruncated(status)) << status;
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
      // The error stays.
      EXPECT_TRUE(IsTlsTruncated(ends.client.Read().status()));
    }
  }
}

TEST(TlsSocketTest, ClosingSaysGoodbye) {
  Ends ends = MustMeet();
  ASSERT_TRUE(ends.server.WriteAll("all of it").ok());
  ASSERT_TRUE(ends.server.Close().ok());
  absl::Status status;
  EXPECT_EQ(ReadToEnd(ends.client, &status), "all of it");
  EXPECT_TRUE(status.ok()) << status;
}

TEST(TlsSocketTest, ProtocolsAreAgreedOn) {
  TlsOptions client = Trusting(DefaultRoot());
  client.alpn = {"h2", "http/1.1"};
  TlsOptions server = Being(DefaultIdentity());
  server.alpn = {"http/1.1", "http/1.0"};
  const Ends ends = Meet(MustClient(client), MustServer(server));
  EXPECT_EQ(ends.client.AlpnProtocol(), "http/1.1");
  EXPECT_EQ(ends.server.AlpnProtocol(), "http/1.1");
  // A side that has no protocols accepts this.
  EXPECT_EQ(Meet(DefaultClient(), MustServer(server)).client.AlpnProtocol(),
            "");
  EXPECT_EQ(Meet(MustClient(client), DefaultServer()).client.AlpnProtocol(),
            "");
  server.alpn = {"smtp"};
  const Ends refused = Meet(MustClient(client), MustServer(server));
  EXPECT_TRUE(IsTlsAlert(refused.client_status)) << refused.client_status;
  EXPECT_TRUE(IsTlsError(refused.server_status)) << refused.server_status;
}

TEST(TlsSocketTest, AServerChoosesItsCertificateByTheName) {
  Wanted wanted;
  wanted.common_name = "other";
  wanted.dns_names = {"other.example"};
  const TlsContext other = MustServer(Being(DefaultRoot().Issue(wanted)));
  TlsOptions options = Being(DefaultIdentity());
  options.on_server_name = [other](absl::string_view name) {
    return name == "other.example" ? other : TlsContext();
  };
  const TlsContext server = MustServer(options);
  const Ends there = Meet(DefaultClient(), server, "Other.Example");
  EXPECT_TRUE(there.client_status.ok()) << there.client_status;
  EXPECT_EQ(there.client.PeerCertificate()->subject, "CN=other");
  EXPECT_EQ(there.server.ServerName(), "Other.Example");
  const Ends here = Meet(DefaultClient(), server);
  EXPECT_TRUE(here.client_status.ok()) << here.client_status;
}

TEST(TlsSocketTest, TheCertificateTellsWhoseItIs) {
  Wanted wanted;
  wanted.common_name = "Between";
  const TestAuthority between = DefaultRoot().Intermediate(wanted);
  wanted = Wanted();
  wanted.ip_addresses = {"127.0.0.1", "::1"};
  const Ends ends =
      Meet(DefaultClient(), MustServer(Being(between.Issue(wanted))));
  const std::vector<TlsCertificate> chain = ends.client.PeerChain();
  ASSERT_EQ(chain.size(), 2u);
  EXPECT_EQ(chain[0].subject, "CN=localhost");
  EXPECT_EQ(chain[0].issuer, "CN=Between");
  EXPECT_EQ(chain[1].issuer, "CN=Test Root");
  EXPECT_THAT(chain[0].dns_names, testing::ElementsAre("localhost"));
  EXPECT_THAT(chain[0].ip_addresses, testing::ElementsAre("127.0.0.1", "::1"));
  EXPECT_LT(chain[0].not_before, absl::Now());
  EXPECT_GT(chain[0].not_after, absl::Now() + absl::Hours(23));
  EXPECT_EQ(chain[0].sha256.size(), 64u);
  EXPECT_EQ(chain[0].der[0], '\x30');
  EXPECT_EQ(ends.client.PeerCertificate()->der, chain[0].der);
}

TEST(TlsSocketTest, VersionsWithoutACommonOneDoNotMeet) {
  TlsOptions client = Trusting(DefaultRoot());
  client.maximum_version = TlsVersion::kTls12;
  TlsOptions server = Being(DefaultIdentity());
  server.minimum_version = TlsVersion::kTls13;
  const Ends ends = Meet(MustClient(client), MustServer(server));
  EXPECT_TRUE(IsTlsAlert(ends.client_status)) << ends.client_status;
  EXPECT_THAT(std::string(ends.client_status.message()),
              testing::HasSubstr("version"));
  EXPECT_TRUE(IsTlsError(ends.server_status)) << ends.server_status;
}

TEST(TlsSocketTest, AHandshakeHasOneDeadline) {
  for (const bool as_server : {false, true}) {
    auto [mine, silent] = MustConnect();
    ASSERT_TRUE(mine.SetTimeout(absl::Milliseconds(50)).ok());
    TlsSocket tls =
        *TlsSocket::Create(as_server ? DefaultServer() : DefaultClient(),
                           std::move(mine), as_server ? "" : "localhost");
    // The peer sends a byte now and then, of what may become a valid record.
    // This does not extend the timeout.
    std::atomic<bool> over{false};
    std::thread dripping([&over, &silent = silent] {
      const std::string record =
          std::string("\x16\x03\x01\x40\x00", 5) + std::string(16000, '\0');
      for (std::size_t i = 0; !over && i < record.size(); ++i) {
        if (!silent.Send(record.substr(i, 1)).ok()) return;
        absl::SleepFor(absl::Milliseconds(5));
      }
    });
    const absl::Time begin = absl::Now();
    const absl::Status status = tls.Handshake();
    EXPECT_TRUE(IsTimeout(status)) << status;
    EXPECT_EQ(ErrorOf(status)->operation, "do_handshake");
    EXPECT_GE(absl::Now() - begin, absl::Milliseconds(50));
    over = true;
    dripping.join();
    EXPECT_TRUE(IsTimeout(tls.Read().status()));
    EXPECT_TRUE(IsTimeout(tls.WriteAll("x")));
  }
}

TEST(TlsSocketTest, WhatIsNoTlsIsToldFromIt) {
  for (const bool as_server : {false, true}) {
    for (const std::string& garbage :
         {std::string("HTTP/1.0 400 Bad Request\r\n\r\n"),
          std::string("GET / HTTP/1.0\r\n\r\n"), std::string(64, '\0'),
          std::string(100000, '\xff'),
          std::string("\x16\x03\x01\xff\xff", 5) + std::string(70000, 'x'),
          std::string("\x15\x03\x03\x00\x02\x02\x28", 7),
          std::string("\x16\x03\x03\x00\x04\x63\x00\x00\x00", 9)}) {
      auto [mine, liar] = MustConnect();
      TlsSocket tls =
          *TlsSocket::Create(as_server ? DefaultServer() : DefaultClient(),
                             std::move(mine), as_server ? "" : "localhost");
      std::thread lying([&garbage, &liar = liar] {
        liar.SendAll(garbage).IgnoreError();
        liar.Shutdown(ShutdownHow::kWrite).IgnoreError();
      });
      const absl::Status status = tls.Handshake();
      EXPECT_TRUE(IsTlsError(status)) << status;
      EXPECT_FALSE(IsTimeout(status));
      // The error stays, for reading and for writing.
      EXPECT_EQ(tls.Read().status().code(), status.code());
      EXPECT_EQ(tls.WriteAll("x").code(), status.code());
      EXPECT_TRUE(tls.Close().ok());
      lying.join();
    }
  }
}

TEST(TlsSocketTest, AHandshakeThatIsCutShortSaysSo) {
  auto [mine, gone] = MustConnect();
  TlsSocket tls =
      *TlsSocket::Create(DefaultClient(), std::move(mine), "localhost");
  ASSERT_TRUE(gone.Shutdown(ShutdownHow::kWrite).ok());
  const absl::Status status = tls.Handshake();
  EXPECT_TRUE(IsTlsTruncated(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("during the handshake"));
}

TEST(TlsSocketTest, DataThatHasBeenTamperedWithIsRefused) {
  Ends ends = MustMeet();
  // Inserts a whole record that was not sealed.
  Socket below =
      *Socket::FromFd(NativeHandle(ends.server.FileNo()), kAfInet, kSockStream);
  ASSERT_TRUE(below
                  .SendAll(std::string("\x17\x03\x03\x00\x20", 5) +
                           std::string(32, 'x'))
                  .ok());
  const absl::Status status = ends.client.Read().status();
  EXPECT_TRUE(IsTlsError(status)) << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(IsTlsError(ends.client.WriteAll("x")));
}

TEST(TlsSocketTest, NonBlockingItSaysWhatItWaitsFor) {
  auto [client_socket, server_socket] = MustConnect();
  ASSERT_TRUE(client_socket.SetBlocking(false).ok());
  ASSERT_TRUE(server_socket.SetBlocking(false).ok());
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  TlsSocket server =
      *TlsSocket::Create(DefaultServer(), std::move(server_socket));
  EXPECT_TRUE(IsWouldBlock(client.Handshake()));
  EXPECT_FALSE(client.ReadWaitsToWrite());
  EXPECT_TRUE(IsWouldBlock(client.Write("x").status()));
  EXPECT_TRUE(client.WriteWaitsToRead());
  absl::Status client_status = client.Handshake();
  absl::Status server_status = server.Handshake();
  while (!client_status.ok() || !server_status.ok()) {
    ASSERT_TRUE(client_status.ok() || IsWouldBlock(client_status))
        << client_status;
    ASSERT_TRUE(server_status.ok() || IsWouldBlock(server_status))
        << server_status;
    client_status = client.Handshake();
    server_status = server.Handshake();
  }
  EXPECT_TRUE(IsWouldBlock(client.Read().status()));
  // Send until the buffers are full.
  const std::string data = Pattern(64 << 20);
  std::size_t sent = 0;
  for (;;) {
    const absl::StatusOr<std::size_t> some =
        client.Write(absl::string_view(data).substr(sent));
    if (!some.ok()) {
      ASSERT_TRUE(IsWouldBlock(some.status())) << some.status();
      break;
    }
    sent += *some;
    ASSERT_LT(sent, data.size());
  }
  EXPECT_FALSE(client.WriteWaitsToRead());
  // A record with the old data has been sealed, so other data is refused.
  const absl::Status other = client.Write(std::string(20000, '!')).status();
  EXPECT_EQ(other.code(), absl::StatusCode::kInvalidArgument) << other;
  ASSERT_TRUE(server.SetTimeout(kLong).ok());
  ASSERT_TRUE(client.SetTimeout(kLong).ok());
  std::thread sending([&] {
    EXPECT_TRUE(client.WriteAll(absl::string_view(data).substr(sent)).ok());
    EXPECT_TRUE(client.Shutdown(ShutdownHow::kWrite).ok());
  });
  EXPECT_TRUE(ReadToEnd(server) == data);
  sending.join();
}

TEST(TlsSocketTest, AfterAWriteAllThatFailedOtherDataFollow) {
  Ends ends = MustMeet();
  const std::string data = Pattern(64 << 20);
  ASSERT_TRUE(ends.client.SetBlocking(false).ok());
  // Send until a record has begun for which there is no room.
  ASSERT_TRUE(IsWouldBlock(ends.client.WriteAll(data)));
  const absl::Status next = ends.client.WriteAll("so ");
  // There is room if the buffers have grown in the meantime, and otherwise not.
  ASSERT_TRUE(next.ok() || IsWouldBlock(next)) << next;
  ASSERT_TRUE(ends.client.SetTimeout(kLong).ok());
  std::thread sending([&] {
    EXPECT_TRUE(ends.client.WriteAll("it goes on").ok());
    EXPECT_TRUE(ends.client.Shutdown(ShutdownHow::kWrite).ok());
  });
  const std::string got = ReadToEnd(ends.server);
  sending.join();
  constexpr absl::string_view kEnd = "it goes on";
  ASSERT_TRUE(absl::EndsWith(got, kEnd));
  absl::string_view begun = got;
  begun.remove_suffix(kEnd.size());
  // The data of the call that failed may have been sent.
  EXPECT_TRUE(absl::ConsumeSuffix(&begun, "so ") || !next.ok());
  EXPECT_TRUE(absl::StartsWith(data, begun));
}

TEST(TlsSocketTest, AbandonedDataEndCleanly) {
  Ends ends = MustMeet();
  ASSERT_TRUE(ends.client.SetTimeout(absl::Milliseconds(20)).ok());
  ASSERT_TRUE(IsTimeout(ends.client.WriteAll(Pattern(64 << 20))));
  ASSERT_TRUE(ends.client.SetTimeout(kLong).ok());
  std::thread sending([&] {
    const absl::Status status = ends.client.Shutdown(ShutdownHow::kWrite);
    EXPECT_TRUE(status.ok()) << status;
  });
  absl::Status end;
  ReadToEnd(ends.server, &end);
  sending.join();
  EXPECT_TRUE(end.ok()) << end;
}

TEST(TlsSocketTest, SmallRecordsDoNotWaitForAcknowledgements) {
  Ends ends = MustMeet();
  for (TlsSocket* end : {&ends.client, &ends.server}) {
    EXPECT_NE(*end->socket().GetSockOpt(kIpprotoTcp, kTcpNodelay), 0);
  }
}

TEST(TlsSocketTest, ItIsAFileForWhoWantsOne) {
  Ends ends = MustMeet();
  absl::StatusOr<SocketFile> file = MakeFile(ends.client.socket(), "rw");
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE(ends.server.WriteAll("first\nsecond\nlast").ok());
  ASSERT_TRUE(ends.server.Shutdown(ShutdownHow::kWrite).ok());
  EXPECT_EQ(*file->ReadLine(), "first\n");
  EXPECT_EQ(*file->ReadLine(), "second\n");
  EXPECT_EQ(*file->Read(), "last");
  EXPECT_TRUE(file->Write("answer").ok());
  EXPECT_TRUE(file->Flush().ok());
  EXPECT_EQ(*ends.server.Read(), "answer");
}

TEST(TlsSocketTest, ItIsASocketForWhoWantsOne) {
  Ends ends = MustMeet();
  EXPECT_EQ(ends.client.socket().family(), kAfInet);
  EXPECT_TRUE(ends.client.socket().GetPeerName().ok());
  ASSERT_TRUE(ends.client.socket().SendAll("through").ok());
  EXPECT_EQ(*ends.server.socket().Recv(16), "through");
  EXPECT_EQ(ends.client.GetTimeout(), kLong);
  ASSERT_TRUE(ends.client.SetTimeout(absl::Milliseconds(20)).ok());
  EXPECT_TRUE(IsTimeout(ends.client.Read().status()));
  EXPECT_EQ(ErrorOf(ends.client.Read().status())->operation, "recv");
}

TEST(TlsSocketTest, TlsGoesOverTls) {
  Ends outer = MustMeet();
  TlsSocket client = *TlsSocket::Create(
      DefaultClient(), std::move(outer.client.socket()), "localhost");
  TlsSocket server =
      *TlsSocket::Create(DefaultServer(), std::move(outer.server.socket()));
  std::thread serving([&] { EXPECT_EQ(*server.Read(), "deep"); });
  EXPECT_TRUE(client.WriteAll("deep").ok());
  serving.join();
}

TEST(SslTest, VerifiesUnlessToldNotTo) {
  for (const TlsVerify verify : {TlsVerify::kFull, TlsVerify::kNoneInsecure}) {
    auto [client, server_socket] = MustConnect();
    TlsSocket server =
        *TlsSocket::Create(DefaultServer(), std::move(server_socket));
    std::thread serving([&] {
      if (server.Handshake().ok()) {
        server.WriteAll("secret").IgnoreError();
      }
    });
    absl::StatusOr<TlsSocket> ssl =
        Ssl(std::move(client), "", "", "localhost", verify);
    if (verify == TlsVerify::kFull) {
      EXPECT_FALSE(ssl.ok());
      EXPECT_TRUE(IsCertificateError(ssl.status()) ||
                  ssl.status().code() == absl::StatusCode::kNotFound)
          << ssl.status();
    } else {
      ASSERT_TRUE(ssl.ok()) << ssl.status();
      EXPECT_EQ(*ssl->Read(16), "secret");
    }
    serving.join();
  }
}

TEST(SslTest, FilesThatAreNotThereAreNamed) {
  const absl::Status status =
      Ssl(MustConnect().first, "/nonexistent/key.pem", "/nonexistent/cert.pem",
          "localhost", TlsVerify::kNoneInsecure)
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(IsFileNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("/nonexistent/cert.pem"));
  EXPECT_TRUE(IsClosed(Ssl(Socket()).status()));
}

// The descriptor below shares its mode with its duplicates, in this process and
// in others.
TEST(TlsSocketTest, ATimeoutHoldsThoughTheDescriptorIsMadeBlocking) {
  if (Platform::Default().facts().wait_flags.do_not_wait == 0) {
    GTEST_SKIP() << "no call can be told not to wait here";
  }
  auto [client_socket, server_socket] = MustConnect();
  const Socket copy = *client_socket.Dup();
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  TlsSocket server =
      *TlsSocket::Create(DefaultServer(), std::move(server_socket));
  std::thread serving([&] { EXPECT_TRUE(server.Handshake().ok()); });
  EXPECT_TRUE(client.Handshake().ok());
  serving.join();
  ASSERT_TRUE(client.SetTimeout(absl::Milliseconds(10)).ok());
  ASSERT_TRUE(
      copy.platform()->sockets().SetBlocking(copy.native_handle(), true).ok());
  EXPECT_TRUE(IsTimeout(client.Read(1).status()));
  const std::string much(std::size_t{1} << 24, 'x');
  EXPECT_TRUE(IsTimeout(client.WriteAll(much)));
}

TEST(TlsPlatformTest, WithoutContextsNothingConnects) {
  TlsPlatform sealed(Platform::Default(), TlsContext(), TlsContext());
  absl::StatusOr<Socket> listener =
      Socket::Create(kAfInet, kSockStream, 0, &sealed.platform());
  ASSERT_TRUE(listener.ok());
  ASSERT_TRUE(listener->Bind({"127.0.0.1", 0}).ok());
  ASSERT_TRUE(listener->Listen().ok());
  absl::StatusOr<Socket> client =
      Socket::Create(kAfInet, kSockStream, 0, &sealed.platform());
  EXPECT_TRUE(IsUnsupported(client->Connect(*listener->GetSockName())));
  EXPECT_TRUE(IsUnsupported(listener->Accept().status()));
  EXPECT_TRUE(IsUnsupported(
      Socket::Create(kAfInet, kSockDgram, 0, &sealed.platform()).status()));
}

// Handles of the layer are not descriptors of the system. The layer must not
// take a wrong handle for an address in memory.
TEST(TlsPlatformTest, OnlyItsOwnHandlesAreAdopted) {
  TlsPlatform sealed(Platform::Default(), DefaultClient(), DefaultServer(),
                     "localhost");
  Platform& platform = sealed.platform();
  Socket open = *Socket::Create(kAfInet, kSockStream, 0, &platform);
  Socket closed = *Socket::Create(kAfInet, kSockStream, 0, &platform);
  const NativeHandle was_open = closed.native_handle();
  ASSERT_TRUE(closed.Close().ok());
  const Socket plain = *Socket::Create(kAfInet, kSockStream);
  for (const NativeHandle handle :
       {NativeHandle(3), NativeHandle(-2), NativeHandle(0x100000003),
        plain.native_handle(), was_open}) {
    SCOPED_TRACE(handle.value());
    for (const absl::Status& status :
         {Socket::Adopt(handle, kAfInet, kSockStream, 0, &platform).status(),
          Socket::Adopt(handle, &platform).status(),
          Socket::FromFd(handle, kAfInet, kSockStream, 0, &platform).status(),
          Socket::FromFd(handle, &platform).status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
      EXPECT_TRUE(IsUsageError(status)) << status;
    }
  }
  EXPECT_TRUE(plain.GetSockName().ok());
  EXPECT_TRUE(
      Socket::FromFd(open.native_handle(), kAfInet, kSockStream, 0, &platform)
          .ok());
}

TEST(TlsPlatformTest, DroppingReadsAndWritesNothing) {
  static auto* const below = new WatchedPlatform;
  static auto* const sealed = new TlsPlatform(
      below->platform(), DefaultClient(), DefaultServer(), "localhost");
  Socket listener =
      *Socket::Create(kAfInet, kSockStream, 0, &sealed->platform());
  ASSERT_TRUE(listener.Bind({"127.0.0.1", 0}).ok());
  ASSERT_TRUE(listener.Listen().ok());
  Socket client = *Socket::Create(kAfInet, kSockStream, 0, &sealed->platform());
  ASSERT_TRUE(client.Connect(*listener.GetSockName()).ok());
  Socket server = std::move(listener.Accept()->socket);
  std::thread serving([&] {
    EXPECT_EQ(*server.Recv(8), "question");
    EXPECT_TRUE(server.SendAll("answer").ok());
  });
  EXPECT_TRUE(client.SendAll("question").ok());
  EXPECT_EQ(*client.Recv(8), "answer");
  serving.join();
  const int before = below->transfers();
  Socket(std::move(server));
  Socket(std::move(client));
  Socket(std::move(listener));
  EXPECT_EQ(below->transfers(), before);
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
