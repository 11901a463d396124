// The words of the command line.

#ifndef MORTISE_TOOLS_MORTISE_ARGUMENTS_H_
#define MORTISE_TOOLS_MORTISE_ARGUMENTS_H_

#include <string>
#include <vector>

namespace mortise::program {

// Returns the words behind the program's name. `argc` and `argv` are those of
// main. The words are in UTF-8 if the system knows their encoding, and
// otherwise they are as they came.
std::vector<std::string> Arguments(int argc, char** argv);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_ARGUMENTS_H_
