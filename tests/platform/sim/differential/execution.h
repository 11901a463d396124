// Makes the calls of a program, and writes down what came of each.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_EXECUTION_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_EXECUTION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/platform/sim/differential/machine.h"
#include "mortise/tests/platform/sim/differential/program.h"

namespace mortise {
namespace differential {

// How a socket looks from outside. Ports are numbered in the order in which
// they are first seen, so that machines which choose other ports look the same.
struct SocketState {
  int number = 0;
  std::string events;
  std::string local;
  std::string peer;
};

// What came of a call, and how the open sockets look when all is quiet again.
struct Step {
  // Whether the call was made. One on a socket that is not open, or to the
  // address of one that never was, is left out.
  bool is_made = false;
  // ErrorCode{} without an error.
  ErrorCode error = ErrorCode{};
  // The bytes that were sent or received.
  std::size_t size = 0;
  // All of the above, and the bytes, flags and addresses.
  std::string text;
  std::vector<SocketState> sockets;
};

// Runs `program` with new sockets, all of them non-blocking, and closes them.
// Paths of AF_UNIX are made in `directory`, which is emptied afterwards.
// Returns one step for each call.
std::vector<Step> Execute(const Program& program, Platform& platform,
                          Settle settle, absl::string_view directory);

}  // namespace differential
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_EXECUTION_H_
