#include "mortise/core/tls/internal/certificate_reader.h"

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/tests/tls/test_authority.h"
#include "openssl/x509.h"

namespace mortise {
namespace internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_tls::DerOfPem;
using testing_tls::PemOf;
using testing_tls::TestAuthority;
using testing_tls::TrustedPem;

const TestAuthority& Root() {
  static const auto* const root =
      new TestAuthority(TestAuthority::Root("First"));
  return *root;
}
const std::string& First() {
  static const auto* const pem = new std::string(Root().certificate_pem());
  return *pem;
}
const std::string& Second() {
  static const auto* const pem = new std::string([] {
    testing_tls::Wanted wanted;
    wanted.common_name = "Second";
    return Root().Issue(wanted).certificate_pem;
  }());
  return *pem;
}

std::vector<std::string> NamesIn(const CertificateText& text) {
  std::vector<std::string> names;
  for (const ReadCertificate& read : text.certificates) {
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(read.certificate.get()),
                              NID_commonName, name, sizeof(name));
    names.emplace_back(name);
  }
  return names;
}

TEST(CertificateReaderTest, EveryFormOfPemIsRead) {
  const std::string both = First() + Second();
  const std::string key = Root().Issue().key_pem;
  const std::string mark = "\xef\xbb\xbf";
  std::string unbroken = absl::StrReplaceAll(both, {{"\n", ""}});
  const std::vector<std::string> forms = {
      both,
      mark + both,
      mark + First() + mark + Second(),
      absl::StrReplaceAll(both, {{"\n", "\r\n"}}),
      absl::StrReplaceAll(both, {{"\n", "\r"}}),
      absl::StrReplaceAll(both, {{"\n", "  \t\n"}}),
      absl::StrReplaceAll(both, {{"\n", "\n  "}}),
      unbroken,
      both.substr(0, both.size() - 1),
      First().substr(0, First().size() - 1) + Second(),
      absl::StrCat("subject=CN = First\n", First(), "\n# Second: \xc3\xbc\n",
                   Second(), "end"),
      absl::StrReplaceAll(both, {{"CERTIFICATE", "X509 CERTIFICATE"}}),
      absl::StrReplaceAll(both, {{"CERTIFICATE", "X.509 CERTIFICATE"}}),
      absl::StrReplaceAll(both, {{"BEGIN CERTIFICATE-----\n",
                                  "BEGIN CERTIFICATE-----\nComment: x\n\n"}}),
      absl::StrCat(key, First(), key, Second(), key),
      absl::StrCat(PemOf("X509 CRL", "crl"), First(),
                   PemOf("DH PARAMETERS", "dh"), Second()),
      // Blocks of other kinds may be malformed.
      absl::StrCat("-----BEGIN X509 CRL-----\n***\n", First(),
                   "-----END DH PARAMETERS-----\n", Second()),
      TrustedPem(First(), {"1.3.6.1.5.5.7.3.1"}, {}) + Second(),
      // OpenSSL also writes such blocks without settings.
      absl::StrReplaceAll(both, {{"CERTIFICATE", "TRUSTED CERTIFICATE"}}),
  };
  for (const std::string& form : forms) {
    const CertificateText read = ReadCertificates(form);
    EXPECT_THAT(NamesIn(read), ElementsAre("First", "Second")) << form;
    EXPECT_EQ(read.fault, "") << form;
  }
}

TEST(CertificateReaderTest, WhatCannotBeReadIsToldAndPassedOver) {
  const std::string garbage = PemOf("CERTIFICATE", "garbage");
  const std::string der = DerOfPem(First());
  struct Case {
    std::string text;
    std::string fault;
  };
  const std::vector<Case> cases = {
      {First() + garbage + Second(),
       absl::StrCat("its bytes are not a certificate")},
      {First() + PemOf("CERTIFICATE", der.substr(0, der.size() - 1)) + Second(),
       "its bytes are not a certificate"},
      {First() + PemOf("CERTIFICATE", der + "!!") + Second(),
       "there are 2 bytes behind the certificate"},
      {First() + PemOf("TRUSTED CERTIFICATE", der + "!!") + Second(),
       "its trust settings cannot be read"},
      {First() + "-----BEGIN CERTIFICATE-----\n" + Second(),
       "it has no END line"},
      {First() + "-----END CERTIFICATE-----\n" + Second(),
       "it has no BEGIN line"},
      {First() +
           "-----BEGIN CERTIFICATE-----\n\xc3\xbc\n-----END "
           "CERTIFICATE-----\n" +
           Second(),
       "is not base64"},
  };
  int line = 1;
  for (const char c : First()) line += c == '\n' ? 1 : 0;
  for (const Case& each : cases) {
    const CertificateText read = ReadCertificates(each.text);
    EXPECT_THAT(NamesIn(read), ElementsAre("First", "Second")) << each.text;
    EXPECT_THAT(read.fault, HasSubstr(each.fault));
    EXPECT_THAT(read.fault, HasSubstr("block 2 ("));
    EXPECT_THAT(read.fault, HasSubstr(absl::StrCat(" line ", line)));
  }
}

TEST(CertificateReaderTest, WhyThereIsNoneIsTold) {
  EXPECT_EQ(ReadCertificates("").why_none, "it is empty");
  EXPECT_THAT(ReadCertificates(DerOfPem(First())).why_none,
              HasSubstr("DER form"));
  EXPECT_EQ(ReadCertificates(PemOf("PKCS7", "x") + PemOf("PKCS7", "y") +
                             PemOf("PRIVATE KEY", "z"))
                .why_none,
            "its blocks are of other kinds: PKCS7, PRIVATE KEY");
  EXPECT_EQ(ReadCertificates("text").why_none, "");
}

TEST(CertificateReaderTest, TrustSettingsAreRead) {
  const CertificateText read =
      ReadCertificates(TrustedPem(First(), {"1.3.6.1.5.5.7.3.1", "2.5.29.37.0"},
                                  {"1.3.6.1.5.5.7.3.2"}) +
                       Second());
  ASSERT_EQ(read.certificates.size(), 2u) << read.fault;
  EXPECT_THAT(read.certificates[0].settings.trusted,
              ElementsAre("\x2b\x06\x01\x05\x05\x07\x03\x01",
                          std::string("\x55\x1d\x25\0", 4)));
  EXPECT_THAT(read.certificates[0].settings.rejected,
              ElementsAre("\x2b\x06\x01\x05\x05\x07\x03\x02"));
  EXPECT_THAT(read.certificates[1].settings.trusted, testing::IsEmpty());
}

// Damaged bytes must not make the reader read or keep memory that it must not.
// The sanitizers check this. The seed is fixed, so that a failure can be
// repeated.
TEST(CertificateReaderTest, DamagedTextAndBytesDoNoHarm) {
  std::mt19937 random(20260713);
  const auto below = [&](std::size_t bound) {
    return static_cast<std::size_t>(random()) % bound;
  };
  const std::string text =
      First() + TrustedPem(Second(), {"1.3.6.1.5.5.7.3.1"}, {"2.5.29.37.0"});
  const std::string der = DerOfPem(text.substr(First().size()));
  const auto damage = [&](std::string bytes) {
    if (below(3) == 0) bytes.resize(below(bytes.size() + 1));
    for (std::size_t i = below(4); i > 0 && !bytes.empty(); --i) {
      bytes[below(bytes.size())] ^= static_cast<char>(1 << below(8));
    }
    if (below(4) == 0 && !bytes.empty()) {
      bytes.insert(below(bytes.size()), bytes.substr(below(bytes.size()), 20));
    }
    return bytes;
  };
  std::size_t whole = 0;
  for (int i = 0; i < 2000; ++i) {
    whole += ReadCertificates(damage(text)).certificates.size();
    whole += ReadCertificates(PemOf("TRUSTED CERTIFICATE", damage(der) + " "))
                 .certificates.size();
  }
  EXPECT_GT(whole, 500u);
}

}  // namespace
}  // namespace internal
}  // namespace mortise
