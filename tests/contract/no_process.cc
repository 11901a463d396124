// An operating system that nobody has taught the suite yet: whatever needs it
// is skipped.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mortise/contract/process.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace contract {

std::optional<int> OpenDescriptors() { return std::nullopt; }
bool AllowDescriptors(int) { return true; }

std::unique_ptr<DescriptorFamine> DescriptorFamine::Begin() { return nullptr; }
std::unique_ptr<SignalStorm> SignalStorm::Begin(absl::Duration) {
  return nullptr;
}
int SignalStorm::Signals() { return 0; }
std::unique_ptr<BrokenPipeWatch> BrokenPipeWatch::Begin() { return nullptr; }

std::optional<bool> ChildInherits(NativeHandle) { return std::nullopt; }
bool MakeInheritable(NativeHandle) { return false; }

std::string ThisThread() { return std::string(); }
std::optional<bool> IsAsleep(const std::string&) { return std::nullopt; }

std::string MakeShortDirectory() {
  std::error_code error;
  const std::filesystem::path base =
      std::filesystem::temp_directory_path(error);
  for (std::int64_t n = absl::GetCurrentTimeNanos();; ++n) {
    const std::filesystem::path path =
        base / absl::StrCat("mortise.", n % 1000000000);
    if (std::filesystem::create_directory(path, error)) return path.string();
    if (error) std::abort();
  }
}

void RemoveDirectory(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

bool FileExists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::symlink_status(path, ignored).type() !=
         std::filesystem::file_type::not_found;
}

void RemoveFile(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

}  // namespace contract
}  // namespace mortise
