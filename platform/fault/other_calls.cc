#include "mortise/platform/fault/other_calls.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {
namespace {

CallArguments WithName(Call call, absl::string_view name) {
  CallArguments arguments = {call};
  arguments.name = name;
  return arguments;
}

}  // namespace

absl::Duration FaultyClockCalls::Now() {
  const std::optional<Ruling> ruling = faults_.Before({Call::kNow});
  if (ruling.has_value()) (void)faults_.Pass(ruling->fault.time(), nullptr);
  return next().Now();
}

SysResult<std::optional<std::uint16_t>> FaultyServiceCalls::PortOfService(
    absl::string_view service, absl::string_view protocol) {
  return faults_.Make(WithName(Call::kPortOfService, service),
                      [&] { return next().PortOfService(service, protocol); });
}

SysResult<std::optional<std::string>> FaultyServiceCalls::ServiceOfPort(
    std::uint16_t port, absl::string_view protocol) {
  CallArguments arguments = {Call::kServiceOfPort};
  arguments.service_port = port;
  return faults_.Make(arguments,
                      [&] { return next().ServiceOfPort(port, protocol); });
}

SysResult<std::optional<int>> FaultyServiceCalls::ProtocolOfName(
    absl::string_view name) {
  return faults_.Make(WithName(Call::kProtocolOfName, name),
                      [&] { return next().ProtocolOfName(name); });
}

SysResult<std::uint32_t> FaultyInterfaceCalls::NameToIndex(
    absl::string_view name) {
  return faults_.Make(WithName(Call::kNameToIndex, name),
                      [&] { return next().NameToIndex(name); });
}

SysResult<std::string> FaultyInterfaceCalls::IndexToName(std::uint32_t index) {
  return faults_.Make({Call::kIndexToName},
                      [&] { return next().IndexToName(index); });
}

SysResult<std::vector<InterfaceEntry>> FaultyInterfaceCalls::List() {
  return faults_.Make({Call::kListInterfaces}, [&] { return next().List(); });
}

SysResult<std::uint32_t> FaultyInterfaceCalls::KernelControlId(
    absl::string_view name) {
  return faults_.Make(WithName(Call::kKernelControlId, name),
                      [&] { return next().KernelControlId(name); });
}

SysResult<std::size_t> FaultyFileCalls::SendFile(NativeHandle socket,
                                                 bool blocking,
                                                 NativeHandle file,
                                                 std::uint64_t offset,
                                                 std::size_t count) {
  return faults_.Make(
      {Call::kSendFile, socket, count},
      [&](const Allowance& allowance) {
        return next().SendFile(socket, blocking, file, offset,
                               std::min(count, allowance.most));
      },
      // A failed call tells how many bytes were sent.
      [](SysResult<std::size_t>&) {});
}

SysResult<std::size_t> FaultyFileCalls::ReadAt(NativeHandle file,
                                               std::uint64_t offset,
                                               absl::Span<char> buffer) {
  return faults_.Make(
      {Call::kReadAt, file, buffer.size()}, [&](const Allowance& allowance) {
        return next().ReadAt(file, offset, buffer.subspan(0, allowance.most));
      });
}

SysResult<std::size_t> FaultyFileCalls::ReadNext(NativeHandle file,
                                                 absl::Span<char> buffer) {
  return faults_.Make(
      {Call::kReadNext, file, buffer.size()}, [&](const Allowance& allowance) {
        return next().ReadNext(file, buffer.subspan(0, allowance.most));
      });
}

}  // namespace fault
}  // namespace mortise
