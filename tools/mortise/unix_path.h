// The files that AF_UNIX sockets leave behind.

#ifndef MORTISE_TOOLS_MORTISE_UNIX_PATH_H_
#define MORTISE_TOOLS_MORTISE_UNIX_PATH_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/address.h"
#include "mortise/core/socket.h"

namespace mortise::program {

// Converts what the user typed to an address: a path, or "@name" for an
// abstract name.
UnixPath UnixAddress(absl::string_view typed);

// A file that is to be removed (unix_path.cc).
struct HeldFile;

// Removes a socket's file when this object is destroyed, or when an
// interruption ends the program.
class UnixPathRemover {
 public:
  UnixPathRemover() = default;  // removes nothing
  explicit UnixPathRemover(std::string path);
  UnixPathRemover(UnixPathRemover&& other) noexcept { swap(other); }
  UnixPathRemover& operator=(UnixPathRemover&& other) noexcept {
    UnixPathRemover(std::move(other)).swap(*this);
    return *this;
  }
  ~UnixPathRemover();

 private:
  void swap(UnixPathRemover& other) { std::swap(file_, other.file_); }

  HeldFile* file_ = nullptr;
};

// A socket, and the file that it is bound to, if any. The socket is destroyed
// before the file is removed.
struct Endpoint {
  UnixPathRemover file;
  Socket socket;
};

// Binds `socket`, of the family AF_UNIX, to what the user typed.
absl::StatusOr<Endpoint> BindUnix(Socket socket, absl::string_view typed);

// The same with a path that nobody else uses, in the directory for temporary
// files. A datagram socket without a name cannot be answered.
absl::StatusOr<Endpoint> BindUnixAnywhere(Socket socket);

// Returns a path that nobody else uses, in UTF-8.
std::string TemporaryUnixPath();

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_UNIX_PATH_H_
