// Room for the answer of a function of the C library whose name ends in _r.

#ifndef MORTISE_PLATFORM_POSIX_GROWING_ROOM_H_
#define MORTISE_PLATFORM_POSIX_GROWING_ROOM_H_

#include <cerrno>
#include <cstddef>
#include <vector>

namespace mortise {
namespace posix {

// No honest answer needs more.
inline constexpr std::size_t kMostRoom = std::size_t{1} << 22;

// Calls `call` with room for its answer, first for 1 KiB. As long as `call`
// returns ERANGE, calls it again with twice the room, up to kMostRoom. Returns
// what `call` returned last. Its answer lies in the room, which is gone then,
// so `call` has to take it out.
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
