// The defaults of the calls. A platform lacks the methods that its backend does
// not define.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/clock_calls.h"
#include "mortise/platform/constants/named_number.h"
#include "mortise/platform/constants/number_name.h"
#include "mortise/platform/error_calls.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/file_calls.h"
#include "mortise/platform/interface_calls.h"
#include "mortise/platform/name_calls.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/service_calls.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

SysResult<NativeHandle> SocketCalls::Socket(int /*family*/, int /*type*/,
                                            int /*protocol*/) {
  return {{}, kNotSupportedError};
}

SysResult<HandlePair> SocketCalls::SocketPair(int /*family*/, int /*type*/,
                                              int /*protocol*/) {
  return {{}, kNotSupportedError};
}

SysResult<NativeHandle> SocketCalls::Dup(NativeHandle /*handle*/) {
  return {{}, kNotSupportedError};
}

SysResult<void> SocketCalls::Close(NativeHandle /*handle*/) {
  return {kNotSupportedError};
}

SysResult<void> SocketCalls::DeferPort(NativeHandle /*handle*/) {
  return {kNotSupportedError};
}

SysResult<void> SocketCalls::Bind(NativeHandle /*handle*/,
                                  const SockAddr& /*address*/) {
  return {kNotSupportedError};
}

SysResult<void> SocketCalls::Listen(NativeHandle /*handle*/, int /*backlog*/) {
  return {kNotSupportedError};
}

SysResult<NativeHandle> SocketCalls::Accept(NativeHandle /*handle*/,
                                            SockAddr* /*peer*/) {
  return {{}, kNotSupportedError};
}

SysResult<void> SocketCalls::Connect(NativeHandle /*handle*/,
                                     const SockAddr& /*address*/) {
  return {kNotSupportedError};
}

SysResult<void> SocketCalls::Disconnect(NativeHandle /*handle*/) {
  return {kNotSupportedError};
}

SysResult<int> SocketCalls::TakeError(NativeHandle /*handle*/) {
  return {{}, kNotSupportedError};
}

SysResult<void> SocketCalls::Shutdown(NativeHandle /*handle*/,
                                      ShutdownHow /*how*/) {
  return {kNotSupportedError};
}

SysResult<std::size_t> SocketCalls::Recv(NativeHandle /*handle*/,
                                         absl::Span<char> /*buffer*/,
                                         int /*flags*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::size_t> SocketCalls::RecvFrom(NativeHandle /*handle*/,
                                             absl::Span<char> /*buffer*/,
                                             int /*flags*/,
                                             SockAddr* /*from*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::size_t> SocketCalls::Send(NativeHandle /*handle*/,
                                         absl::Span<const char> /*data*/,
                                         int /*flags*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::size_t> SocketCalls::SendTo(NativeHandle /*handle*/,
                                           absl::Span<const char> /*data*/,
                                           int /*flags*/,
                                           const SockAddr& /*to*/) {
  return {{}, kNotSupportedError};
}

SysResult<ReceivedMessage> SocketCalls::RecvMsg(
    NativeHandle /*handle*/, absl::Span<const absl::Span<char>> /*buffers*/,
    absl::Span<char> /*control*/, int /*flags*/, SockAddr* /*from*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::size_t> SocketCalls::SendMsg(
    NativeHandle /*handle*/, absl::Span<const absl::string_view> /*buffers*/,
    absl::Span<const char> /*control*/, int /*flags*/, const SockAddr* /*to*/) {
  return {{}, kNotSupportedError};
}

SysResult<void> SocketCalls::GetSockName(NativeHandle /*handle*/,
                                         SockAddr* /*address*/) {
  return {kNotSupportedError};
}

SysResult<void> SocketCalls::GetPeerName(NativeHandle /*handle*/,
                                         SockAddr* /*address*/) {
  return {kNotSupportedError};
}

SysResult<std::size_t> SocketCalls::GetSockOpt(NativeHandle /*handle*/,
                                               int /*level*/, int /*name*/,
                                               absl::Span<char> /*buffer*/) {
  return {{}, kNotSupportedError};
}

SysResult<void> SocketCalls::SetSockOpt(NativeHandle /*handle*/, int /*level*/,
                                        int /*name*/,
                                        absl::Span<const char> /*value*/) {
  return {kNotSupportedError};
}

SysResult<void> SocketCalls::SetAddressReuse(NativeHandle /*handle*/,
                                             AddressReuse /*reuse*/) {
  return {kNotSupportedError};
}

SysResult<void> SocketCalls::SetBlocking(NativeHandle /*handle*/,
                                         bool /*blocking*/) {
  return {kNotSupportedError};
}

SysResult<bool> SocketCalls::IsNonBlocking(NativeHandle /*handle*/) {
  return {false, kNotSupportedError};
}

SysResult<bool> SocketCalls::HasReceivingEnded(NativeHandle /*handle*/) {
  return {false, kNotSupportedError};
}

SysResult<std::uint64_t> SocketCalls::Identity(NativeHandle /*handle*/) {
  return {0, kNotSupportedError};
}

SysResult<SocketDescription> SocketCalls::Describe(NativeHandle /*handle*/) {
  return {{}, kNotSupportedError};
}

SysResult<bool> SocketCalls::GetInheritable(NativeHandle /*handle*/) {
  return {{}, kNotSupportedError};
}

SysResult<void> SocketCalls::SetInheritable(NativeHandle /*handle*/,
                                            bool /*inheritable*/) {
  return {kNotSupportedError};
}

SysResult<std::size_t> SocketCalls::Ioctl(NativeHandle /*handle*/,
                                          std::uint32_t /*request*/,
                                          absl::Span<const char> /*in*/,
                                          absl::Span<char> /*out*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::string> SocketCalls::Share(NativeHandle /*handle*/,
                                          std::uint32_t /*process_id*/) {
  return {{}, kNotSupportedError};
}

SysResult<NativeHandle> SocketCalls::FromShare(absl::string_view /*info*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::size_t> ReadinessCalls::WaitInterruptibly(
    absl::Span<const WaitTarget> /*targets*/,
    absl::Span<WaitInterrupt* const> /*interrupts*/,
    absl::Duration /*timeout*/) {
  return {{}, kNotSupportedError};
}

SysResult<bool> ReadinessCalls::Wait(NativeHandle handle, WaitEvents events,
                                     absl::Duration timeout) {
  const WaitTarget target = {handle, events};
  const SysResult<std::size_t> first =
      WaitInterruptibly(absl::MakeConstSpan(&target, 1), {}, timeout);
  return {first.ok() && first.value == 0, first.error};
}

SysResult<std::unique_ptr<WaitInterrupt>> ReadinessCalls::NewInterrupt() {
  return {nullptr, kNotSupportedError};
}

SysResult<std::unique_ptr<PollSet>> ReadinessCalls::NewPollSet() {
  return {nullptr, kNotSupportedError};
}

ProcessMark ReadinessCalls::MarkProcess() { return ProcessMark(); }

void ReadinessCalls::Sleep(absl::Duration duration) {
  absl::SleepFor(duration);
}

namespace {

class AnsweredLookup final : public PendingLookup {
 public:
  explicit AnsweredLookup(FoundAddresses answer) : answer_(std::move(answer)) {}
  FoundAddresses Take() override { return std::move(answer_); }

 private:
  FoundAddresses answer_;
};

}  // namespace

std::unique_ptr<PendingLookup> PendingLookup::Answered(FoundAddresses answer) {
  return std::make_unique<AnsweredLookup>(std::move(answer));
}

FoundAddresses NameCalls::FindAddresses(const AddrInfoQuery& /*query*/,
                                        const CallLimit& /*limit*/) {
  return {{}, ErrorDomain::kOs, kNotSupportedError};
}

std::unique_ptr<PendingLookup> NameCalls::BeginFindAddresses(
    const AddrInfoQuery& query, const CallLimit& limit,
    std::function<void()> done) {
  std::unique_ptr<PendingLookup> answered =
      PendingLookup::Answered(FindAddresses(query, limit));
  done();
  return answered;
}

LookupResult<NameInfo> NameCalls::FindName(const SockAddr& /*address*/,
                                           int /*flags*/,
                                           const CallLimit& /*limit*/) {
  return {{}, ErrorDomain::kOs, kNotSupportedError};
}

LookupResult<HostEntry> NameCalls::FindHostByName(absl::string_view /*name*/,
                                                  const CallLimit& /*limit*/) {
  return {{}, ErrorDomain::kOs, kNotSupportedError};
}

LookupResult<HostEntry> NameCalls::FindHostByAddress(
    const SockAddr& /*address*/, const CallLimit& /*limit*/) {
  return {{}, ErrorDomain::kOs, kNotSupportedError};
}

SysResult<std::string> NameCalls::GetHostName() {
  return {{}, kNotSupportedError};
}

SysResult<void> NameCalls::SetHostName(absl::string_view /*name*/) {
  return {kNotSupportedError};
}

SysResult<std::optional<std::uint16_t>> ServiceCalls::PortOfService(
    absl::string_view /*service*/, absl::string_view /*protocol*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::optional<std::string>> ServiceCalls::ServiceOfPort(
    std::uint16_t /*port*/, absl::string_view /*protocol*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::optional<int>> ServiceCalls::ProtocolOfName(
    absl::string_view /*name*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::uint32_t> InterfaceCalls::NameToIndex(
    absl::string_view /*name*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::string> InterfaceCalls::IndexToName(std::uint32_t /*index*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::vector<InterfaceEntry>> InterfaceCalls::List() {
  return {{}, kNotSupportedError};
}

SysResult<std::uint32_t> InterfaceCalls::KernelControlId(
    absl::string_view /*name*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::size_t> FileCalls::SendFile(NativeHandle /*socket*/,
                                           bool /*blocking*/,
                                           NativeHandle /*file*/,
                                           std::uint64_t /*offset*/,
                                           std::size_t /*count*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::size_t> FileCalls::ReadAt(NativeHandle /*file*/,
                                         std::uint64_t /*offset*/,
                                         absl::Span<char> /*buffer*/) {
  return {{}, kNotSupportedError};
}

SysResult<std::size_t> FileCalls::ReadNext(NativeHandle /*file*/,
                                           absl::Span<char> /*buffer*/) {
  return {{}, kNotSupportedError};
}

absl::string_view ErrorCalls::Name(ErrorDomain domain, int native) const {
  using constants_internal::NumberKind;
  using constants_internal::NumberName;
  switch (domain) {
    case ErrorDomain::kOs:
      return NumberName(NumberKind::kOsError, native);
    case ErrorDomain::kGetAddrInfo:
      return NumberName(NumberKind::kGetAddrInfoError, native);
    case ErrorDomain::kHostLookup:
      return NumberName(NumberKind::kHostLookupError, native);
    default:
      return "";  // the other domains have no numbers of the OS
  }
}

absl::Duration ClockCalls::Now() {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace mortise
