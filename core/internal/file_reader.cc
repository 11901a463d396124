#include "mortise/core/internal/file_reader.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/byte_queue.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/text.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace internal {
namespace {

// How much is received at once if a call wants more than the buffer holds.
// Beyond this size the room grows with what has come, not with what was asked
// for: a gigabyte of memory is used only after a peer has sent about as much.
constexpr std::size_t kPieceSize = 64 * 1024;

// After this many bytes without a wait, a call checks whether its time is up.
// That is often enough to keep a timeout, and rare enough to cost nothing.
constexpr std::size_t kLookAtClock = 256 * 1024;

}  // namespace

absl::StatusOr<std::size_t> FileReader::Receive(Call& call,
                                                absl::Span<char> buffer) {
  // A peer that always has more must not keep the call from ending.
  if (call.received >= kLookAtClock) {
    call.received = 0;
    absl::Status status = call.CheckTime();
    if (!status.ok()) return status;
  }
  absl::StatusOr<std::size_t> size = call.Read(buffer);
  if (size.ok()) call.received += *size;
  return size;
}

absl::StatusOr<bool> FileReader::Fill(Call& call, std::size_t wanted) {
  ByteQueue& received = options_.text ? raw_ : ready_;
  const std::size_t before = ready_.size();
  // Bytes that were left out because they are no text.
  std::size_t left_out = 0;
  for (bool at_end = false;;) {
    if (options_.text) {
      const bool well_formed =
          decoder_.Decode(options_.replacement, at_end, &raw_, &ready_);
      if (ready_.size() > before) return true;
      if (!well_formed) return NoText(call);
      if (at_end) return false;
      if (left_out > options_.max_size) return TooLong(call, options_.max_size);
    }
    const std::size_t room =
        std::max(options_.buffer_size,
                 std::min(wanted, std::max(ready_.size(), kPieceSize)));
    const absl::StatusOr<std::size_t> size = Receive(call, received.Room(room));
    if (!size.ok()) return size.status();
    received.Commit(*size);
    left_out += *size;
    if (!options_.text) return *size > 0;
    at_end = *size == 0;
  }
}

absl::StatusOr<std::string> FileReader::Read(std::size_t size) {
  Call call(stream_, Operation::kRead);
  CharacterCounter counter(options_.text);
  for (;;) {
    counter.Advance(ready_.view(), size);
    if (counter.count() == size) break;
    const absl::StatusOr<bool> more = Fill(call, size - counter.count());
    if (!more.ok()) {
      // A non-blocking socket returns what is there.
      if (IsWouldBlock(more.status()) && counter.count() > 0) break;
      return more.status();
    }
    if (!*more) break;
  }
  return Take(counter.bytes());
}

absl::StatusOr<std::string> FileReader::ReadToEnd(std::size_t max) {
  Call call(stream_, Operation::kRead);
  for (;;) {
    if (ready_.size() > max) return TooLong(call, max);
    // One byte more than `max` shows that there is too much.
    const absl::StatusOr<bool> more = Fill(call, max - ready_.size() + 1);
    if (!more.ok()) return more.status();
    if (!*more) return Take(ready_.size());
  }
}

absl::StatusOr<std::string> FileReader::Read1(std::size_t size) {
  Call call(stream_, Operation::kRead);
  CharacterCounter counter(options_.text);
  if (size > 0 && ready_.empty()) {
    const absl::StatusOr<bool> more = Fill(call, size);
    if (!more.ok()) return more.status();
  }
  counter.Advance(ready_.view(), size);
  return Take(counter.bytes());
}

absl::StatusOr<std::size_t> FileReader::ReadInto1(absl::Span<char> buffer) {
  Call call(stream_, Operation::kRead);
  if (ready_.empty() && !buffer.empty()) {
    if (buffer.size() >= options_.buffer_size) return Receive(call, buffer);
    const absl::StatusOr<bool> more = Fill(call, buffer.size());
    if (!more.ok()) return more.status();
  }
  searched_ = 0;
  return ready_.MoveTo(buffer);
}

absl::StatusOr<std::size_t> FileReader::ReadInto(absl::Span<char> buffer) {
  Call call(stream_, Operation::kRead);
  searched_ = 0;
  std::size_t filled = ready_.MoveTo(buffer);
  while (filled < buffer.size()) {
    const absl::Span<char> rest = buffer.subspan(filled);
    absl::StatusOr<std::size_t> size;
    if (rest.size() >= options_.buffer_size) {
      size = Receive(call, rest);
    } else {
      const absl::StatusOr<bool> more = Fill(call, rest.size());
      if (more.ok()) {
        size = ready_.MoveTo(rest);
      } else {
        size = more.status();
      }
    }
    if (!size.ok()) {
      if (IsWouldBlock(size.status()) && filled > 0) break;
      // Everything that was ready is in `buffer`. It goes back, so that nothing
      // is lost.
      ready_.Append(absl::string_view(buffer.data(), filled));
      return size.status();
    }
    if (*size == 0) break;
    filled += *size;
  }
  return filled;
}

absl::StatusOr<std::string> FileReader::ReadLine(
    std::optional<std::size_t> limit) {
  Call call(stream_, Operation::kReadLine);
  const absl::StatusOr<std::size_t> size = FindLine(call, 0, limit);
  if (!size.ok()) return size.status();
  return Take(*size);
}

absl::StatusOr<std::vector<std::string>> FileReader::ReadLines(
    std::size_t hint) {
  Call call(stream_, Operation::kReadLine);
  std::vector<std::string> lines;
  std::size_t size = 0;
  do {
    const absl::StatusOr<std::size_t> line = FindLine(call, size, std::nullopt);
    if (!line.ok()) return line.status();
    if (*line == 0) break;
    lines.emplace_back(ready_.view().substr(size, *line));
    size += *line;
    // The bound counts the strings as well, because empty lines take room too.
    if (size + lines.size() * sizeof(std::string) > options_.max_size) {
      return TooLong(call, options_.max_size);
    }
  } while (size < hint);
  Take(size);
  return lines;
}

absl::StatusOr<std::size_t> FileReader::FindLine(
    Call& call, std::size_t from, std::optional<std::size_t> limit) {
  CharacterCounter counter(options_.text);
  std::size_t searched = from == 0 ? searched_ : 0;
  for (bool at_end = false;;) {
    const absl::string_view text = ready_.view().substr(from);
    std::size_t end = FindLineEnd(text, options_.newline, at_end, &searched);
    if (from == 0) searched_ = searched;
    if (limit.has_value()) {
      counter.Advance(text, *limit);
      if (counter.count() == *limit) end = std::min(end, counter.bytes());
    }
    const bool found = end != absl::string_view::npos;
    const std::size_t size = found ? end : text.size();
    if (!limit.has_value() && from + size > options_.max_size) {
      return TooLong(call, options_.max_size);
    }
    if (found || at_end) return size;
    // Any further byte can end the line, so one byte is enough.
    const absl::StatusOr<bool> more = Fill(call, 1);
    if (!more.ok()) return more.status();
    at_end = !*more;
  }
}

std::string FileReader::Take(std::size_t bytes) {
  std::string taken(ready_.view().substr(0, bytes));
  ready_.Consume(bytes);
  searched_ = 0;
  return taken;
}

absl::Status FileReader::NoText(const Call& call) const {
  return call.Error(ErrorCode::kEilseq,
                    absl::StrCat("byte ", decoder_.offset()));
}

absl::Status FileReader::TooLong(const Call& call, std::size_t max) const {
  return call.Error(ErrorCode::kEmsgsize,
                    absl::StrCat("more than ", max, " bytes"));
}

}  // namespace internal
}  // namespace mortise
