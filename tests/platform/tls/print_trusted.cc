// Prints whether this process is elevated, where it looks for certificates, and
// where the command-line program would write the secrets of connections.

#include <cstdio>

#include "mortise/platform/tls/elevated.h"
#include "mortise/platform/tls/trusted_roots.h"
#include "mortise/tools/mortise/key_log_variable.h"

int main() {
  std::printf("%s\n%s\n%s\n", mortise::tls::IsElevated() ? "elevated" : "plain",
              mortise::tls::FindTrustedRoots().places.c_str(),
              mortise::program::KeyLogVariable().c_str());
}
