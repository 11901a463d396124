#include "mortise/platform/sim/host/control.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/packet_info.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/native_number.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"

namespace mortise {
namespace sim {
namespace {

// Linux passes no more at once: SCM_MAX_FD.
constexpr std::size_t kMostRights = 253;

ErrorCode ReadRights(const Call& call, const ControlHandles& rights,
                     Ancillary* ancillary) {
  if (ancillary->rights.size() + rights.handles.size() > kMostRights) {
    return ErrorCode::kEinval;
  }
  for (const NativeHandle handle : rights.handles) {
    std::shared_ptr<OpenFile> file = call.Find(handle);
    if (file == nullptr) return ErrorCode::kEbadf;
    ancillary->rights.push_back(std::move(file));
  }
  return kDone;
}

// The number of IP_TOS and IPV6_TCLASS messages, which ControlValue lacks.
std::optional<int> ReadTrafficClass(const ControlMessage& message) {
  const bool is_tos =
      message.level == kIpprotoIp && message.type == NumberOf(Option::kTos);
  const bool is_class = message.level == kIpprotoIpv6 &&
                        message.type == NumberOf(Option::kTrafficClass);
  if (!is_tos && !is_class) return std::nullopt;
  if (message.data.size() == 1) {
    return static_cast<unsigned char>(message.data[0]);
  }
  const Result<int> number = ReadIntOption(message.data);
  if (!number.ok()) return std::nullopt;
  return number.value;
}

// Writes messages one behind the other.
class Writer {
 public:
  explicit Writer(absl::Span<char> room) : room_(room) {}

  void Put(const EncodedControl& message) {
    ControlMessage control;
    control.level = message.level;
    control.type = message.type;
    control.data = message.data;
    const std::size_t left = room_.size() - written_.size;
    if (ControlLength(control.data.size()) > left) {
      written_.is_truncated = true;
      return;
    }
    // The last message may lack its padding.
    std::string bytes(ControlSpace(control.data.size()), '\0');
    PutControl(control, absl::Span<char>(&bytes[0], bytes.size()));
    const std::size_t size = std::min(bytes.size(), left);
    std::memcpy(room_.data() + written_.size, bytes.data(), size);
    written_.size += size;
  }
  void Put(const std::optional<EncodedControl>& message) {
    if (message.has_value()) Put(*message);
  }
  void Truncate() { written_.is_truncated = true; }

  // Bytes that the data of a next message may have.
  std::size_t DataRoom() const {
    const std::size_t left = room_.size() - written_.size;
    const std::size_t header = ControlLength(0);
    return left > header ? left - header : 0;
  }

  const WrittenControl& written() const { return written_; }

 private:
  const absl::Span<char> room_;
  WrittenControl written_;
};

void PutRights(const Call& call, const Ancillary& ancillary, Writer* writer) {
  if (ancillary.rights.empty()) return;
  const std::size_t count =
      std::min(writer->DataRoom() / sizeof(int), ancillary.rights.size());
  ControlHandles rights;
  for (std::size_t i = 0; i < count; ++i) {
    const Result<std::int64_t> added =
        call.kernel().handles().Add(ancillary.rights[i]);
    if (!added.ok()) break;
    rights.handles.emplace_back(added.value);
  }
  if (rights.handles.size() < ancillary.rights.size()) writer->Truncate();
  if (!rights.handles.empty()) writer->Put(EncodeControl(rights));
}

template <typename Number>
EncodedControl TimeMessage(Option form, absl::Time time, bool is_nano) {
  const std::int64_t nanoseconds = absl::ToUnixNanos(time);
  const Number numbers[2] = {
      static_cast<Number>(nanoseconds / kSecond),
      static_cast<Number>(nanoseconds % kSecond / (is_nano ? 1 : 1000))};
  return {kSolSocket, NumberOf(form),
          std::string(reinterpret_cast<const char*>(numbers), sizeof(numbers))};
}

void PutTimestamp(const Call& call, const Socket& socket, Time received_at,
                  Writer* writer) {
  const absl::Time time =
      call.kernel().options().epoch + absl::Nanoseconds(received_at);
  const struct {
    Option form;
    bool is_nano;
    bool is_long;  // two longs, and not two numbers of 64 bits
  } kForms[] = {
      {Option::kTimestamp, false, sizeof(std::time_t) == sizeof(long)},
      {Option::kTimestampOld, false, true},
      {Option::kTimestampNew, false, false},
      {Option::kTimestampNs, true, sizeof(std::time_t) == sizeof(long)},
      {Option::kTimestampNsOld, true, true},
      {Option::kTimestampNsNew, true, false},
  };
  for (const auto& form : kForms) {
    if (!socket.options().Has(form.form)) continue;
    writer->Put(form.is_long
                    ? TimeMessage<long>(form.form, time, form.is_nano)
                    : TimeMessage<std::int64_t>(form.form, time, form.is_nano));
  }
}

void PutIp(const Socket& socket, const Ancillary& ancillary, Writer* writer) {
  const OptionValues& wants = socket.options();
  if (!ancillary.local_address.has_value()) return;
  const IpAddress& local = *ancillary.local_address;
  // A socket of IPv6 gets the messages of IPv6, whatever the packet was.
  const bool is_v4 = socket.family() == kAfInet;
  if (wants.Has(is_v4 ? Option::kPacketInfo : Option::kV6PacketInfo)) {
    writer->Put(ReceivedPacketInfo(local, ancillary.interface_index));
  }
  if (wants.Has(is_v4 ? Option::kReceiveTtl : Option::kReceiveHopLimit) &&
      ancillary.hop_limit.has_value()) {
    writer->Put(
        EncodeControl(ControlHopLimit{socket.family(), *ancillary.hop_limit}));
  }
  if (wants.Has(is_v4 ? Option::kReceiveTos : Option::kReceiveTrafficClass) &&
      ancillary.traffic_class.has_value()) {
    const int value = *ancillary.traffic_class;
    if (is_v4) {
      writer->Put({kIpprotoIp, NumberOf(Option::kTos),
                   std::string(1, static_cast<char>(value))});
    } else {
      writer->Put(
          {kIpprotoIpv6, NumberOf(Option::kTrafficClass), IntOption(value)});
    }
  }
}

}  // namespace

ErrorCode ReadControl(const Call& call, const Socket& socket,
                      absl::Span<const char> control, Ancillary* ancillary) {
  ControlMessage message;
  while (TakeControl(&control, &message)) {
    if (const std::optional<int> value = ReadTrafficClass(message)) {
      ancillary->traffic_class = value;
      continue;
    }
    if (const std::optional<IpAddress> local = SentPacketInfo(message)) {
      ancillary->local_address = local;
      continue;
    }
    const std::optional<ControlValue> value = DecodeControl(message);
    if (!value.has_value()) {
      // Linux ignores messages of levels that the socket does not have.
      if (message.level == kSolSocket) return ErrorCode::kEinval;
      continue;
    }
    if (const auto* rights = std::get_if<ControlHandles>(&*value)) {
      if (socket.family() != kAfUnix) continue;
      const ErrorCode error = ReadRights(call, *rights, ancillary);
      if (error != kDone) return error;
    } else if (const auto* own = std::get_if<ControlCredentials>(&*value)) {
      ancillary->credentials = *own;
    } else if (const auto* limit = std::get_if<ControlHopLimit>(&*value)) {
      if (limit->hops < 0 || limit->hops > 255) return ErrorCode::kEinval;
      ancillary->hop_limit = limit->hops;
    } else {
      return ErrorCode::kEinval;
    }
  }
  return kDone;
}

WrittenControl WriteControl(const Call& call, const Socket& socket,
                            const Ancillary& ancillary, absl::Span<char> room) {
  Writer writer(room);
  if (ancillary.received_at.has_value()) {
    PutTimestamp(call, socket, *ancillary.received_at, &writer);
  }
  if (socket.family() != kAfUnix) {
    PutIp(socket, ancillary, &writer);
    return writer.written();
  }
  if (socket.options().Has(Option::kPassCredentials) &&
      ancillary.credentials.has_value()) {
    writer.Put(EncodeControl(*ancillary.credentials));
  }
  PutRights(call, ancillary, &writer);
  return writer.written();
}

}  // namespace sim
}  // namespace mortise
