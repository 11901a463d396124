// The loops that make system calls. Like the library, they try a call first and
// wait only if it would block, so that both do the same in timeout mode.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "mortise/core/socket_address.h"
#include "mortise/tests/benchmarks/loops.h"

namespace mortise {
namespace benchmarks {
namespace bare {
namespace {

// macOS has an option of the socket instead, which is set on the library's
// sockets.
#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;
#endif

[[noreturn]] ABSL_ATTRIBUTE_COLD ABSL_ATTRIBUTE_NOINLINE void Fail(
    const char* call) {
  std::perror(call);
  std::exit(1);
}

// Call it after a call has failed. It returns if the call should be repeated.
ABSL_ATTRIBUTE_COLD ABSL_ATTRIBUTE_NOINLINE void Wait(const char* call, int fd,
                                                      short events) {
  if (errno == EINTR) return;
  if (errno != EAGAIN && errno != EWOULDBLOCK) Fail(call);
  pollfd poll_fd = {fd, events, 0};
  poll(&poll_fd, 1, 1000);
}

int Fd(const Socket* socket) { return static_cast<int>(socket->FileNo()); }

sockaddr_in Encode(const SocketAddress& address) {
  sockaddr_in in = {};
  in.sin_family = AF_INET;
  in.sin_port = htons(address.port());
  std::memcpy(&in.sin_addr, address.bytes().data(), sizeof(in.sin_addr));
  return in;
}

inline std::size_t Send(int fd, const char* data, std::size_t size) {
  for (;;) {
    const ssize_t sent = send(fd, data, size, kNoSignal);
    if (ABSL_PREDICT_TRUE(sent != -1)) return static_cast<std::size_t>(sent);
    Wait("send", fd, POLLOUT);
  }
}

inline std::size_t Recv(int fd, char* data, std::size_t size) {
  for (;;) {
    const ssize_t got = recv(fd, data, size, 0);
    if (ABSL_PREDICT_TRUE(got != -1)) return static_cast<std::size_t>(got);
    Wait("recv", fd, POLLIN);
  }
}

inline std::size_t SendTo(int fd, const char* data, std::size_t size,
                          const sockaddr_in& to) {
  for (;;) {
    const ssize_t sent =
        sendto(fd, data, size, kNoSignal,
               reinterpret_cast<const sockaddr*>(&to), sizeof(to));
    if (ABSL_PREDICT_TRUE(sent != -1)) return static_cast<std::size_t>(sent);
    Wait("sendto", fd, POLLOUT);
  }
}

inline std::size_t RecvFrom(int fd, char* data, std::size_t size) {
  for (;;) {
    sockaddr_storage from;
    socklen_t length = sizeof(from);
    const ssize_t got = recvfrom(fd, data, size, 0,
                                 reinterpret_cast<sockaddr*>(&from), &length);
    if (ABSL_PREDICT_TRUE(got != -1)) return static_cast<std::size_t>(got);
    Wait("recvfrom", fd, POLLIN);
  }
}

// Sends a message in two pieces.
inline void SendMsg(int fd, const Job& job) {
  iovec pieces[2] = {{job.buffer.data(), job.buffer.size() / 2},
                     {job.buffer.data() + job.buffer.size() / 2,
                      job.buffer.size() - job.buffer.size() / 2}};
  msghdr message = {};
  message.msg_iov = pieces;
  message.msg_iovlen = 2;
  while (ABSL_PREDICT_FALSE(sendmsg(fd, &message, kNoSignal) == -1)) {
    Wait("sendmsg", fd, POLLOUT);
  }
}

inline void RecvMsg(int fd, const Job& job) {
  iovec pieces[2] = {{job.buffer.data(), job.buffer.size() / 2},
                     {job.buffer.data() + job.buffer.size() / 2,
                      job.buffer.size() - job.buffer.size() / 2}};
  sockaddr_storage from;
  msghdr message = {};
  message.msg_name = &from;
  message.msg_namelen = sizeof(from);
  message.msg_iov = pieces;
  message.msg_iovlen = 2;
  while (ABSL_PREDICT_FALSE(recvmsg(fd, &message, 0) == -1)) {
    Wait("recvmsg", fd, POLLIN);
  }
}

inline void SendWhole(int fd, const Job& job) {
  for (std::size_t done = 0; done < job.buffer.size();) {
    done += Send(fd, job.buffer.data() + done, job.buffer.size() - done);
  }
}

inline void RecvWhole(int fd, const Job& job) {
  for (std::size_t done = 0; done < job.buffer.size();) {
    done += Recv(fd, job.buffer.data() + done, job.buffer.size() - done);
  }
}

template <int family, typename InAddr>
void Numeric(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    InAddr address;
    if (inet_pton(family, job.host.c_str(), &address) != 1) Fail("inet_pton");
  }
}

}  // namespace

ABSL_ATTRIBUTE_NOINLINE void SendOnce(const Job& job) {
  Send(Fd(job.sender), job.buffer.data(), job.buffer.size());
}

ABSL_ATTRIBUTE_NOINLINE void RecvOnce(const Job& job) {
  Recv(Fd(job.receiver), job.buffer.data(), job.buffer.size());
}

ABSL_ATTRIBUTE_NOINLINE void SendToOnce(const Job& job) {
  SendTo(Fd(job.sender), job.buffer.data(), job.buffer.size(), Encode(job.to));
}

void SendRecv(const Job& job, std::int64_t times) {
  const int sender = Fd(job.sender);
  const int receiver = Fd(job.receiver);
  for (; times > 0; --times) {
    SendWhole(sender, job);
    RecvWhole(receiver, job);
  }
}

void SendToRecvFrom(const Job& job, std::int64_t times) {
  const int sender = Fd(job.sender);
  const int receiver = Fd(job.receiver);
  const sockaddr_in to = Encode(job.to);
  for (; times > 0; --times) {
    SendTo(sender, job.buffer.data(), job.buffer.size(), to);
    RecvFrom(receiver, job.buffer.data(), job.buffer.size());
  }
}

void SendMsgRecvMsg(const Job& job, std::int64_t times) {
  const int sender = Fd(job.sender);
  const int receiver = Fd(job.receiver);
  for (; times > 0; --times) {
    SendMsg(sender, job);
    RecvMsg(receiver, job);
  }
}

void SendMsgAlone(const Job& job, std::int64_t times) {
  const int sender = Fd(job.sender);
  for (; times > 0; --times) {
    SendMsg(sender, job);
    RecvOnce(job);
  }
}

void RecvMsgAlone(const Job& job, std::int64_t times) {
  const int receiver = Fd(job.receiver);
  for (; times > 0; --times) {
    SendOnce(job);
    RecvMsg(receiver, job);
  }
}

void SendOnly(const Job& job, std::int64_t times) {
  const int sender = Fd(job.sender);
  for (; times > 0; --times) {
    Send(sender, job.buffer.data(), job.buffer.size());
    RecvOnce(job);
  }
}

void RecvAlone(const Job& job, std::int64_t times) {
  const int receiver = Fd(job.receiver);
  for (; times > 0; --times) {
    SendOnce(job);
    Recv(receiver, job.buffer.data(), job.buffer.size());
  }
}

void SendToAlone(const Job& job, std::int64_t times) {
  const int sender = Fd(job.sender);
  const sockaddr_in to = Encode(job.to);
  for (; times > 0; --times) {
    SendTo(sender, job.buffer.data(), job.buffer.size(), to);
    RecvOnce(job);
  }
}

void RecvFromAlone(const Job& job, std::int64_t times) {
  const int receiver = Fd(job.receiver);
  for (; times > 0; --times) {
    SendToOnce(job);
    RecvFrom(receiver, job.buffer.data(), job.buffer.size());
  }
}

void RecvWouldBlock(const Job& job, std::int64_t times) {
  const int receiver = Fd(job.receiver);
  for (; times > 0; --times) {
    if (recv(receiver, job.buffer.data(), job.buffer.size(), 0) != -1 ||
        errno != EAGAIN) {
      Fail("recv");
    }
  }
}

void RecvFromWouldBlock(const Job& job, std::int64_t times) {
  const int receiver = Fd(job.receiver);
  for (; times > 0; --times) {
    sockaddr_storage from;
    socklen_t length = sizeof(from);
    if (recvfrom(receiver, job.buffer.data(), job.buffer.size(), 0,
                 reinterpret_cast<sockaddr*>(&from), &length) != -1 ||
        errno != EAGAIN) {
      Fail("recvfrom");
    }
  }
}

void NumericIpv4(const Job& job, std::int64_t times) {
  Numeric<AF_INET, in_addr>(job, times);
}

void NumericIpv6(const Job& job, std::int64_t times) {
  Numeric<AF_INET6, in6_addr>(job, times);
}

}  // namespace bare
}  // namespace benchmarks
}  // namespace mortise
