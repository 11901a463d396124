// Data over TLS, and the ends of connections.

#include "mortise/core/tls/tls_socket.h"

#include <atomic>
#include <cstddef>
#include <memory>
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
#include "mortise/core/stream.h"
#include "mortise/core/tls/ssl.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
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
  EXPECT_EQ(*ends.client.Read(1024), data.substr(3));
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
  ASSERT_EQ(*ends.server.Read(1024), "sealed");
  absl::StatusOr<std::unique_ptr<Stream>> server_below = absl::UnknownError("");
  std::thread serving([&] { server_below = ends.server.Unwrap(); });
  absl::StatusOr<std::unique_ptr<Stream>> client_below = ends.client.Unwrap();
  serving.join();
  ASSERT_TRUE(client_below.ok()) << client_below.status();
  ASSERT_TRUE(server_below.ok()) << server_below.status();
  EXPECT_FALSE(ends.client.is_open());
  absl::StatusOr<Socket> plain_client = TakeSocket(*std::move(client_below));
  absl::StatusOr<Socket> plain_server = TakeSocket(*std::move(server_below));
  ASSERT_TRUE(plain_client.ok()) << plain_client.status();
  ASSERT_TRUE(plain_server.ok()) << plain_server.status();
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
    {"a handle that was made of it",
     [](TlsSocket& socket) {
       const absl::StatusOr<std::unique_ptr<Stream>> copy = socket.Dup();
       EXPECT_TRUE(copy.ok()) << copy.status();
       socket = TlsSocket();
     }},
    {"a file",
     [](TlsSocket& socket) {
       absl::StatusOr<SocketFile> file = MakeFile(socket, "rw");
       EXPECT_TRUE(file.ok() && file->Write("unsent").ok());
       socket = TlsSocket();
     }},
    {"an iostream",
     [](TlsSocket& socket) {
       SocketStream stream(socket);
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
    EXPECT_EQ(*server.Read(1024), "hello");
    EXPECT_TRUE(server.WriteAll("hello back").ok());
  });
  EXPECT_TRUE(client.WriteAll("hello").ok());
  EXPECT_EQ(*client.Read(1024), "hello back");
  serving.join();
  EXPECT_EQ(client.Version(), TlsVersion::kTls13);
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
  EXPECT_TRUE(IsClosed(closed.Read(1024).status()));
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
      EXPECT_TRUE(IsTlsTruncated(ends.client.Read(1024).status()));
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
    EXPECT_TRUE(IsTimeout(tls.Read(1024).status()));
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
          // The end of TLS in place of its beginning.
          std::string("\x15\x03\x01\x00\x02\x01\x00", 7),
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
      EXPECT_EQ(tls.Read(1024).status().code(), status.code());
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
  const absl::Status status = ends.client.Read(1024).status();
  EXPECT_TRUE(IsTlsError(status)) << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(IsTlsError(ends.client.WriteAll("x")));
}

TEST(TlsSocketTest, ATryTellsWhatItWaitsFor) {
  auto [client_socket, server_socket] = MustConnect();
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  TlsSocket server =
      *TlsSocket::Create(DefaultServer(), std::move(server_socket));
  char byte;
  // A handshake waits for the peer, whatever the call is.
  EXPECT_EQ(client.TryHandshake().wait, WaitEvents::kReadable);
  EXPECT_EQ(client.TryWrite("x", TryMode::kNow).wait, WaitEvents::kReadable);
  EXPECT_EQ(client.TryRead(absl::MakeSpan(&byte, 1), TryMode::kNow).wait,
            WaitEvents::kReadable);
  for (;;) {
    const StreamTry a = client.TryHandshake();
    const StreamTry b = server.TryHandshake();
    ASSERT_TRUE(a.status.ok() && b.status.ok()) << a.status << b.status;
    if (a.wait == WaitEvents::kNone && b.wait == WaitEvents::kNone) break;
  }
  EXPECT_EQ(client.TryRead(absl::MakeSpan(&byte, 1), TryMode::kNow).wait,
            WaitEvents::kReadable);
  // Write until there is no room.
  const std::string data = Pattern(TlsSocket::kRecordSize);
  StreamTry last;
  std::size_t taken = 0;
  do {
    last = client.TryWrite(data, TryMode::kNow);
    ASSERT_TRUE(last.status.ok()) << last.status;
    taken += last.size;
  } while (last.wait == WaitEvents::kNone);
  EXPECT_EQ(last.wait, WaitEvents::kWritable);
  EXPECT_EQ(taken % data.size(), 0u);
  // Then nothing more is taken, and a reader waits for both.
  EXPECT_EQ(client.TryWrite("x", TryMode::kNow).size, 0u);
  EXPECT_EQ(client.TryRead(absl::MakeSpan(&byte, 1), TryMode::kNow).wait,
            WaitEvents::kReadable | WaitEvents::kWritable);
}

TEST(TlsSocketTest, NonBlockingItTakesWhatItSays) {
  Ends ends = MustMeet();
  ASSERT_TRUE(ends.client.SetBlocking(false).ok());
  EXPECT_TRUE(IsWouldBlock(ends.client.Read(1024).status()));
  const std::string data = Pattern(64 << 20);
  std::size_t sent = 0;
  for (;;) {
    const absl::StatusOr<std::size_t> some =
        ends.client.Write(absl::string_view(data).substr(sent));
    if (!some.ok()) {
      ASSERT_TRUE(IsWouldBlock(some.status())) << some.status();
      break;
    }
    sent += *some;
    ASSERT_LT(sent, data.size());
  }
  // Other data follows what was taken, in the same call or another.
  ASSERT_TRUE(ends.client.SetTimeout(kLong).ok());
  std::thread sending([&] {
    EXPECT_TRUE(ends.client.WriteAll("other data").ok());
    EXPECT_TRUE(ends.client.Shutdown(ShutdownHow::kWrite).ok());
  });
  EXPECT_TRUE(ReadToEnd(ends.server) == data.substr(0, sent) + "other data");
  sending.join();
}

TEST(TlsSocketTest, AfterAWriteAllThatFailedOtherDataFollows) {
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Milliseconds(20)}) {
    Ends ends = MustMeet();
    const std::string data = Pattern(64 << 20);
    ASSERT_TRUE(ends.client.SetTimeout(timeout).ok());
    std::size_t sent = 0;
    const absl::Status first = ends.client.WriteAll(data, &sent);
    ASSERT_TRUE(IsWouldBlock(first) || IsTimeout(first)) << first;
    ASSERT_GT(sent, 0u);
    ASSERT_TRUE(ends.client.SetTimeout(kLong).ok());
    std::thread sending([&] {
      EXPECT_TRUE(ends.client.WriteAll("it goes on").ok());
      EXPECT_TRUE(ends.client.Shutdown(ShutdownHow::kWrite).ok());
    });
    absl::Status end;
    EXPECT_TRUE(ReadToEnd(ends.server, &end) ==
                data.substr(0, sent) + "it goes on");
    EXPECT_TRUE(end.ok()) << end;
    sending.join();
  }
}

TEST(TlsSocketTest, ShutdownSendsWhatWasTaken) {
  Ends ends = MustMeet();
  const std::string data = Pattern(64 << 20);
  ASSERT_TRUE(ends.client.SetTimeout(absl::Milliseconds(20)).ok());
  std::size_t sent = 0;
  ASSERT_TRUE(IsTimeout(ends.client.WriteAll(data, &sent)));
  ASSERT_TRUE(ends.client.SetTimeout(kLong).ok());
  std::thread sending([&] {
    const absl::Status status = ends.client.Shutdown(ShutdownHow::kWrite);
    EXPECT_TRUE(status.ok()) << status;
  });
  absl::Status end;
  EXPECT_TRUE(ReadToEnd(ends.server, &end) == data.substr(0, sent));
  sending.join();
  EXPECT_TRUE(end.ok()) << end;
}

TEST(TlsSocketTest, SmallRecordsDoNotWaitForAcknowledgements) {
  Ends ends = MustMeet();
  for (TlsSocket* end : {&ends.client, &ends.server}) {
    EXPECT_NE(*end->socket()->GetSockOpt(kIpprotoTcp, kTcpNodelay), 0);
  }
}

TEST(TlsSocketTest, AFileCanBeMadeOfIt) {
  Ends ends = MustMeet();
  absl::StatusOr<SocketFile> file = MakeFile(ends.client, "rw");
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE(ends.server.WriteAll("first\nsecond\nlast").ok());
  ASSERT_TRUE(ends.server.Shutdown(ShutdownHow::kWrite).ok());
  EXPECT_EQ(*file->ReadLine(), "first\n");
  EXPECT_EQ(*file->ReadLine(), "second\n");
  EXPECT_EQ(*file->Read(), "last");
  EXPECT_TRUE(file->Write("answer").ok());
  EXPECT_TRUE(file->Flush().ok());
  EXPECT_EQ(*ends.server.Read(1024), "answer");
}

TEST(TlsSocketTest, HasTheSocketAtTheBottom) {
  Ends ends = MustMeet();
  ASSERT_NE(ends.client.socket(), nullptr);
  EXPECT_FALSE(ends.client.bytes_are_plain());
  EXPECT_EQ(ends.client.socket()->family(), kAfInet);
  EXPECT_TRUE(ends.client.socket()->GetPeerName().ok());
  EXPECT_EQ(ends.client.FileNo(), ends.client.socket()->FileNo());
  EXPECT_EQ(TlsSocket().socket(), nullptr);
}

TEST(TlsSocketTest, EachHandleHasItsOwnTimeout) {
  Ends ends = MustMeet();
  EXPECT_EQ(ends.client.GetTimeout(), kLong);
  absl::StatusOr<std::unique_ptr<Stream>> copy = ends.client.Dup();
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ((*copy)->GetTimeout(), kLong);
  ASSERT_TRUE(ends.client.SetTimeout(absl::Milliseconds(20)).ok());
  const absl::Status status = ends.client.Read(1024).status();
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "read");
  EXPECT_EQ((*copy)->GetTimeout(), kLong);
  EXPECT_TRUE(IsUsageError(ends.client.SetTimeout(absl::Seconds(-1))));
}

TEST(TlsSocketTest, TheLastHandleEndsTheConnection) {
  Ends ends = MustMeet();
  absl::StatusOr<std::unique_ptr<Stream>> copy = ends.client.Dup();
  ASSERT_TRUE(copy.ok()) << copy.status();
  ASSERT_TRUE(ends.client.Close().ok());
  ASSERT_TRUE((*copy)->WriteAll("still open").ok());
  EXPECT_EQ(*ends.server.Read(1024), "still open");
  ASSERT_TRUE((*copy)->Close().ok());
  absl::Status end;
  EXPECT_EQ(ReadToEnd(ends.server, &end), "");
  EXPECT_TRUE(end.ok()) << end;
}

TEST(TlsSocketTest, TlsGoesOverTls) {
  Ends outer = MustMeet();
  TlsSocket client = *TlsSocket::Create(
      DefaultClient(), std::make_unique<TlsSocket>(std::move(outer.client)),
      "localhost");
  TlsSocket server = *TlsSocket::Create(
      DefaultServer(), std::make_unique<TlsSocket>(std::move(outer.server)));
  const std::string data = Pattern(4 << 20);
  std::thread serving([&] {
    EXPECT_TRUE(ReadToEnd(server) == data);
    EXPECT_TRUE(server.WriteAll(data).ok());
    EXPECT_TRUE(server.Close().ok());
  });
  EXPECT_TRUE(client.WriteAll(data).ok());
  EXPECT_TRUE(client.Shutdown(ShutdownHow::kWrite).ok());
  absl::Status end;
  EXPECT_TRUE(ReadToEnd(client, &end) == data);
  EXPECT_TRUE(end.ok()) << end;
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
  const WaitFlags& flags = Platform::Default().facts().wait_flags;
  if (flags.do_not_wait == 0) {
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
  if (!flags.keep_all_from_waiting()) {
    GTEST_SKIP() << "no send can be told not to wait here";
  }
  const std::string much(std::size_t{1} << 24, 'x');
  EXPECT_TRUE(IsTimeout(client.WriteAll(much)));
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
