// Files on a simulated host: they are real.

#ifndef MORTISE_PLATFORM_SIM_HOST_FILES_H_
#define MORTISE_PLATFORM_SIM_HOST_FILES_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/file_calls.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/real_world.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

// Reads files of the system that the program runs on. No system call can send
// a file to a simulated socket, so `core/` reads it and sends what it has read.
// Thread-safe.
class Files final : public FileCalls {
 public:
  bool IsHandle(NativeHandle file) const override {
    return Real().IsHandle(file);
  }
  SysResult<std::size_t> ReadAt(NativeHandle file, std::uint64_t offset,
                                absl::Span<char> buffer) override {
    return Real().ReadAt(file, offset, buffer);
  }
  SysResult<std::size_t> ReadNext(NativeHandle file,
                                  absl::Span<char> buffer) override {
    // A pipe may keep its reader waiting.
    const RealWorld region;
    return Real().ReadNext(file, buffer);
  }

 private:
  static FileCalls& Real() { return Platform::Default().files(); }
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_FILES_H_
