// The contexts that options make, and options that cannot be right.

#include "mortise/core/tls/tls_context.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

const TestAuthority& Root() {
  static const auto* const root =
      new TestAuthority(TestAuthority::Root("Test Root"));
  return *root;
}
const TestIdentity& Identity() {
  static const auto* const identity = new TestIdentity(Root().Issue());
  return *identity;
}

// Expects that the options are refused with a text that begins with the name of
// the wrong option.
template <typename T>
void ExpectRefused(const absl::StatusOr<T>& result, const std::string& option,
                   absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
  ASSERT_FALSE(result.ok()) << option;
  EXPECT_EQ(result.status().code(), code) << result.status();
  EXPECT_TRUE(IsUsageError(result.status())) << result.status();
  EXPECT_TRUE(absl::StartsWith(result.status().message(),
                               absl::StrCat("ssl: ", option, ": ")))
      << result.status();
}

TEST(TlsContextTest, AnEmptyContextIsNone) {
  EXPECT_FALSE(TlsContext());
  EXPECT_FALSE(TlsContext().is_server());
  EXPECT_TRUE(MustClient(Trusting(Root())));
  EXPECT_FALSE(MustClient(Trusting(Root())).is_server());
  EXPECT_TRUE(MustServer(Being(Identity())).is_server());
}

TEST(TlsContextTest, TheSystemsRootsDoNotVouchForATestsCertificate) {
  const absl::StatusOr<TlsContext> client = TlsContext::Client();
  if (!client.ok()) GTEST_SKIP() << client.status();
  const Ends ends = Meet(*client, MustServer(Being(Identity())));
  EXPECT_THAT(std::string(ends.client_status.message()),
              testing::HasSubstr("is not trusted"));
}

TEST(TlsContextTest, AServerHasACertificateAndAKey) {
  ExpectRefused(TlsContext::Server({}), "certificate");
  TlsOptions options = Being(Identity());
  options.private_key = {};
  ExpectRefused(TlsContext::Server(options), "private_key");
  options = Being(Identity());
  options.certificate = {};
  ExpectRefused(TlsContext::Server(options), "certificate");
  ExpectRefused(TlsContext::Client(options), "certificate");
}

TEST(TlsContextTest, AServerThatAsksSaysWhomItTrusts) {
  TlsOptions options = Being(Identity());
  options.client_certificate = TlsClientCertificate::kRequired;
  ExpectRefused(TlsContext::Server(options), "trusted");
}

TEST(TlsContextTest, WhatIsForServersIsNotForClients) {
  TlsOptions options = Trusting(Root());
  options.client_certificate = TlsClientCertificate::kOptional;
  ExpectRefused(TlsContext::Client(options), "client_certificate");
  options = Trusting(Root());
  options.on_server_name = [](absl::string_view) { return TlsContext(); };
  ExpectRefused(TlsContext::Client(options), "on_server_name");
}

TEST(TlsContextTest, TheKeyIsTheCertificates) {
  TlsOptions options = Being(Identity());
  options.private_key.text = Root().Issue().key_pem;
  ExpectRefused(TlsContext::Server(options), "private_key");
}

TEST(TlsContextTest, GarbageIsNeitherACertificateNorAKey) {
  const std::string inside = Identity().certificate_pem.substr(0, 100);
  for (const std::string& garbage :
       {std::string("garbage"), std::string(100000, 'x'), inside,
        absl::StrCat(inside, "\n-----END CERTIFICATE-----\n"),
        std::string("-----BEGIN CERTIFICATE-----\n-----END "
                    "CERTIFICATE-----\n"),
        absl::StrCat(Identity().certificate_pem, inside,
                     "\n-----END CERTIFICATE-----\n")}) {
    TlsOptions options;
    options.trusted.text = garbage;
    ExpectRefused(TlsContext::Client(options), "trusted");
    options = Being(Identity());
    options.certificate.text = garbage;
    ExpectRefused(TlsContext::Server(options), "certificate");
    options = Being(Identity());
    options.private_key.text = garbage;
    ExpectRefused(TlsContext::Server(options), "private_key");
  }
}

TEST(TlsContextTest, TextAroundCertificatesIsPassedOver) {
  TlsOptions options;
  options.trusted.text =
      absl::StrCat("Our root:\n\n", Root().certificate_pem(), "\nThe end.\n");
  EXPECT_TRUE(TlsContext::Client(options).ok());
}

// Chains and keys in the forms that editors and other programs make.
TEST(TlsContextTest, EveryFormOfPemMakesTheSameServer) {
  Wanted wanted;
  wanted.common_name = "Between";
  const TestIdentity identity = Root().Intermediate(wanted).Issue();
  const auto as = [&](absl::string_view mark, absl::string_view end,
                      absl::string_view before, absl::string_view label) {
    TlsOptions options;
    for (const auto& [pem, text] :
         {std::pair{&options.certificate, identity.chain_pem},
          std::pair{&options.private_key, identity.key_pem}}) {
      const std::string changed =
          absl::StrReplaceAll(text, {{"\n", end}, {" CERTIFICATE-", label}});
      pem->text = absl::StrCat(mark, changed);
      if (pem == &options.private_key) continue;
      pem->text = absl::StrCat(
          mark,
          absl::StrReplaceAll(
              changed, {{"-----BEGIN", absl::StrCat(before, "-----BEGIN")}}));
    }
    return options;
  };
  for (const TlsOptions& options :
       {as("\xef\xbb\xbf", "\n", "", " CERTIFICATE-"),
        as("\xef\xbb\xbf", "\r\n", "text: x\n", " CERTIFICATE-"),
        as("", "\r", "", " CERTIFICATE-"), as("", " \n", "", " CERTIFICATE-"),
        as("", " ", "", " CERTIFICATE-"),
        as("", "\n", identity.key_pem, " CERTIFICATE-"),
        as("", "\n", "", " X509 CERTIFICATE-"),
        as("", "\n", "", " TRUSTED CERTIFICATE-")}) {
    const Ends ends = Meet(MustClient(Trusting(Root())), MustServer(options));
    ASSERT_TRUE(ends.client_status.ok()) << ends.client_status;
    EXPECT_EQ(ends.client.PeerCertificate()->subject, "CN=localhost");
  }
}

TEST(TlsContextTest, WhatCannotBeReadIsToldWithItsPlace) {
  const std::string path =
      absl::StrCat(testing::TempDir(), "/tls_context_test_broken.pem");
  const std::string garbage = PemOf("CERTIFICATE", "garbage");
  int line = 1;
  for (const char c : Identity().certificate_pem) line += c == '\n' ? 1 : 0;
  const std::string place =
      absl::StrCat(path, " cannot be read: block 2 (CERTIFICATE, line ", line,
                   "): its bytes are not a certificate");
  std::ofstream(path, std::ios::binary)
      << Identity().certificate_pem << garbage << Root().certificate_pem();
  TlsOptions options;
  options.trusted.file = path;
  const auto client = TlsContext::Client(options);
  ExpectRefused(client, "trusted");
  EXPECT_THAT(client.status().ToString(), testing::HasSubstr(place));
  options = Being(Identity());
  options.certificate.text = "";
  options.certificate.file = path;
  const auto server = TlsContext::Server(options);
  ExpectRefused(server, "certificate");
  EXPECT_THAT(server.status().ToString(), testing::HasSubstr(place));
  std::remove(path.c_str());

  const auto key = [&](const std::string& text) {
    TlsOptions with_key = Being(Identity());
    with_key.private_key.text = text;
    const auto refused = TlsContext::Server(with_key);
    ExpectRefused(refused, "private_key");
    return refused.status().ToString();
  };
  EXPECT_THAT(key(Identity().certificate_pem + PemOf("PRIVATE KEY", "garbage")),
              testing::HasSubstr(absl::StrCat(
                  "the key in the text, block 2 (PRIVATE KEY, line ", line,
                  "), cannot be read")));
  EXPECT_THAT(key(Identity().key_pem.substr(0, 100)),
              testing::HasSubstr("it has no END line"));
  EXPECT_THAT(key(Identity().certificate_pem),
              testing::HasSubstr("there is no private key in the text"));
  EXPECT_THAT(key(DerOfPem(Identity().key_pem)),
              testing::HasSubstr("it is in DER form, not in PEM form"));
}

TEST(TlsContextTest, TrustedHasToBeTrusted) {
  TlsOptions options;
  options.trusted.text =
      TrustedPem(Root().certificate_pem(), {}, {"1.3.6.1.5.5.7.3.1"});
  const auto client = TlsContext::Client(options);
  ExpectRefused(client, "trusted");
  EXPECT_THAT(client.status().ToString(),
              testing::HasSubstr("is trusted for certificates of servers"));
}

TEST(TlsContextTest, FilesAreRead) {
  const std::string path =
      absl::StrCat(testing::TempDir(), "/tls_context_test_ü.pem");
  const std::string missing = absl::StrCat(path, ".missing");
  TlsOptions wanting;
  wanting.trusted.file = missing;
  const absl::Status not_there = TlsContext::Client(wanting).status();
  EXPECT_EQ(not_there.code(), absl::StatusCode::kNotFound) << not_there;
  // This is an error of the system, because the options may be right.
  EXPECT_TRUE(IsFileNotFound(not_there)) << not_there;
  EXPECT_FALSE(IsUsageError(not_there)) << not_there;
  EXPECT_EQ(ErrorOf(not_there)->operation, "ssl");
  EXPECT_EQ(ErrorOf(not_there)->address, absl::StrCat("trusted ", missing));
  EXPECT_THAT(std::string(not_there.message()), testing::HasSubstr("[ENOENT]"));
  TlsOptions options;
  options.trusted.text = Root().certificate_pem();
  options.trusted.file = path;
  ExpectRefused(TlsContext::Client(options), "trusted");
}

TEST(TlsContextTest, ChainAndKeyMayBeInOneFile) {
  const std::string path =
      absl::StrCat(testing::TempDir(), "/tls_context_test.pem");
  std::ofstream(path, std::ios::binary)
      << Identity().key_pem << Identity().chain_pem;
  TlsOptions options;
  options.certificate.file = path;
  options.private_key.file = path;
  const absl::StatusOr<TlsContext> context = TlsContext::Server(options);
  EXPECT_TRUE(context.ok()) << context.status();
  std::remove(path.c_str());
}

TEST(TlsContextTest, AnEncryptedKeyWantsItsPassphrase) {
  const std::string secret = "correct horse battery staple";
  TlsOptions options = Being(Identity());
  options.private_key.text = Identity().EncryptedKeyPem(secret);
  ExpectRefused(TlsContext::Server(options), "private_key");

  options.passphrase = [] { return std::string("wrong donkey"); };
  const absl::Status wrong = TlsContext::Server(options).status();
  EXPECT_EQ(wrong.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(wrong.ToString(), testing::Not(testing::HasSubstr("donkey")));
  EXPECT_THAT(wrong.ToString(), testing::HasSubstr("passphrase"));

  options.passphrase = [] {
    return absl::StatusOr<std::string>(absl::CancelledError("not today"));
  };
  EXPECT_EQ(TlsContext::Server(options).status(),
            absl::CancelledError("not today"));

  options.passphrase = [] { return std::string(100000, 'x'); };
  ExpectRefused(TlsContext::Server(options), "private_key");

  int asked = 0;
  options.passphrase = [&] {
    ++asked;
    return secret;
  };
  EXPECT_TRUE(TlsContext::Server(options).ok());
  EXPECT_EQ(asked, 1);
  // The passphrase is not requested for a key that is not encrypted.
  options.private_key.text = Identity().key_pem;
  EXPECT_TRUE(TlsContext::Server(options).ok());
  EXPECT_EQ(asked, 1);
}

TEST(TlsContextTest, NoErrorShowsAKey) {
  TlsOptions options = Being(Identity());
  const std::string key = Root().Issue().key_pem;
  options.private_key.text = key;
  const std::string text = TlsContext::Server(options).status().ToString();
  EXPECT_THAT(text, testing::Not(testing::HasSubstr(key.substr(40, 16))));
}

TEST(TlsContextTest, NamesOfProtocolsHaveBounds) {
  TlsOptions options = Trusting(Root());
  options.alpn = {""};
  ExpectRefused(TlsContext::Client(options), "alpn",
                absl::StatusCode::kOutOfRange);
  options.alpn = {std::string(256, 'x')};
  ExpectRefused(TlsContext::Client(options), "alpn",
                absl::StatusCode::kOutOfRange);
  options.alpn = std::vector<std::string>(300, std::string(255, 'x'));
  ExpectRefused(TlsContext::Client(options), "alpn",
                absl::StatusCode::kOutOfRange);
  options.alpn = {std::string(255, 'x'), "y"};
  EXPECT_TRUE(TlsContext::Client(options).ok());
}

TEST(TlsContextTest, VersionsAreInOrder) {
  TlsOptions options = Trusting(Root());
  options.minimum_version = TlsVersion::kTls13;
  options.maximum_version = TlsVersion::kTls12;
  ExpectRefused(TlsContext::Client(options), "minimum_version",
                absl::StatusCode::kOutOfRange);
  EXPECT_EQ(TlsVersionName(TlsVersion::kTls12), "TLSv1.2");
  EXPECT_EQ(TlsVersionName(TlsVersion::kTls13), "TLSv1.3");
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
