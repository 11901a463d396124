// Writes what should be in digests.txt.

#include <iostream>

#include "mortise/tests/platform/sim/digests/scenarios.h"

int main() { std::cout << mortise::sim::DigestsOfAll(); }
