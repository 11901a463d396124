#include "mortise/platform/tls/root_files.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/tls/path.h"
#include "mortise/platform/tls/trusted_roots.h"

namespace mortise {
namespace tls {
namespace {

// Returns an empty text if the variable is not set.
std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool IsFile(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(PathOf(path), error);
}

void AddFilesOf(const std::string& folder, TrustedRoots* roots) {
  std::error_code error;
  std::filesystem::directory_iterator entry(PathOf(folder), error);
  if (error) return;
  const std::size_t before = roots->files.size();
  // Links to files count as files. c_rehash makes such links.
  for (; entry != std::filesystem::directory_iterator();
       entry.increment(error)) {
    if (error) break;
    std::error_code is_gone;
    if (entry->is_regular_file(is_gone)) {
      roots->files.push_back(Utf8Of(entry->path()));
    }
  }
  std::sort(roots->files.begin() + static_cast<std::ptrdiff_t>(before),
            roots->files.end());
}

bool AddFilesOfEnvironment(char separator, bool is_elevated,
                           TrustedRoots* roots) {
  if (is_elevated) return false;
  const std::string file = Variable("SSL_CERT_FILE");
  const std::string folders = Variable("SSL_CERT_DIR");
  if (!file.empty()) {
    AddPlace(absl::StrCat("SSL_CERT_FILE=", file), roots);
    roots->files.push_back(file);
  }
  if (!folders.empty()) {
    AddPlace(absl::StrCat("SSL_CERT_DIR=", folders), roots);
    for (const absl::string_view folder :
         absl::StrSplit(folders, separator, absl::SkipEmpty())) {
      AddFilesOf(std::string(folder), roots);
    }
  }
  return !file.empty() || !folders.empty();
}

void AddPlace(absl::string_view place, TrustedRoots* roots) {
  absl::StrAppend(&roots->places, roots->places.empty() ? "" : ", ", place);
}

}  // namespace tls
}  // namespace mortise
