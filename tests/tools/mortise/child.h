// What Subprocess asks of the OS, one file an OS: a program with pipes on its
// standard streams.

#ifndef MORTISE_TESTS_TOOLS_MORTISE_CHILD_H_
#define MORTISE_TESTS_TOOLS_MORTISE_CHILD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise::testing {

// The OS's own: a number or a pointer.
using ChildHandle = std::intptr_t;
inline constexpr ChildHandle kNoHandle = -1;

// What a child gets as its standard streams. Windows gives pipes only.
struct ChildStreams {
  enum Kind {
    kPipe,
    // Non-blocking on the child's side only.
    kNonBlockingPipe,
    // An output that nobody reads any more.
    kBrokenPipe,
    kClosed,
    // `file`, opened for reading as the input and for writing as an output.
    kFile,
  };

  Kind input = kPipe;
  Kind output = kPipe;
  Kind error = kPipe;
  std::string file;
};

struct Child {
  ChildHandle process;
  // This side's ends of its pipes; kNoHandle for what is none.
  ChildHandle input;
  ChildHandle output;
  ChildHandle error;
};

// A way in which the OS lets others ask a program to end.
struct Interruption {
  std::string name;
  int number;
  // What WaitForChild returns of a program that lets it happen.
  int result;
};

// Every one of them.
std::vector<Interruption> Interruptions();

// Starts a program; its file may lack the ending that the OS gives programs.
// Aborts if there is none.
Child StartChild(const std::vector<std::string>& command,
                 const ChildStreams& streams);

// False iff there is no way to: a Windows program without a console has none.
bool InterruptChild(ChildHandle process, const Interruption& how);
// Waits for its end, once: its exit code, or an Interruption's result.
int WaitForChild(ChildHandle process);
// Ends it as gently as it lets itself be ended, for WaitForChild to return.
void EndChild(ChildHandle process);

// Waits for something to read. 0 iff the pipe has ended.
std::size_t ReadPipe(ChildHandle pipe, absl::Span<char> buffer);
// False iff nobody reads any more.
bool WritePipe(ChildHandle pipe, absl::string_view data);
void ClosePipe(ChildHandle pipe);

}  // namespace mortise::testing

#endif  // MORTISE_TESTS_TOOLS_MORTISE_CHILD_H_
