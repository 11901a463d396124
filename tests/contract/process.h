// What the tests ask of the operating system that they run on, whatever
// platform they test: signals, descriptors, children, directories. Each OS has
// one file that implements it. A function whose OS lacks something says so in
// its result, and the tests that need it are skipped.

#ifndef MORTISE_CONTRACT_PROCESS_H_
#define MORTISE_CONTRACT_PROCESS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace contract {

// Whether this is Wine instead of Windows. Wine differs here and there from
// what Microsoft documents, and the tests expect what Microsoft documents.
bool RunsUnderWine();

// Whether this is qemu's translation of system calls instead of Linux.
bool RunsUnderQemu();

// Whether the OS finds an address for "localhost", and a name for that address.
// A machine without /etc/hosts may find neither.
bool KnowsLocalhost();

// Returns how many descriptors are open, or nullopt if the OS does not tell.
std::optional<int> OpenDescriptors();

// Makes the process able to have `count` descriptors open at once. Returns
// false if the OS does not allow it.
bool AllowDescriptors(int count);

// While a DescriptorFamine lives, the process cannot open further descriptors.
class DescriptorFamine {
 public:
  virtual ~DescriptorFamine() = default;
  // Returns nullptr if the OS has no way to do this.
  static std::unique_ptr<DescriptorFamine> Begin();
};

// While a SignalStorm lives, the thread that began it gets a signal every
// `period`. The signal's handler only counts, and a system call that it
// interrupts is not restarted.
class SignalStorm {
 public:
  virtual ~SignalStorm() = default;
  // Returns nullptr if the OS has no signals.
  static std::unique_ptr<SignalStorm> Begin(absl::Duration period);
  // Returns how many signals of all storms together have been handled.
  static int Signals();
};

// Makes storms in place of SignalStorm::Begin.
class StormMaker {
 public:
  virtual ~StormMaker() = default;
  virtual std::unique_ptr<SignalStorm> Begin(absl::Duration period) = 0;
  virtual int Signals() = 0;
};

// Counts the signal that an OS sends to a process that writes to a connection
// which is gone. Without a BrokenPipeWatch, the signal would kill the process.
class BrokenPipeWatch {
 public:
  virtual ~BrokenPipeWatch() = default;
  // Returns nullptr if the OS has no such signal.
  static std::unique_ptr<BrokenPipeWatch> Begin();
  virtual int signals() const = 0;
};

// Whether a child that this process starts now has `handle` too. nullopt if
// there is no way to find out.
std::optional<bool> ChildInherits(NativeHandle handle);
// Makes children inherit `handle`, to prove that ChildInherits would see it.
bool MakeInheritable(NativeHandle handle);

// The number of this process.
std::uint32_t ThisProcess();

// Returns the name of the calling thread, for IsAsleep. It is empty if the OS
// has no such names.
std::string ThisThread();
// Whether `thread` is waiting in the OS for something. nullopt if the OS does
// not tell, or if the thread has ended.
std::optional<bool> IsAsleep(const std::string& thread);

// Makes an empty directory with a path short enough for AF_UNIX.
std::string MakeShortDirectory();
void RemoveTree(const std::string& path);
bool FileExists(const std::string& path);
void RemoveFile(const std::string& path);

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_PROCESS_H_
