// A way to wait for many descriptors, for comparisons. It includes nothing, so
// that sides made of other libraries compile without this one.

#ifndef MORTISE_TESTS_BENCHMARKS_POLLER_SIDE_H_
#define MORTISE_TESTS_BENCHMARKS_POLLER_SIDE_H_

namespace mortise {
namespace benchmarks {

// A call that fails ends the program, with a message. Any thread may call Wake.
// The other methods are for one thread.
class PollerSide {
 public:
  PollerSide() = default;
  PollerSide(const PollerSide&) = delete;
  PollerSide& operator=(const PollerSide&) = delete;
  virtual ~PollerSide() = default;

  // Begins and ends to wait until `fd` is readable.
  virtual void Watch(int fd) = 0;
  virtual void Forget(int fd) = 0;

  // Waits until descriptors are readable or Wake is called. Writes those
  // descriptors to `ready`, which has room for kMostReady, and returns how many
  // they are.
  virtual int Wait(int* ready) = 0;
  static constexpr int kMostReady = 256;

  // Ends the Wait that is under way, or else the next one.
  virtual void Wake() = 0;
};

}  // namespace benchmarks
}  // namespace mortise

// What a library of tests/benchmarks/peers exports. The caller owns the result.
extern "C" mortise::benchmarks::PollerSide* NewPollerSide();

#endif  // MORTISE_TESTS_BENCHMARKS_POLLER_SIDE_H_
