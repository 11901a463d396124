#include "mortise/internal/file_writer.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "mortise/error.h"
#include "mortise/internal/operation.h"
#include "mortise/internal/waiter.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"
#include "mortise/socket.h"

namespace mortise {
namespace internal {
namespace {

// Whether the same can go through later.
bool CanGoOn(const absl::Status& status) {
  return IsTimeout(status) || IsWouldBlock(status);
}

}  // namespace

absl::Status FileWriter::Send(Call& call, absl::string_view* data) {
  const Platform& platform = *socket_.platform();
  while (!data->empty()) {
    const SysResult<std::size_t> size =
        platform.sockets().Send(socket_.native_handle(), *data, 0);
    if (!size.ok()) {
      absl::Status status = call.waiter.AfterFailure(
          {platform, socket_.native_handle(), socket_.GetTimeout(),
           call.operation, WaitEvent::kWritable},
          size.error);
      if (!status.ok()) return status;
      continue;
    }
    call.waiter.AfterProgress();
    data->remove_prefix(std::min(size.value, data->size()));
  }
  return absl::OkStatus();
}

absl::Status FileWriter::SendUnsent(Call& call) {
  absl::string_view rest = unsent_.view();
  absl::Status status = Send(call, &rest);
  unsent_.Consume(unsent_.size() - rest.size());
  return status;
}

absl::Status FileWriter::Write(absl::string_view data, char end_of_line) {
  Call call = {Operation::kWrite, Waiter()};
  if (unsent_.size() + data.size() > options_.buffer_size) {
    absl::Status status = SendUnsent(call);
    if (!status.ok()) return status;
  }
  const bool fits = data.size() <= options_.buffer_size;
  const bool ends_line =
      options_.line_buffered && absl::StrContains(data, end_of_line);
  if (fits && !ends_line) {
    unsent_.Append(data);
    return absl::OkStatus();
  }

  // All or nothing of `data` is taken. Once some of it is on its way the rest
  // has to follow, so what finds no room now is kept for the next call.
  absl::Status status;
  bool taken = false;
  if (fits) {
    unsent_.Append(data);
    status = SendUnsent(call);
    taken = unsent_.size() < data.size();
    if (!status.ok() && !taken) unsent_.Retract(data.size());
  } else {
    absl::string_view rest = data;
    status = Send(call, &rest);
    taken = rest.size() < data.size();
    if (taken) unsent_.Append(rest);
  }
  if (taken && CanGoOn(status)) return absl::OkStatus();
  return status;
}

absl::Status FileWriter::Flush(Operation operation) {
  Call call = {operation, Waiter()};
  return SendUnsent(call);
}

}  // namespace internal
}  // namespace mortise
