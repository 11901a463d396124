#include "mortise/tools/mortise/unix_path.h"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/address.h"
#include "mortise/core/socket.h"
#include "mortise/tools/mortise/interruption.h"

namespace mortise::program {
namespace {

// The files to remove on an interruption. Neither object is ever destroyed,
// because an interruption may come while the program ends.
std::mutex& g_mutex = *new std::mutex;
std::set<std::string>& g_files = *new std::set<std::string>;

void RemoveFiles() {
  const std::lock_guard<std::mutex> lock(g_mutex);
  for (const std::string& file : g_files) RemoveFile(file);
}

}  // namespace

UnixPath UnixAddress(absl::string_view typed) {
  UnixPath address{std::string(typed)};
  if (!address.path.empty() && address.path[0] == '@') address.path[0] = '\0';
  return address;
}

UnixPathRemover::UnixPathRemover(std::string path) : path_(std::move(path)) {
  {
    const std::lock_guard<std::mutex> lock(g_mutex);
    g_files.insert(path_);
  }
  OnInterruption(RemoveFiles);
}

UnixPathRemover::~UnixPathRemover() {
  if (path_.empty()) return;
  const std::lock_guard<std::mutex> lock(g_mutex);
  RemoveFile(path_);
  g_files.erase(path_);
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
