#include "mortise/platform/file_handle.h"

#include <cstdio>

#include "mortise/platform/native_handle.h"

namespace mortise {

NativeHandle FileHandleOf(std::FILE* stream) {
  return NativeHandle(fileno(stream));
}

}  // namespace mortise
