#include "mortise/platform/sim/kernel/handles.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"

namespace mortise {
namespace sim {

const Handles::Slot* Handles::SlotOf(std::int64_t handle) const {
  const std::int64_t index = handle - first_;
  if (index < 0 || index >= static_cast<std::int64_t>(slots_.size())) {
    return nullptr;
  }
  return &slots_[static_cast<std::size_t>(index)];
}

Result<std::int64_t> Handles::Add(std::shared_ptr<OpenFile> file) {
  if (!HasRoomFor(1)) return {0, ErrorCode::kEmfile};
  std::size_t index = slots_.size();
  if (free_.empty()) {
    slots_.emplace_back();
  } else {
    index = *free_.begin();
    free_.erase(free_.begin());
  }
  slots_[index].file = std::move(file);
  slots_[index].is_inheritable = false;
  ++size_;
  return {first_ + static_cast<std::int64_t>(index), kDone};
}

std::shared_ptr<OpenFile> Handles::Find(std::int64_t handle) const {
  const Slot* const slot = SlotOf(handle);
  return slot == nullptr ? nullptr : slot->file;
}

std::vector<std::shared_ptr<OpenFile>> Handles::Files() const {
  std::vector<std::shared_ptr<OpenFile>> files;
  for (const Slot& slot : slots_) {
    if (slot.file != nullptr) files.push_back(slot.file);
  }
  return files;
}

std::shared_ptr<OpenFile> Handles::Remove(std::int64_t handle) {
  const Slot* const slot = SlotOf(handle);
  if (slot == nullptr || slot->file == nullptr) return nullptr;
  const auto index = static_cast<std::size_t>(handle - first_);
  std::shared_ptr<OpenFile> file = std::move(slots_[index].file);
  slots_[index].file = nullptr;
  free_.insert(index);
  --size_;
  return file;
}

void Handles::CloseAll() {
  first_ = end();
  const std::vector<Slot> all = std::move(slots_);
  slots_.clear();
  free_.clear();
  size_ = 0;
  for (const Slot& slot : all) {
    if (slot.file != nullptr) slot.file->Close();
  }
}

bool Handles::is_inheritable(std::int64_t handle) const {
  const Slot* const slot = SlotOf(handle);
  return slot != nullptr && slot->is_inheritable;
}

void Handles::set_inheritable(std::int64_t handle, bool inheritable) {
  if (SlotOf(handle) == nullptr) return;
  slots_[static_cast<std::size_t>(handle - first_)].is_inheritable =
      inheritable;
}

}  // namespace sim
}  // namespace mortise
