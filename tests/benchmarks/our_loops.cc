// The loops that use the library.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/tests/benchmarks/loops.h"

namespace mortise {
namespace benchmarks {
namespace ours {
namespace {

[[noreturn]] ABSL_ATTRIBUTE_COLD ABSL_ATTRIBUTE_NOINLINE void Fail(
    const absl::Status& status) {
  std::cerr << status << "\n";
  std::exit(1);
}

inline std::size_t Send(Socket& socket, const char* data, std::size_t size) {
  const absl::StatusOr<std::size_t> sent =
      socket.Send(absl::string_view(data, size));
  if (ABSL_PREDICT_FALSE(!sent.ok())) Fail(sent.status());
  return *sent;
}

inline std::size_t Recv(Socket& socket, char* data, std::size_t size) {
  const absl::StatusOr<std::size_t> got =
      socket.Recv(absl::Span<char>(data, size));
  if (ABSL_PREDICT_FALSE(!got.ok())) Fail(got.status());
  return *got;
}

inline void SendTo(const Job& job) {
  const absl::StatusOr<std::size_t> sent = job.sender->SendTo(
      absl::string_view(job.buffer.data(), job.buffer.size()), job.to);
  if (ABSL_PREDICT_FALSE(!sent.ok())) Fail(sent.status());
}

inline void RecvFrom(const Job& job) {
  const absl::StatusOr<RecvFromResult> got = job.receiver->RecvFrom(job.buffer);
  if (ABSL_PREDICT_FALSE(!got.ok())) Fail(got.status());
}

// Sends a message in two pieces.
inline void SendMsg(const Job& job) {
  const absl::string_view data(job.buffer.data(), job.buffer.size());
  const absl::string_view pieces[2] = {data.substr(0, data.size() / 2),
                                       data.substr(data.size() / 2)};
  const absl::StatusOr<std::size_t> sent = SendMsg(*job.sender, pieces);
  if (ABSL_PREDICT_FALSE(!sent.ok())) Fail(sent.status());
}

inline void RecvMsg(const Job& job) {
  const absl::Span<char> pieces[2] = {
      job.buffer.first(job.buffer.size() / 2),
      job.buffer.subspan(job.buffer.size() / 2)};
  const absl::StatusOr<RecvMsgResult> got = RecvMsg(*job.receiver, pieces);
  if (ABSL_PREDICT_FALSE(!got.ok())) Fail(got.status());
}

inline void SendWhole(const Job& job) {
  for (std::size_t done = 0; done < job.buffer.size();) {
    done +=
        Send(*job.sender, job.buffer.data() + done, job.buffer.size() - done);
  }
}

inline void RecvWhole(const Job& job) {
  for (std::size_t done = 0; done < job.buffer.size();) {
    done +=
        Recv(*job.receiver, job.buffer.data() + done, job.buffer.size() - done);
  }
}

}  // namespace

void SendRecv(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    SendWhole(job);
    RecvWhole(job);
  }
}

void SendToRecvFrom(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    SendTo(job);
    RecvFrom(job);
  }
}

void SendMsgRecvMsg(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    SendMsg(job);
    RecvMsg(job);
  }
}

void SendMsgAlone(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    SendMsg(job);
    bare::RecvOnce(job);
  }
}

void RecvMsgAlone(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    bare::SendOnce(job);
    RecvMsg(job);
  }
}

void SendOnly(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    Send(*job.sender, job.buffer.data(), job.buffer.size());
    bare::RecvOnce(job);
  }
}

void RecvAlone(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    bare::SendOnce(job);
    Recv(*job.receiver, job.buffer.data(), job.buffer.size());
  }
}

void SendToAlone(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    SendTo(job);
    bare::RecvOnce(job);
  }
}

void RecvFromAlone(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    bare::SendToOnce(job);
    RecvFrom(job);
  }
}

void RecvWouldBlock(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    const absl::StatusOr<std::size_t> got = job.receiver->Recv(job.buffer);
    if (ABSL_PREDICT_FALSE(got.ok())) Fail(got.status());
  }
}

void RecvWouldBlockAsked(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    const absl::StatusOr<std::size_t> got = job.receiver->Recv(job.buffer);
    if (ABSL_PREDICT_FALSE(!IsWouldBlock(got.status()))) Fail(got.status());
  }
}

void RecvFromWouldBlock(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    const absl::StatusOr<RecvFromResult> got =
        job.receiver->RecvFrom(job.buffer);
    if (ABSL_PREDICT_FALSE(got.ok())) Fail(got.status());
  }
}

void Numeric(const Job& job, std::int64_t times) {
  for (; times > 0; --times) {
    const absl::StatusOr<SocketAddress> address =
        SocketAddress::Numeric(job.host, 80);
    if (ABSL_PREDICT_FALSE(!address.ok())) Fail(address.status());
  }
}

}  // namespace ours
}  // namespace benchmarks
}  // namespace mortise
