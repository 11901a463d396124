#include "mortise/core/address_lookup.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/internal/addr_info_query.h"
#include "mortise/core/internal/begun_lookup.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/interrupt_pool.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace {

constexpr internal::Operation kOperation = internal::Operation::kGetAddrInfo;

}  // namespace

struct AddressLookup::State {
  State(const internal::AddrInfoRequest& request,
        internal::CancellationPointer cancellation)
      : platform(*request.platform),
        query(request.query),
        cancellation(std::move(cancellation)),
        deadline(platform.clock(), request.limit.timeout),
        lookup(platform, query, request.limit) {}

  // Waits until there is an answer.
  absl::Status Await();
  // The same, with an interrupt that the answer sets.
  absl::Status AwaitWith(WaitInterrupt& answered);

  Platform& platform;
  const AddrInfoQuery query;
  const internal::CancellationPointer cancellation;
  const internal::Deadline deadline;
  internal::BegunLookup lookup;
  // The answer, once Get has taken it.
  std::optional<absl::StatusOr<std::vector<AddrInfo>>> taken;
};

absl::Status AddressLookup::State::Await() {
  if (lookup.done()) return absl::OkStatus();
  if (!lookup.IsOfThisProcess()) {
    return internal::ArgumentError(absl::StatusCode::kFailedPrecondition,
                                   kOperation, "lookup",
                                   "it belongs to the process that started it");
  }
  const LeasedInterrupt answered(platform.interrupts(), platform.readiness());
  if (answered.error() != 0) {
    return internal::OsError(platform, kOperation, answered.error());
  }
  lookup.Wake(answered.get());
  const absl::Status awaited = AwaitWith(*answered.get());
  lookup.Wake(nullptr);
  return awaited;
}

absl::Status AddressLookup::State::AwaitWith(WaitInterrupt& answered) {
  const internal::TokenInterrupt token(cancellation.get(),
                                       platform.readiness());
  if (token.error() != 0) {
    return internal::OsError(platform, kOperation, token.error());
  }
  std::vector<WaitInterrupt*> interrupts = {&answered};
  if (token.get() != nullptr) interrupts.push_back(token.get());
  for (;;) {
    // Read before the last look: an answer that is there then counts.
    const bool cancelled =
        cancellation.get() != nullptr && cancellation.get()->is_cancelled();
    const absl::Duration remaining = deadline.Remaining();
    if (lookup.done()) return absl::OkStatus();
    if (cancelled) {
      return internal::CancelledError(kOperation, internal::TextOf(query));
    }
    if (remaining <= absl::ZeroDuration()) {
      return internal::TimeoutError(kOperation, internal::TextOf(query));
    }
    const SysResult<std::size_t> waited =
        platform.readiness().WaitInterruptibly({}, interrupts, remaining);
    if (!waited.ok() &&
        internal::PortableCode(platform, ErrorDomain::kOs, waited.error) !=
            ErrorCode::kEintr) {
      return internal::OsError(platform, kOperation, waited.error);
    }
    answered.Clear();
  }
}

AddressLookup::AddressLookup(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
AddressLookup::AddressLookup(AddressLookup&& other) noexcept = default;
AddressLookup& AddressLookup::operator=(AddressLookup&& other) noexcept =
    default;
AddressLookup::~AddressLookup() = default;

absl::StatusOr<AddressLookup> AddressLookup::Start(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options) {
  const absl::StatusOr<internal::AddrInfoRequest> request =
      internal::MakeRequest(host, service, options);
  if (!request.ok()) return request.status();
  return AddressLookup(std::make_unique<State>(
      *request,
      internal::CancellationPointer::Share(options.cancellation_state())));
}

absl::StatusOr<AddressLookup> AddressLookup::Start(
    std::optional<absl::string_view> host, int port,
    const GetAddrInfoOptions& options) {
  const absl::StatusOr<std::string> service = internal::ServiceOf(port);
  if (!service.ok()) return service.status();
  return Start(host, *service, options);
}

bool AddressLookup::done() const { return state_->lookup.done(); }

void AddressLookup::WhenDone(std::function<void()> call) {
  state_->lookup.WhenDone(std::move(call));
}

absl::StatusOr<std::vector<AddrInfo>> AddressLookup::Get() {
  if (!state_->taken.has_value()) {
    absl::Status awaited = state_->Await();
    if (!awaited.ok()) return awaited;
    state_->taken = internal::TakeAddrInfos(state_->platform, state_->query,
                                            state_->lookup.Take());
  }
  return *state_->taken;
}

}  // namespace mortise
