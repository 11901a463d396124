#include "mortise/core/internal/file_writer.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/stream_call.h"

namespace mortise {
namespace internal {
namespace {

// Whether the only error is that there was no room in time.
bool IsOnlyLate(const absl::Status& status) {
  return IsWouldBlock(status) || IsOwnTimeout(status);
}

}  // namespace

absl::Status FileWriter::SendUnsent(StreamCall& call) {
  absl::string_view rest = unsent_.view();
  absl::Status status = call.WriteAll(&rest);
  unsent_.Consume(unsent_.size() - rest.size());
  return status;
}

absl::Status FileWriter::TakeKept() {
  return std::exchange(kept_, absl::OkStatus());
}

absl::Status FileWriter::Write(absl::string_view data, char end_of_line) {
  if (!kept_.ok()) return TakeKept();
  StreamCall call(stream_, Operation::kWrite);
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
    status = call.WriteAll(&rest);
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
  StreamCall call(stream_, Operation::kFlush);
  return SendUnsent(call);
}

absl::Status FileWriter::Finish(absl::string_view last) {
  StreamCall call(stream_, Operation::kClose);
  absl::Status status = SendUnsent(call);
  if (status.ok()) status = call.WriteAll(&last);
  return kept_.ok() ? status : TakeKept();
}

}  // namespace internal
}  // namespace mortise
