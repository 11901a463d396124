#include "mortise/tools/mortise/unix_path.h"

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
#include "mortise/core/address.h"
#include "mortise/core/socket.h"
#include "mortise/tools/mortise/interruption.h"

namespace mortise::program {

struct HeldFile {
  const std::string path;
  std::atomic<bool> held{true};
  HeldFile* next = nullptr;
};

namespace {

// The files to remove on an interruption. Those that are no longer held stay in
// the list for ever, so that a signal handler can walk through it at any time.
std::atomic<HeldFile*> g_files{nullptr};

void RemoveFiles() {
  for (const HeldFile* file = g_files; file != nullptr; file = file->next) {
    if (file->held) RemoveFile(file->path);
  }
}

}  // namespace

UnixPath UnixAddress(absl::string_view typed) {
  UnixPath address{std::string(typed)};
  if (!address.path.empty() && address.path[0] == '@') address.path[0] = '\0';
  return address;
}

UnixPathRemover::UnixPathRemover(std::string path)
    : file_(new HeldFile{std::move(path)}) {
  file_->next = g_files;
  while (!g_files.compare_exchange_weak(file_->next, file_)) {
  }
  OnInterruption(RemoveFiles);
}

UnixPathRemover::~UnixPathRemover() {
  if (file_ == nullptr) return;
  // An interruption in between removes it a second time.
  RemoveFile(file_->path);
  file_->held = false;
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
