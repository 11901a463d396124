// The environment variable SSLKEYLOGFILE, which browsers and curl obey too. The
// library does not read it.

#ifndef MORTISE_TOOLS_MORTISE_KEY_LOG_VARIABLE_H_
#define MORTISE_TOOLS_MORTISE_KEY_LOG_VARIABLE_H_

#include <string>

namespace mortise::program {

// Returns the file to which the secrets of TLS connections are to be written.
// Returns "" if there is none, and in a process that IsElevated: its user must
// not make it write files with rights that the user lacks.
std::string KeyLogVariable();

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_KEY_LOG_VARIABLE_H_
