#include "mortise/platform/tls/root_files.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/tls/path.h"
#include "mortise/platform/tls/trusted_roots.h"
#include "mortise/tests/environment.h"

namespace mortise {
namespace tls {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::SetVariable;

TEST(RootFilesTest, AFoldersFilesComeInTheirOrder) {
  const std::string folder = absl::StrCat(::testing::TempDir(), "/roots");
  std::filesystem::create_directories(PathOf(folder) / "sub");
  for (const char* name : {"b.0", "a.0"}) {
    std::ofstream(PathOf(folder) / name) << "x";
  }
  TrustedRoots roots;
  AddFilesOf(folder, &roots);
  EXPECT_THAT(roots.files, ElementsAre(EndsWith("a.0"), EndsWith("b.0")));
  AddFilesOf(absl::StrCat(folder, "/none"), &roots);
  EXPECT_EQ(roots.files.size(), 2u);
  EXPECT_TRUE(IsFile(roots.files[0]));
  EXPECT_FALSE(IsFile(folder));
  std::filesystem::remove_all(PathOf(folder));
}

TEST(RootFilesTest, PathsAreUtf8) {
  const std::string folder =
      absl::StrCat(::testing::TempDir(), "/w\u00fcrzeln");
  std::filesystem::create_directories(PathOf(folder));
  std::ofstream(PathOf(absl::StrCat(folder, "/\u65e5.0"))) << "x";
  TrustedRoots roots;
  AddFilesOf(folder, &roots);
  // The system's own separator stands between the two names.
  EXPECT_THAT(roots.files, ElementsAre(AllOf(HasSubstr("/w\u00fcrzeln"),
                                             EndsWith("\u65e5.0"))));
  std::filesystem::remove_all(PathOf(folder));
}

TEST(RootFilesTest, TheEnvironmentComesInPlaceOfTheSystem) {
  SetVariable("SSL_CERT_FILE", "/nowhere/ca.pem");
  SetVariable("SSL_CERT_DIR", "");
  const TrustedRoots roots = FindTrustedRoots();
  EXPECT_THAT(roots.files, ElementsAre("/nowhere/ca.pem"));
  EXPECT_TRUE(roots.certificates.empty());
  EXPECT_EQ(roots.places, "SSL_CERT_FILE=/nowhere/ca.pem");
}

TEST(RootFilesTest, WhatIsEmptyCountsAsUnset) {
  SetVariable("SSL_CERT_FILE", "");
  SetVariable("SSL_CERT_DIR", "");
  TrustedRoots roots;
  EXPECT_FALSE(AddFilesOfEnvironment(':', /*is_elevated=*/false, &roots));
  EXPECT_EQ(roots.places, "");
  EXPECT_THAT(FindTrustedRoots().places,
              ::testing::Not(HasSubstr("SSL_CERT_FILE")));
  SetVariable("SSL_CERT_DIR", "/nowhere");
  EXPECT_TRUE(AddFilesOfEnvironment(':', /*is_elevated=*/false, &roots));
  EXPECT_EQ(roots.places, "SSL_CERT_DIR=/nowhere");
}

TEST(RootFilesTest, TheEnvironmentDoesNotCountInAnElevatedProcess) {
  SetVariable("SSL_CERT_FILE", "/nowhere/ca.pem");
  SetVariable("SSL_CERT_DIR", "/nowhere");
  TrustedRoots roots;
  EXPECT_FALSE(AddFilesOfEnvironment(':', /*is_elevated=*/true, &roots));
  EXPECT_TRUE(roots.files.empty());
  EXPECT_EQ(roots.places, "");
}

}  // namespace
}  // namespace tls
}  // namespace mortise
