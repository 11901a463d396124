// Interruptions, which end the program from outside (Ctrl-C, a signal, the
// closed window of a console), and the removal of files that must not outlive
// it.

#ifndef MORTISE_TOOLS_MORTISE_INTERRUPTION_H_
#define MORTISE_TOOLS_MORTISE_INTERRUPTION_H_

#include <string>

namespace mortise::program {

// Call it at the start of main. Makes an interruption end the program even if
// it is process 1 of a container, with the exit code 128 + the signal's number.
// For that process Linux ignores a signal whose action is the default one.
void PrepareForInterruption();

// Calls `clean_up`, in a thread of its own, when the program is interrupted.
// Afterwards the program ends as it would have without this function. Only the
// first call of this function counts. Call it before any thread is started.
void OnInterruption(void (*clean_up)());

// Removes a file if it exists. `path` is UTF-8.
void RemoveFile(const std::string& path);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_INTERRUPTION_H_
