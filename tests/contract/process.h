// What the suite asks of the operating system that the tests run on, whatever
// platform they test: signals, descriptors, children, directories. One file an
// OS implements it. What an OS lacks says so, and the tests that want it are
// skipped.

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

// Whether this is Wine instead of Windows. It differs from what Microsoft
// documents here and there, and the tests keep to Microsoft.
bool RunsUnderWine();

// Whether this is qemu's translation of system calls instead of Linux.
bool RunsUnderQemu();

// Whether the OS finds an address for "localhost", and a name for that address.
// A machine without /etc/hosts need not.
bool KnowsLocalhost();

// How many descriptors are open. nullopt iff the OS does not tell.
std::optional<int> OpenDescriptors();

// Makes the process able to have `count` descriptors open at once. False iff
// the OS will not.
bool AllowDescriptors(int count);

// While it lives, the process gets no further descriptors.
class DescriptorFamine {
 public:
  virtual ~DescriptorFamine() = default;
  // nullptr iff the OS has no way to bring one about.
  static std::unique_ptr<DescriptorFamine> Begin();
};

// While it lives, the thread that began it gets a signal every `period`, whose
// handler does nothing and does not restart what it interrupted.
class SignalStorm {
 public:
  virtual ~SignalStorm() = default;
  // nullptr iff the OS has no signals.
  static std::unique_ptr<SignalStorm> Begin(absl::Duration period);
  // How many signals have been handled, of all storms.
  static int Signals();
};

// Counts what would have killed the process: the signal that an OS sends to who
// writes to a connection that is gone.
class BrokenPipeWatch {
 public:
  virtual ~BrokenPipeWatch() = default;
  // nullptr iff the OS has no such signal.
  static std::unique_ptr<BrokenPipeWatch> Begin();
  virtual int signals() const = 0;
};

// Whether a child that this process starts now has `handle` too. nullopt iff
// there is no way to find out.
std::optional<bool> ChildInherits(NativeHandle handle);
// Makes children inherit it, to prove that ChildInherits would see it.
bool MakeInheritable(NativeHandle handle);

// The number of this process.
std::uint32_t ThisProcess();

// Names the calling thread to IsAsleep. Empty iff the OS has no such names.
std::string ThisThread();
// Whether that thread is waiting in the OS for something. nullopt iff there is
// no telling, or the thread has ended.
std::optional<bool> IsAsleep(const std::string& thread);

// Makes an empty directory with a path short enough for AF_UNIX.
std::string MakeShortDirectory();
void RemoveTree(const std::string& path);
bool FileExists(const std::string& path);
void RemoveFile(const std::string& path);

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_PROCESS_H_
