// The file behind a stream of the C library.

#ifndef MORTISE_PLATFORM_FILE_HANDLE_H_
#define MORTISE_PLATFORM_FILE_HANDLE_H_

#include <cstdio>

#include "mortise/platform/native_handle.h"

namespace mortise {

// Returns the file of `stream`: a descriptor on POSIX, a HANDLE on Windows.
// Returns an invalid handle if the stream has no file, like a stream of
// fmemopen(3).
//
// `stream` must be open, and not nullptr. It still owns the file, so the handle
// is valid until the stream is closed. Data in the buffer of the stream is not
// in the file. Thread-safe, unless another thread closes the stream. Does not
// block. Used by `SendFile` of
// mortise/core/send_file.h. Python: file.fileno. Source: fileno(3),
// _get_osfhandle.
NativeHandle FileHandleOf(std::FILE* stream);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_FILE_HANDLE_H_
