#include "mortise/platform/tls/elevated.h"

namespace mortise {
namespace tls {

bool IsElevated() { return false; }

}  // namespace tls
}  // namespace mortise
