// Files for programs that read their certificates and keys from files.

#ifndef MORTISE_TESTS_TLS_TEST_FILES_H_
#define MORTISE_TESTS_TLS_TEST_FILES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mortise {
namespace testing_tls {

// Files in the test's folder. The destructor removes them.
class TestFiles {
 public:
  // The files' names begin with `prefix`.
  explicit TestFiles(absl::string_view prefix = "") : prefix_(prefix) {}
  TestFiles(const TestFiles&) = delete;
  TestFiles& operator=(const TestFiles&) = delete;
  ~TestFiles();

  std::string Path(absl::string_view name) const;
  void Save(absl::string_view name, absl::string_view text);

 private:
  const std::string prefix_;
  std::vector<std::string> saved_;
};

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_TLS_TEST_FILES_H_
