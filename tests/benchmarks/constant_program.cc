// Looks a constant up in every system's table. This links the tables, which
// tests/benchmarks/socket_program.cc must not link.

#include <iostream>
#include <optional>

#include "mortise/core/constants.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  for (const mortise::Os os :
       {mortise::Os::kLinux, mortise::Os::kMacos, mortise::Os::kWindows}) {
    const std::optional<mortise::Constant> found =
        mortise::FindConstant(argv[1], os);
    if (!found.has_value()) continue;
    std::cout << mortise::OsName(os) << " " << found->value << "\n";
  }
  return 0;
}
