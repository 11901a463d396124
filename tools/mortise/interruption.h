// The end that comes from outside (Ctrl-C, a signal, the console's window
// closed), and the files that shall not outlive it.

#ifndef MORTISE_TOOLS_MORTISE_INTERRUPTION_H_
#define MORTISE_TOOLS_MORTISE_INTERRUPTION_H_

#include <string>

namespace mortise::program {

// Call it at the start of main. It makes an interruption end the program as
// process 1 of a container too, with the exit code 128 + the signal's number:
// for that process Linux turns a signal's default action into no action.
void PrepareForInterruption();

// Calls `clean_up`, in a thread of its own, when the program is interrupted,
// which then ends as it would have without. Only the first call counts; make it
// before any thread is started.
void OnInterruption(void (*clean_up)());

// Removes a file if it is there; its name is UTF-8.
void RemoveFile(const std::string& path);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_INTERRUPTION_H_
