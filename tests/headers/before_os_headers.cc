// The order is what is tested.
// clang-format off
#include "tests/headers/all_headers.inc"
#include "tests/headers/os_headers.inc"
#include "tests/headers/same_constants.inc"
// clang-format on
