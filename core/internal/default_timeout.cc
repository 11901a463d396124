#include "mortise/core/internal/default_timeout.h"

#include <atomic>
#include <cstdint>

namespace mortise {
namespace internal {

std::atomic<std::int64_t> default_timeout{-1};

}  // namespace internal
}  // namespace mortise
