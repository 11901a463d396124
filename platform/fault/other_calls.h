// The other parts of a platform with faults: its clock, services, interfaces
// and files.

#ifndef MORTISE_PLATFORM_FAULT_OTHER_CALLS_H_
#define MORTISE_PLATFORM_FAULT_OTHER_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {

class FaultyClockCalls final : public ForwardingClockCalls {
 public:
  FaultyClockCalls(ClockCalls& next, const FaultyCall& faults)
      : ForwardingClockCalls(next), faults_(faults) {}

  absl::Duration Now() override;

 private:
  const FaultyCall& faults_;
};

class FaultyServiceCalls final : public ForwardingServiceCalls {
 public:
  FaultyServiceCalls(ServiceCalls& next, const FaultyCall& faults)
      : ForwardingServiceCalls(next), faults_(faults) {}

  SysResult<std::optional<std::uint16_t>> PortOfService(
      absl::string_view service, absl::string_view protocol) override;
  SysResult<std::optional<std::string>> ServiceOfPort(
      std::uint16_t port, absl::string_view protocol) override;
  SysResult<std::optional<int>> ProtocolOfName(absl::string_view name) override;

 private:
  const FaultyCall& faults_;
};

class FaultyInterfaceCalls final : public ForwardingInterfaceCalls {
 public:
  FaultyInterfaceCalls(InterfaceCalls& next, const FaultyCall& faults)
      : ForwardingInterfaceCalls(next), faults_(faults) {}

  SysResult<std::uint32_t> NameToIndex(absl::string_view name) override;
  SysResult<std::string> IndexToName(std::uint32_t index) override;
  SysResult<std::vector<InterfaceEntry>> List() override;
  SysResult<std::uint32_t> KernelControlId(absl::string_view name) override;

 private:
  const FaultyCall& faults_;
};

// IsHandle is passed on: it cannot fail.
class FaultyFileCalls final : public ForwardingFileCalls {
 public:
  FaultyFileCalls(FileCalls& next, const FaultyCall& faults)
      : ForwardingFileCalls(next), faults_(faults) {}

  SysResult<std::size_t> SendFile(NativeHandle socket, bool blocking,
                                  NativeHandle file, std::uint64_t offset,
                                  std::size_t count) override;
  SysResult<std::size_t> ReadAt(NativeHandle file, std::uint64_t offset,
                                absl::Span<char> buffer) override;
  SysResult<std::size_t> ReadNext(NativeHandle file,
                                  absl::Span<char> buffer) override;

 private:
  const FaultyCall& faults_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_OTHER_CALLS_H_
