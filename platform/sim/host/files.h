// Files on a simulated host: they are real.

#ifndef MORTISE_PLATFORM_SIM_HOST_FILES_H_
#define MORTISE_PLATFORM_SIM_HOST_FILES_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
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
  // `errors` are the numbers of the host.
  explicit Files(const ErrorTable& errors) : errors_(errors) {}

  bool IsHandle(NativeHandle file) const override {
    return Real().IsHandle(file);
  }
  SysResult<std::size_t> ReadAt(NativeHandle file, std::uint64_t offset,
                                absl::Span<char> buffer) override {
    return Translated(Real().ReadAt(file, offset, buffer));
  }
  SysResult<std::size_t> ReadNext(NativeHandle file,
                                  absl::Span<char> buffer) override {
    // A pipe may keep its reader waiting.
    const RealWorld region;
    return Translated(Real().ReadNext(file, buffer));
  }

 private:
  static FileCalls& Real() { return Platform::Default().files(); }

  // The system that the program runs on may have other numbers for errors.
  SysResult<std::size_t> Translated(SysResult<std::size_t> result) const {
    if (result.ok() || result.error == kNotSupportedError) return result;
    const ErrorCode code =
        Platform::Default().facts().errors.Code(ErrorDomain::kOs, result.error);
    const int native = errors_.Native(code);
    result.error =
        native != kNotSupportedError ? native : errors_.Native(ErrorCode::kEio);
    return result;
  }

  const ErrorTable errors_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_FILES_H_
