// The words of the command line.

#ifndef MORTISE_TOOLS_MORTISE_ARGUMENTS_H_
#define MORTISE_TOOLS_MORTISE_ARGUMENTS_H_

#include <string>
#include <vector>

namespace mortise::program {

// Those behind the program's name, in UTF-8 where the system knows what they
// mean, and as they came otherwise. Takes what main got.
std::vector<std::string> Arguments(int argc, char** argv);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_ARGUMENTS_H_
