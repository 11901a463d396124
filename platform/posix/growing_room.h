// Memory for the answer of a function of the C library whose name ends in _r.

#ifndef MORTISE_PLATFORM_POSIX_GROWING_ROOM_H_
#define MORTISE_PLATFORM_POSIX_GROWING_ROOM_H_

#include <cerrno>
#include <cstddef>
#include <vector>

namespace mortise {
namespace posix {

// The largest size, in bytes, that is tried. No real answer needs more.
inline constexpr std::size_t kMostRoom = std::size_t{1} << 22;

// Calls `call(room, size)` with memory for its answer, first with 1 KiB. While
// `call` returns ERANGE, calls it again with twice the size, up to kMostRoom.
// Returns what `call` returned last. The memory is freed before the return, so
// `call` must copy what it needs.
template <typename Call>
int InGrowingRoom(Call call) {
  for (std::vector<char> room(1024);; room.resize(2 * room.size())) {
    const int error = call(room.data(), room.size());
    if (error != ERANGE || room.size() >= kMostRoom) return error;
  }
}

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_GROWING_ROOM_H_
