#include "mortise/platform/file_handle.h"

#include <io.h>

#include <cstdint>
#include <cstdio>

#include "mortise/platform/native_handle.h"

namespace mortise {

NativeHandle FileHandleOf(std::FILE* stream) {
  const std::intptr_t handle = _get_osfhandle(_fileno(stream));
  // -2 means that the stream has no file. A program without a console has three
  // such streams.
  return handle == -2 ? NativeHandle() : NativeHandle(handle);
}

}  // namespace mortise
