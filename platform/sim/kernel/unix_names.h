// The names of AF_UNIX sockets: paths, and abstract names, which begin with a
// NUL.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_UNIX_NAMES_H_
#define MORTISE_PLATFORM_SIM_KERNEL_UNIX_NAMES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/result.h"

namespace mortise {
namespace sim {

class UnixSocket;

// The tree of paths of one host. A path stays when its socket is gone, as the
// file of a socket does. Thread safety: none; the lock of the simulation guards
// it. Nothing blocks.
class UnixNames {
 public:
  // Whether there is a directory that AddDirectory has not made.
  using IsDirectory = std::function<bool(const std::string& path)>;

  // Without `is_directory`, all directories exist.
  explicit UnixNames(IsDirectory is_directory)
      : is_directory_(std::move(is_directory)) {}

  // Makes a directory. It and its parents exist then.
  void AddDirectory(absl::string_view path);
  // Removes the path of a socket. Returns kEnoent if there is none.
  ErrorCode Remove(absl::string_view path);

  // Gives `socket` the name. Returns:
  //   kEaddrinuse  the name is taken
  //   kEnoent      there is no such directory
  //   kEnotdir     the path leads through a socket
  ErrorCode Add(absl::string_view name, std::shared_ptr<UnixSocket> socket);
  // An abstract name that nobody has.
  std::string FreeName();
  // The socket with the name. Returns kEnoent for a path that is not there, and
  // kEconnrefused for one whose socket is gone, or for an abstract name.
  Result<std::shared_ptr<UnixSocket>> Find(absl::string_view name) const;
  // The socket of this name is gone.
  void Release(absl::string_view name);

 private:
  ErrorCode CheckDirectory(absl::string_view path) const;

  const IsDirectory is_directory_;
  std::set<std::string> directories_;
  std::map<std::string, std::weak_ptr<UnixSocket>> sockets_;
  std::uint32_t free_names_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_UNIX_NAMES_H_
