// Interruptions, which end the program from outside (Ctrl-C, a signal, the
// closed window of a console). A program that needs time to end in order gets
// it at the first interruption; the second one ends it at once.

#ifndef MORTISE_TOOLS_MORTISE_INTERRUPTION_H_
#define MORTISE_TOOLS_MORTISE_INTERRUPTION_H_

#include <string>

namespace mortise::program {

// Call it at the start of main. Makes an interruption end the program even if
// it is process 1 of a container, with the exit code 128 + the signal's number.
// For that process Linux ignores a signal whose action is the default one.
// Signals that the program was started to ignore (nohup, a shell's background
// job) stay ignored.
void PrepareForInterruption();

// Calls `clean_up` before an interruption ends the program. On POSIX it is
// called in a signal handler, and may do only what signal-safety(7) lists. On
// Windows it is called in a thread of its own.
void OnInterruption(void (*clean_up)());

// From now on, the first interruption does not end the program. It calls `stop`
// instead, in the same way as `clean_up`, and the program is to end by itself,
// soon, with EndAsInterrupted. The second interruption ends it at once.
void OnFirstInterruption(void (*stop)());

// The last call of main. If an interruption has called `stop`, ends the program
// as that interruption would have ended it. Otherwise, and if it has failed,
// returns `exit_code`.
int EndAsInterrupted(int exit_code);

// Removes a file if it exists. `path` is UTF-8. On POSIX, a signal handler may
// call it.
void RemoveFile(const std::string& path);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_INTERRUPTION_H_
