#include "mortise/core/internal/file_writer.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/believed_size.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {
namespace {

// Whether the only error is that there was no room in time.
bool IsOnlyLate(const absl::Status& status) {
  return IsWouldBlock(status) || IsOwnTimeout(status);
}

}  // namespace

absl::Status FileWriter::Send(Call& call, absl::string_view* data) {
  const Platform& platform = *socket_.platform();
  while (!data->empty()) {
    const SysResult<std::size_t> size =
        BelievedProgress(platform,
                         platform.sockets().Send(socket_.native_handle(), *data,
                                                 socket_.wait_flags()),
                         data->size());
    if (!size.ok()) {
      absl::Status status = call.waiter.AfterFailure(
          {platform, socket_.native_handle(), socket_.GetTimeout(),
           call.operation, WaitEvents::kWritable},
          size.error);
      if (!status.ok()) return status;
      continue;
    }
    call.waiter.AfterProgress();
    data->remove_prefix(size.value);
  }
  return absl::OkStatus();
}

absl::Status FileWriter::SendUnsent(Call& call) {
  absl::string_view rest = unsent_.view();
  absl::Status status = Send(call, &rest);
  unsent_.Consume(unsent_.size() - rest.size());
  return status;
}

absl::Status FileWriter::TakeKept() {
  return std::exchange(kept_, absl::OkStatus());
}

absl::Status FileWriter::Write(absl::string_view data, char end_of_line) {
  if (!kept_.ok()) return TakeKept();
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

  // Write takes all of `data` or nothing. Once some of it has been sent the
  // rest has to follow, so what could not be sent now is kept for the next
  // call.
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
  if (!taken) return status;
  // An error returned now would say that nothing was taken, and the caller
  // would write the same bytes again.
  if (!IsOnlyLate(status)) kept_ = std::move(status);
  return absl::OkStatus();
}

absl::Status FileWriter::Flush() {
  if (!kept_.ok()) return TakeKept();
  Call call = {Operation::kFlush, Waiter()};
  return SendUnsent(call);
}

absl::Status FileWriter::Finish(absl::string_view last) {
  Call call = {Operation::kClose, Waiter()};
  absl::Status status = SendUnsent(call);
  if (status.ok()) status = Send(call, &last);
  return kept_.ok() ? status : TakeKept();
}

}  // namespace internal
}  // namespace mortise
