#include "mortise/platform/sim/kernel/unix_names.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/result.h"

namespace mortise {
namespace sim {
namespace {

bool IsAbstract(absl::string_view name) {
  return !name.empty() && name[0] == '\0';
}

}  // namespace

void UnixNames::AddDirectory(absl::string_view path) {
  while (!path.empty()) {
    directories_.insert(std::string(path));
    const std::size_t slash = path.rfind('/');
    if (slash == absl::string_view::npos) return;
    path = path.substr(0, slash);
  }
}

ErrorCode UnixNames::Remove(absl::string_view path) {
  return sockets_.erase(std::string(path)) != 0 ? kDone : ErrorCode::kEnoent;
}

ErrorCode UnixNames::CheckDirectory(absl::string_view path) const {
  const std::size_t slash = path.rfind('/');
  // The current directory and the root are always there.
  if (slash == absl::string_view::npos || slash == 0) return kDone;
  const std::string directory(path.substr(0, slash));
  if (sockets_.count(directory) != 0) return ErrorCode::kEnotdir;
  const bool exists = is_directory_ == nullptr ||
                      directories_.count(directory) != 0 ||
                      is_directory_(directory);
  return exists ? kDone : ErrorCode::kEnoent;
}

ErrorCode UnixNames::Add(absl::string_view name,
                         std::shared_ptr<UnixSocket> socket) {
  if (!IsAbstract(name)) {
    const ErrorCode error = CheckDirectory(name);
    if (error != kDone) return error;
    if (directories_.count(std::string(name)) != 0) {
      return ErrorCode::kEaddrinuse;
    }
  }
  const bool is_new = sockets_.emplace(std::string(name), socket).second;
  return is_new ? kDone : ErrorCode::kEaddrinuse;
}

std::string UnixNames::FreeName() {
  for (;;) {
    // Five hexadecimal digits. Source: unix(7), "Autobind feature".
    std::string name(1, '\0');
    name += absl::StrFormat("%05x", free_names_++ & 0xfffff);
    if (sockets_.count(name) == 0) return name;
  }
}

Result<std::shared_ptr<UnixSocket>> UnixNames::Find(
    absl::string_view name) const {
  const auto found = sockets_.find(std::string(name));
  if (found == sockets_.end()) {
    return {nullptr,
            IsAbstract(name) ? ErrorCode::kEconnrefused : ErrorCode::kEnoent};
  }
  std::shared_ptr<UnixSocket> socket = found->second.lock();
  if (socket == nullptr) return {nullptr, ErrorCode::kEconnrefused};
  return {std::move(socket), kDone};
}

void UnixNames::Release(absl::string_view name) {
  const auto found = sockets_.find(std::string(name));
  if (found == sockets_.end()) return;
  if (IsAbstract(name)) {
    sockets_.erase(found);
  } else {
    found->second.reset();
  }
}

}  // namespace sim
}  // namespace mortise
