// What the load test asks the operating system.

#ifndef MORTISE_TESTS_LOAD_MACHINE_H_
#define MORTISE_TESTS_LOAD_MACHINE_H_

#include <cstddef>
#include <cstdint>

namespace mortise {
namespace load {

// Raises the limit of descriptors to `wanted`, or as far as this user may.
// Returns it.
std::size_t RaiseDescriptorLimit(std::size_t wanted);

// How many descriptors this process has open; -1 if the system does not tell.
int OpenDescriptors();

// How much memory this process has in RAM, in bytes; 0 if the system does not
// tell.
std::int64_t ResidentBytes();

// How long this process has run on a processor, in seconds.
double ProcessorSeconds();

}  // namespace load
}  // namespace mortise

#endif  // MORTISE_TESTS_LOAD_MACHINE_H_
