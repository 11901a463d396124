#include "mortise/platform/sim/kernel/watchers.h"

namespace mortise {
namespace sim {

void Watcher::Leave() {
  if (list_ == nullptr) return;
  (previous_ == nullptr ? list_->first_ : previous_->next_) = next_;
  (next_ == nullptr ? list_->last_ : next_->previous_) = previous_;
  list_ = nullptr;
  previous_ = nullptr;
  next_ = nullptr;
}

void WatchList::Clear() {
  while (first_ != nullptr) {
    Watcher* const watcher = first_;
    watcher->Leave();
    watcher->OnGone();
  }
}

void WatchList::Add(Watcher& watcher) {
  watcher.list_ = this;
  watcher.previous_ = last_;
  (last_ == nullptr ? first_ : last_->next_) = &watcher;
  last_ = &watcher;
}

void WatchList::Notify(Events events) {
  for (Watcher* watcher = first_; watcher != nullptr;
       watcher = watcher->next_) {
    watcher->OnEvents(events);
  }
}

}  // namespace sim
}  // namespace mortise
