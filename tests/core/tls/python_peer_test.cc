// Tests with another implementation of TLS, in both roles: Python's ssl, which
// uses OpenSSL.

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/test_files.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

// Sends back what it gets, then ends. Arguments: role, folder, version, port.
constexpr absl::string_view kPeer = R"PY(
import socket, ssl, sys
role, folder, version, port = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
server = role == 'server'
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version)
context.load_verify_locations(folder + '/ca.pem')
context.load_cert_chain(folder + '/own.pem', folder + '/own_key.pem')
context.set_alpn_protocols(['mortise'])
if server:
    context.verify_mode = ssl.CERT_REQUIRED
    listener = socket.create_server(('127.0.0.1', 0))
    print(listener.getsockname()[1], flush=True)
    plain, _ = listener.accept()
    peer = context.wrap_socket(plain, server_side=True)
else:
    plain = socket.create_connection(('127.0.0.1', port))
    peer = context.wrap_socket(plain, server_hostname='localhost')
assert peer.version() == version.replace('_', '.'), peer.version()
assert peer.selected_alpn_protocol() == 'mortise'
while True:
    data = peer.recv(65536)
    if not data:
        break
    peer.sendall(data)
# Its own goodbye.
peer.unwrap()
peer.close()
print('done', flush=True)
)PY";

class PythonPeerTest
    : public testing::TestWithParam<std::tuple<TlsVersion, KeyKind>> {
 protected:
  PythonPeerTest()
      : root_(TestAuthority::Root("Python Test")), folder_(testing::TempDir()) {
    Wanted wanted;
    wanted.purpose = "serverAuth,clientAuth";
    // The kind of key that both ends have.
    wanted.key = std::get<1>(GetParam());
    const TestIdentity theirs = root_.Issue(wanted);
    files_.Save("ca.pem", root_.certificate_pem());
    files_.Save("own.pem", theirs.chain_pem);
    files_.Save("own_key.pem", theirs.key_pem);
    files_.Save("peer.py", std::string(kPeer));
    options_ = Being(root_.Issue(wanted));
    options_.trusted.text = root_.certificate_pem();
    options_.alpn = {"mortise"};
  }

  static TlsVersion version() { return std::get<0>(GetParam()); }

  void SetUp() override {
    if (std::system("python3 -c 'import ssl; ssl.TLSVersion' 2> /dev/null") !=
        0) {
      GTEST_SKIP() << "there is no python3 with ssl here";
    }
  }

  std::FILE* Start(const std::string& role, int port) const {
    return popen(
        absl::StrCat(
            "python3 -B '", folder_, "/peer.py' ", role, " '", folder_, "' ",
            version() == TlsVersion::kTls12 ? "TLSv1_2" : "TLSv1_3", " ", port)
            .c_str(),
        "r");
  }

  // Sends much data in both directions, and ends the stream in both directions.
  void Exchange(Socket socket, const TlsContext& context,
                absl::string_view name) const {
    EXPECT_TRUE(socket.SetTimeout(kLong).ok());
    absl::StatusOr<TlsSocket> tls =
        TlsSocket::Create(context, std::move(socket), name);
    ASSERT_TRUE(tls.ok()) << tls.status();
    const absl::Status handshake = tls->Handshake();
    ASSERT_TRUE(handshake.ok()) << handshake;
    EXPECT_EQ(tls->Version(), version());
    EXPECT_EQ(tls->AlpnProtocol(), "mortise");
    EXPECT_EQ(tls->PeerCertificate()->subject, "CN=localhost");
    // Much data is sent for one kind of key only, because the data does not
    // depend on the key.
    const bool is_first = std::get<1>(GetParam()) == KeyKind::kP256;
    std::string data(is_first ? 20 << 20 : 100 << 10, '\0');
    for (std::size_t i = 0; i < data.size(); ++i) {
      data[i] = static_cast<char>(i * 31 + (i >> 12));
    }
    std::thread sending([&] { EXPECT_TRUE(tls->WriteAll(data).ok()); });
    std::string back;
    while (back.size() < data.size()) {
      const absl::StatusOr<std::string> more = tls->Read(65536);
      if (!more.ok() || more->empty()) {
        ADD_FAILURE() << more.status();
        break;
      }
      back += *more;
    }
    sending.join();
    EXPECT_TRUE(back == data);
    const absl::Status plain = tls->Unwrap().status();
    EXPECT_TRUE(plain.ok()) << plain;
  }

  static std::string Line(std::FILE* from) {
    char line[256] = "";
    return std::fgets(line, sizeof(line), from) == nullptr ? "" : line;
  }

  const TestAuthority root_;
  const std::string folder_;
  TestFiles files_;
  TlsOptions options_;
};

TEST_P(PythonPeerTest, IsAServer) {
  std::FILE* const python = Start("server", 0);
  int port = 0;
  ASSERT_TRUE(absl::SimpleAtoi(Line(python), &port));
  absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
  ASSERT_TRUE(socket.ok());
  ASSERT_TRUE(socket->Connect({"127.0.0.1", port}).ok());
  Exchange(*std::move(socket), MustClient(options_), "localhost");
  EXPECT_EQ(Line(python), "done\n");
  EXPECT_EQ(pclose(python), 0);
}

TEST_P(PythonPeerTest, IsAClient) {
  absl::StatusOr<Socket> listener = Socket::Create(kAfInet, kSockStream);
  ASSERT_TRUE(listener.ok());
  ASSERT_TRUE(listener->Bind({"127.0.0.1", 0}).ok());
  ASSERT_TRUE(listener->Listen().ok());
  ASSERT_TRUE(listener->SetTimeout(kLong).ok());
  std::FILE* const python = Start("client", listener->GetSockName()->port());
  absl::StatusOr<AcceptResult> accepted = listener->Accept();
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  TlsOptions options = options_;
  options.client_certificate = TlsClientCertificate::kRequired;
  Exchange(std::move(accepted->socket), MustServer(options), "");
  EXPECT_EQ(Line(python), "done\n");
  EXPECT_EQ(pclose(python), 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, PythonPeerTest,
    testing::Combine(testing::Values(TlsVersion::kTls12, TlsVersion::kTls13),
                     testing::Values(KeyKind::kP256, KeyKind::kP521,
                                     KeyKind::kEd25519, KeyKind::kRsa2048)),
    [](const testing::TestParamInfo<PythonPeerTest::ParamType>& info) {
      return absl::StrCat(VersionName(std::get<0>(info.param)),
                          KeyKindName(std::get<1>(info.param)));
    });

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
