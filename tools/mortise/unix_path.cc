#include "tools/mortise/unix_path.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/address.h"
#include "mortise/socket.h"
#include "tools/mortise/interruption.h"

namespace mortise::program {
namespace {

// The files to remove on an interruption. Slots, because what is done then may
// neither lock nor allocate; the program has never more than three. Who empties
// a slot owns its path, so that none is freed while an interruption reads it.
std::array<std::atomic<const std::string*>, 8> g_files{};

void RemoveFiles() {
  for (std::atomic<const std::string*>& slot : g_files) {
    const std::string* file = slot.exchange(nullptr);
    if (file != nullptr) RemoveFile(*file);
  }
}

}  // namespace

UnixPath UnixAddress(absl::string_view typed) {
  UnixPath address{std::string(typed)};
  if (!address.path.empty() && address.path[0] == '@') address.path[0] = '\0';
  return address;
}

UnixPathRemover::UnixPathRemover(std::string path)
    : path_(new std::string(std::move(path))) {
  for (std::atomic<const std::string*>& slot : g_files) {
    const std::string* empty = nullptr;
    if (slot.compare_exchange_strong(empty, path_)) break;
  }
  OnInterruption(RemoveFiles);
}

UnixPathRemover::~UnixPathRemover() {
  if (path_ == nullptr) return;
  RemoveFile(*path_);
  for (std::atomic<const std::string*>& slot : g_files) {
    const std::string* mine = path_;
    if (slot.compare_exchange_strong(mine, nullptr)) {
      delete path_;
      return;
    }
  }
  // An interruption owns the path, and the program ends.
}

absl::StatusOr<Endpoint> BindUnix(Socket socket, absl::string_view typed) {
  const UnixPath address = UnixAddress(typed);
  const absl::Status bound = socket.Bind(address);
  if (!bound.ok()) return bound;
  Endpoint endpoint;
  // An abstract name has no file.
  if (address.path[0] != '\0') endpoint.file = UnixPathRemover(address.path);
  endpoint.socket = std::move(socket);
  return endpoint;
}

absl::StatusOr<Endpoint> BindUnixAnywhere(Socket socket) {
  return BindUnix(std::move(socket), TemporaryUnixPath());
}

std::string TemporaryUnixPath() {
  std::error_code error;
  std::filesystem::path directory = std::filesystem::temp_directory_path(error);
  if (error) directory = ".";
  std::random_device random;
  const std::uint64_t number = (std::uint64_t{random()} << 32) | random();
  directory /= absl::StrCat("mortise-", absl::Hex(number));
  const auto path = directory.u8string();
  return std::string(path.begin(), path.end());
}

}  // namespace mortise::program
