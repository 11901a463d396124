#include "mortise/tests/tls/test_files.h"

#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace mortise {
namespace testing_tls {

TestFiles::~TestFiles() {
  for (const std::string& path : saved_) std::remove(path.c_str());
}

std::string TestFiles::Path(absl::string_view name) const {
  return absl::StrCat(testing::TempDir(), "/", prefix_, name);
}

void TestFiles::Save(absl::string_view name, absl::string_view text) {
  saved_.push_back(Path(name));
  std::ofstream(saved_.back(), std::ios::binary) << text;
}

}  // namespace testing_tls
}  // namespace mortise
