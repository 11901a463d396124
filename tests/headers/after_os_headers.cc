// The order is tested, so it must not be changed.
// clang-format off
#include "mortise/tests/headers/os_headers.inc"
#include "mortise/tests/headers/all_headers.inc"
#include "mortise/tests/headers/same_constants.inc"
// clang-format on
