#include "mortise/platform/file_handle.h"

#include <io.h>

#include <cstdint>
#include <cstdio>

#include "mortise/platform/native_handle.h"

namespace mortise {

NativeHandle FileHandleOf(std::FILE* stream) {
  const std::intptr_t handle = _get_osfhandle(_fileno(stream));
  // -2 is a stream without a file: a program without a console has three.
  return handle == -2 ? NativeHandle() : NativeHandle(handle);
}

}  // namespace mortise
