#include "mortise/platform/posix/interrupt.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>

#include "mortise/platform/posix/process_number.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace posix {
namespace {

// What an eventfd takes; a pipe takes anything.
using Token = std::uint64_t;

void TakeTokens(int descriptor) {
  Token token;
  while (read(descriptor, &token, sizeof(token)) == sizeof(token)) {
  }
}

}  // namespace

void SendToken(const WakeDescriptors& descriptors) {
  // For a signal handler.
  const int saved_errno = errno;
  const Token token = 1;
  // There is room: each thread that is in the middle of a call adds one token.
  while (write(descriptors.writable, &token, sizeof(token)) == -1 &&
         errno == EINTR) {
  }
  errno = saved_errno;
}

void CloseWakeDescriptors(const WakeDescriptors& descriptors) {
  close(descriptors.readable);
  if (descriptors.writable != descriptors.readable) {
    close(descriptors.writable);
  }
}

SysResult<std::unique_ptr<WaitInterrupt>> Interrupt::Make() {
  const SysResult<WakeDescriptors> opened = OpenWakeDescriptors();
  if (!opened.ok()) return {nullptr, opened.error};
  return {std::make_unique<Interrupt>(opened.value), 0};
}

Interrupt::Interrupt(WakeDescriptors descriptors) : descriptors_(descriptors) {}

Interrupt::~Interrupt() {
  // A child may have closed them, and have others by their numbers.
  if (IsOfThisProcess()) CloseWakeDescriptors(descriptors_);
}

bool Interrupt::IsOfThisProcess() const { return maker_.IsOfThisProcess(); }

void Interrupt::Signal() {
  if (IsOfThisProcess()) SendToken(descriptors_);
}

void Interrupt::Drain() {
  if (IsOfThisProcess()) TakeTokens(descriptors_.readable);
}

}  // namespace posix
}  // namespace mortise
