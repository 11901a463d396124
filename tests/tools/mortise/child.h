// Runs a program with pipes on its standard streams, for Subprocess. Each OS
// has one file that implements it.

#ifndef MORTISE_TESTS_TOOLS_MORTISE_CHILD_H_
#define MORTISE_TESTS_TOOLS_MORTISE_CHILD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise::testing {

// The OS's own handle: a number or a pointer.
using ChildHandle = std::intptr_t;
inline constexpr ChildHandle kNoHandle = -1;

// What a child gets as its standard streams. Windows gives pipes only.
struct ChildStreams {
  enum Kind {
    kPipe,
    // Non-blocking on the child's side only.
    kNonBlockingPipe,
    // An output whose reader is gone.
    kBrokenPipe,
    kClosed,
    // The file named `file`, opened for reading if it is the input, and for
    // writing if it is an output.
    kFile,
  };

  Kind input = kPipe;
  Kind output = kPipe;
  Kind error = kPipe;
  std::string file;
};

struct Child {
  ChildHandle process;
  // This side's ends of the child's pipes. kNoHandle for a stream that is not a
  // pipe.
  ChildHandle input;
  ChildHandle output;
  ChildHandle error;
};

// A way in which the OS lets other programs ask a program to end.
struct Interruption {
  std::string name;
  int number;
  // What WaitForChild returns for a program that lets this end it.
  int result;
};

// Returns all interruptions that the OS has.
std::vector<Interruption> Interruptions();

// Starts a program. The name of its file may lack the ending that the OS gives
// programs. Aborts if there is no such program.
Child StartChild(const std::vector<std::string>& command,
                 const ChildStreams& streams);

// Interrupts the child. Returns false if there is no way to do this, as in a
// Windows program without a console.
bool InterruptChild(ChildHandle process, const Interruption& how);
// Waits until the child has ended. Returns its exit code, or the `result` of
// the Interruption that ended it. Call it once per child.
int WaitForChild(ChildHandle process);
// Ends the child, in a gentle way if the child reacts to one, so that
// WaitForChild returns.
void EndChild(ChildHandle process);

// Waits for something to read. Returns 0 if the pipe has ended.
std::size_t ReadPipe(ChildHandle pipe, absl::Span<char> buffer);
// Returns false if the pipe's reader is gone.
bool WritePipe(ChildHandle pipe, absl::string_view data);
void ClosePipe(ChildHandle pipe);

}  // namespace mortise::testing

#endif  // MORTISE_TESTS_TOOLS_MORTISE_CHILD_H_
