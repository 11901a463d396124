// A file with contents, for tests that send it.

#ifndef MORTISE_CONTRACT_TEMPORARY_FILE_H_
#define MORTISE_CONTRACT_TEMPORARY_FILE_H_

#include <cstdio>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace mortise {
namespace contract {

// The file vanishes with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(absl::string_view contents) : file_(std::tmpfile()) {
    EXPECT_NE(file_, nullptr);
    if (file_ == nullptr) return;
    EXPECT_EQ(std::fwrite(contents.data(), 1, contents.size(), file_),
              contents.size());
    EXPECT_EQ(std::fflush(file_), 0);
    std::rewind(file_);
  }
  ~TemporaryFile() {
    if (file_ != nullptr) std::fclose(file_);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::FILE* get() const { return file_; }

 private:
  std::FILE* const file_;
};

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_TEMPORARY_FILE_H_
