// The file behind a stream of the C library.

#ifndef MORTISE_PLATFORM_FILE_HANDLE_H_
#define MORTISE_PLATFORM_FILE_HANDLE_H_

#include <cstdio>

#include "mortise/platform/native_handle.h"

namespace mortise {

// Returns the file of `stream`: a descriptor on POSIX, a HANDLE on Windows. The
// stream goes on owning it. Returns an invalid handle if the stream has no
// file, as one of fmemopen(3) has none.
NativeHandle FileHandleOf(std::FILE* stream);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_FILE_HANDLE_H_
