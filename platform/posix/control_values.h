// What ancillary data says, in the structures of POSIX systems.

#ifndef MORTISE_PLATFORM_POSIX_CONTROL_VALUES_H_
#define MORTISE_PLATFORM_POSIX_CONTROL_VALUES_H_

#include <optional>

#include "mortise/platform/backend.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// As MessageCalls promises them.
SysResult<EncodedControl> EncodeControl(const ControlValue& value);
std::optional<ControlValue> DecodeControl(const ControlMessage& message);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_CONTROL_VALUES_H_
