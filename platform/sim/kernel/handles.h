// The handles of a host: numbers of open files.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_HANDLES_H_
#define MORTISE_PLATFORM_SIM_KERNEL_HANDLES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"

namespace mortise {
namespace sim {

// The lowest number that is free is given out first. Thread safety: none; the
// lock of the simulation guards it. Nothing blocks.
class Handles {
 public:
  // A handle that strays into a system call is no descriptor there, so it
  // closes nobody's file.
  static constexpr std::int64_t kFirst = std::int64_t{1} << 30;

  // The numbers begin with `first`.
  explicit Handles(std::size_t most, std::int64_t first = kFirst)
      : most_(most), first_(first) {}

  // Returns kEmfile if there are as many as there may be.
  Result<std::int64_t> Add(std::shared_ptr<OpenFile> file);
  // Whether `count` more can be added.
  bool HasRoomFor(std::size_t count) const { return size_ + count <= most_; }

  // The file, or nullptr if the handle is not open.
  std::shared_ptr<OpenFile> Find(std::int64_t handle) const;
  // All files, in the order of their handles.
  std::vector<std::shared_ptr<OpenFile>> Files() const;
  // Takes the file out. Returns nullptr if the handle is not open.
  std::shared_ptr<OpenFile> Remove(std::int64_t handle);

  // Whether children would inherit the handle, which is open.
  bool is_inheritable(std::int64_t handle) const;
  void set_inheritable(std::int64_t handle, bool inheritable);

  // Closes all handles, in the order of their numbers, even if a call has a
  // share of their files. None of these numbers is given out again.
  void CloseAll();

  std::size_t size() const { return size_; }
  // No handle that was given out has this number or a higher one.
  std::int64_t end() const {
    return first_ + static_cast<std::int64_t>(slots_.size());
  }

 private:
  struct Slot {
    std::shared_ptr<OpenFile> file;
    bool is_inheritable = false;
  };

  const Slot* SlotOf(std::int64_t handle) const;

  const std::size_t most_;
  std::int64_t first_;
  std::size_t size_ = 0;
  std::vector<Slot> slots_;
  std::set<std::size_t> free_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_HANDLES_H_
