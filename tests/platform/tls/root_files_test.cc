#include "mortise/platform/tls/root_files.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/tls/trusted_roots.h"

namespace mortise {
namespace tls {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

void SetVariable(const std::string& name, const std::string& value) {
#ifdef _WIN32
  _putenv_s(name.c_str(), value.c_str());
#else
  setenv(name.c_str(), value.c_str(), 1);
#endif
}

TEST(RootFilesTest, AFoldersFilesComeInTheirOrder) {
  const std::string folder = absl::StrCat(testing::TempDir(), "/roots");
  std::filesystem::create_directories(std::filesystem::u8path(folder) / "sub");
  for (const char* name : {"b.0", "a.0"}) {
    std::ofstream(std::filesystem::u8path(folder) / name) << "x";
  }
  TrustedRoots roots;
  AddFilesOf(folder, &roots);
  EXPECT_THAT(roots.files, ElementsAre(EndsWith("a.0"), EndsWith("b.0")));
  AddFilesOf(absl::StrCat(folder, "/none"), &roots);
  EXPECT_EQ(roots.files.size(), 2u);
  EXPECT_TRUE(IsFile(roots.files[0]));
  EXPECT_FALSE(IsFile(folder));
  std::filesystem::remove_all(std::filesystem::u8path(folder));
}

TEST(RootFilesTest, TheEnvironmentComesInPlaceOfTheSystem) {
  SetVariable("SSL_CERT_FILE", "/nowhere/ca.pem");
  const TrustedRoots roots = FindTrustedRoots();
  EXPECT_THAT(roots.files, ElementsAre("/nowhere/ca.pem"));
  EXPECT_TRUE(roots.certificates.empty());
  EXPECT_THAT(roots.places, HasSubstr("SSL_CERT_FILE=/nowhere/ca.pem"));
}

}  // namespace
}  // namespace tls
}  // namespace mortise
