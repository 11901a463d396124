// The flags of sends and receives, in the numbers of the build's headers.

#ifndef MORTISE_PLATFORM_SIM_HOST_MESSAGE_FLAGS_H_
#define MORTISE_PLATFORM_SIM_HOST_MESSAGE_FLAGS_H_

#include "mortise/platform/sim/kernel/native_number.h"

namespace mortise {
namespace sim {

// A flag that the headers lack is 0. A value type.
struct MessageFlags {
  int out_of_band = NativeNumber("MSG_OOB").value_or(0);
  int peek = NativeNumber("MSG_PEEK").value_or(0);
  int wait_all = NativeNumber("MSG_WAITALL").value_or(0);
  int do_not_wait = NativeNumber("MSG_DONTWAIT").value_or(0);
  int truncated = NativeNumber("MSG_TRUNC").value_or(0);
  int control_truncated = NativeNumber("MSG_CTRUNC").value_or(0);
  int error_queue = NativeNumber("MSG_ERRQUEUE").value_or(0);
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_MESSAGE_FLAGS_H_
