// Arguments that make no sense.

#ifndef MORTISE_PLATFORM_SIM_NET_CHECK_ARGUMENT_H_
#define MORTISE_PLATFORM_SIM_NET_CHECK_ARGUMENT_H_

namespace mortise {
namespace sim {

// Ends the process with "`argument` `problem`" if `holds` is false. The
// description of a simulation is part of a test's source, so a mistake in it is
// no state that a test could handle.
void CheckArgument(bool holds, const char* argument, const char* problem);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_CHECK_ARGUMENT_H_
