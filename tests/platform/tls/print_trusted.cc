// Prints whether this process is elevated, and where it looks for certificates.

#include <cstdio>

#include "mortise/platform/tls/elevated.h"
#include "mortise/platform/tls/trusted_roots.h"

int main() {
  std::printf("%s\n%s\n", mortise::tls::IsElevated() ? "elevated" : "plain",
              mortise::tls::FindTrustedRoots().places.c_str());
}
