#include "mortise/platform/posix/darwin/receive_message.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "absl/types/span.h"

namespace mortise {
namespace posix {
namespace {

// A message brings at most 512 descriptors (XNU, bsd/kern/uipc_usrreq.c,
// UIPC_MAX_CMSG_FD). The rest is for what the kernel adds.
constexpr std::size_t kRoomForAll = 8192;

// Takes the first message off `*control`. Its length is cut to the bytes that
// are there. Returns false if there is no message.
bool TakeMessage(absl::Span<const char>* control, cmsghdr* header,
                 absl::Span<const char>* data) {
  if (control->size() < CMSG_LEN(0)) return false;
  // The bytes need not be aligned for a header.
  std::memcpy(header, control->data(), sizeof(*header));
  const auto length = static_cast<std::size_t>(header->cmsg_len);
  if (length < CMSG_LEN(0)) return false;
  *data = control->subspan(CMSG_LEN(0), length - CMSG_LEN(0));
  control->remove_prefix(
      std::min<std::size_t>(CMSG_SPACE(data->size()), control->size()));
  return true;
}

// Makes the first `kept` descriptors in `data` not inherited, and closes the
// others.
void FinishDescriptors(absl::Span<const char> data, std::size_t kept) {
  int fd;
  for (std::size_t i = 0; (i + 1) * sizeof(fd) <= data.size(); ++i) {
    std::memcpy(&fd, data.data() + i * sizeof(fd), sizeof(fd));
    if (i < kept) {
      fcntl(fd, F_SETFD, FD_CLOEXEC);
    } else {
      close(fd);
    }
  }
}

}  // namespace

void DeliverControl(absl::Span<const char> all, int flags, msghdr* message) {
  char* const room = static_cast<char*>(message->msg_control);
  const auto room_size = static_cast<std::size_t>(message->msg_controllen);
  std::size_t filled = 0;
  cmsghdr header;
  absl::Span<const char> data;
  while (TakeMessage(&all, &header, &data)) {
    const std::size_t left = room_size - filled;
    const std::size_t left_for_data = left - std::min(left, CMSG_LEN(0));
    std::size_t size = std::min(data.size(), left_for_data);
    const bool descriptors =
        header.cmsg_level == SOL_SOCKET && header.cmsg_type == SCM_RIGHTS;
    if (descriptors) {
      size -= size % sizeof(int);
      if ((flags & MSG_PEEK) != 0) {
        size = 0;
      } else {
        FinishDescriptors(data, size / sizeof(int));
      }
    }
    if (size < data.size()) message->msg_flags |= MSG_CTRUNC;
    if (left < CMSG_LEN(0) || (descriptors && size == 0)) continue;
    header.cmsg_len = static_cast<decltype(header.cmsg_len)>(CMSG_LEN(size));
    std::memmove(room + filled + CMSG_LEN(0), data.data(), size);
    std::memcpy(room + filled, &header, sizeof(header));
    filled += std::min<std::size_t>(left, CMSG_SPACE(size));
  }
  message->msg_controllen =
      static_cast<decltype(message->msg_controllen)>(filled);
}

ssize_t ReceiveWithRoomForAll(int fd, msghdr* message, int flags) {
  alignas(cmsghdr) char room_for_all[kRoomForAll];
  void* const room = message->msg_control;
  const auto room_size = message->msg_controllen;
  if (room_size < sizeof(room_for_all)) {
    message->msg_control = room_for_all;
    message->msg_controllen = sizeof(room_for_all);
  }
  const ssize_t size = recvmsg(fd, message, flags);
  const absl::Span<const char> all(
      static_cast<const char*>(message->msg_control),
      size == -1 ? 0 : static_cast<std::size_t>(message->msg_controllen));
  message->msg_control = room;
  message->msg_controllen = room_size;
  if (size != -1) DeliverControl(all, flags, message);
  return size;
}

}  // namespace posix
}  // namespace mortise
