// The exit codes of the program.

#ifndef MORTISE_TOOLS_MORTISE_EXIT_CODES_H_
#define MORTISE_TOOLS_MORTISE_EXIT_CODES_H_

namespace mortise::program {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;
// The command line is wrong.
inline constexpr int kExitUsage = 2;

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_EXIT_CODES_H_
