#include "mortise/tools/mortise/stopping.h"

#include <atomic>
#include <utility>

#include "absl/status/statusor.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/poller.h"
#include "mortise/tools/mortise/interruption.h"

namespace mortise::program {
namespace {

// Never destroyed, because an interruption may come while the program ends.
std::atomic<Poller*> g_poller{nullptr};

// Called by a signal handler.
void Stop() {
  Stopping().Cancel();
  g_poller.load()->Wake();
}

}  // namespace

const Cancellation& Stopping() {
  static const Cancellation& stopping = *new Cancellation();
  return stopping;
}

absl::StatusOr<Poller*> StopInOrder() {
  Stopping();  // The handler must not be the first to make it.
  absl::StatusOr<Poller> poller = Poller::Create();
  if (!poller.ok()) return poller.status();
  g_poller = new Poller(*std::move(poller));
  OnFirstInterruption(Stop);
  return g_poller.load();
}

}  // namespace mortise::program
