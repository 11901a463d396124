#include "mortise/platform/fault/name_calls.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {
namespace {

// Returns the limit of a look-up that begins `taken` later.
CallLimit LimitAfter(const CallLimit& limit, absl::Duration taken) {
  CallLimit left = limit;
  left.timeout -= taken;
  return left;
}

// Makes a look-up by `look_up(limit)`, unless its time has passed before it
// begins.
template <typename T, typename Function>
LookupResult<T> LookUp(const CallLimit& limit, const Allowance& allowance,
                       Function look_up) {
  if (allowance.taken == absl::ZeroDuration()) return look_up(limit);
  LookupResult<T> result;
  if (limit.given_up != nullptr && limit.given_up->is_set()) {
    result.cancelled = true;
    return result;
  }
  if (allowance.taken >= limit.timeout) {
    result.timed_out = true;
    return result;
  }
  return look_up(LimitAfter(limit, allowance.taken));
}

CallArguments ForLookup(Call call, absl::string_view name,
                        const SockAddr* address, const CallLimit& limit) {
  CallArguments arguments = {call};
  arguments.name = name;
  arguments.address = address;
  arguments.limit = &limit;
  return arguments;
}

absl::string_view NameOf(const AddrInfoQuery& query) {
  if (query.host.has_value()) return *query.host;
  return query.service.has_value() ? absl::string_view(*query.service)
                                   : absl::string_view();
}

// A look-up that is made, and fails if it has succeeded.
class FailingLookup final : public PendingLookup {
 public:
  FailingLookup(std::unique_ptr<PendingLookup> next, Ruling ruling)
      : next_(std::move(next)), ruling_(std::move(ruling)) {}

  FoundAddresses Take() override {
    FoundAddresses found = next_->Take();
    if (!HasSucceeded(found)) return found;
    found = {};
    SetFailure(ruling_.failure, &found);
    return found;
  }

 private:
  const std::unique_ptr<PendingLookup> next_;
  const Ruling ruling_;
};

}  // namespace

FoundAddresses FaultyNameCalls::FindAddresses(const AddrInfoQuery& query,
                                              const CallLimit& limit) {
  using Entries = decltype(FoundAddresses::value);
  return faults_.Make(
      ForLookup(Call::kFindAddresses, NameOf(query), nullptr, limit),
      [&](const Allowance& allowance) {
        return LookUp<Entries>(limit, allowance, [&](const CallLimit& left) {
          return next().FindAddresses(query, left);
        });
      });
}

std::unique_ptr<PendingLookup> FaultyNameCalls::BeginFindAddresses(
    const AddrInfoQuery& query, const CallLimit& limit,
    std::function<void()> done) {
  const CallArguments arguments =
      ForLookup(Call::kBeginFindAddresses, NameOf(query), nullptr, limit);
  const std::optional<Ruling> before = faults_.Before(arguments);
  CallLimit left = limit;
  if (before.has_value()) {
    FoundAddresses answer;
    if (before->failure.error != 0) {
      SetFailure(before->failure, &answer);
      done();
      return PendingLookup::Answered(std::move(answer));
    }
    left = LimitAfter(limit, faults_.Pass(before->fault.time(), &limit));
    if (left.timeout <= absl::ZeroDuration()) {
      answer.timed_out = true;
      done();
      return PendingLookup::Answered(std::move(answer));
    }
  }
  // Whether it will succeed is not known yet, so the rule is asked as if it
  // did.
  std::optional<Ruling> after = faults_.After(arguments);
  std::unique_ptr<PendingLookup> begun =
      next().BeginFindAddresses(query, left, std::move(done));
  if (!after.has_value()) return begun;
  return std::make_unique<FailingLookup>(std::move(begun), *after);
}

LookupResult<NameInfo> FaultyNameCalls::FindName(const SockAddr& address,
                                                 int flags,
                                                 const CallLimit& limit) {
  return faults_.Make(ForLookup(Call::kFindName, {}, &address, limit),
                      [&](const Allowance& allowance) {
                        return LookUp<NameInfo>(
                            limit, allowance, [&](const CallLimit& left) {
                              return next().FindName(address, flags, left);
                            });
                      });
}

LookupResult<HostEntry> FaultyNameCalls::FindHostByName(
    absl::string_view name, const CallLimit& limit) {
  return faults_.Make(ForLookup(Call::kFindHostByName, name, nullptr, limit),
                      [&](const Allowance& allowance) {
                        return LookUp<HostEntry>(
                            limit, allowance, [&](const CallLimit& left) {
                              return next().FindHostByName(name, left);
                            });
                      });
}

LookupResult<HostEntry> FaultyNameCalls::FindHostByAddress(
    const SockAddr& address, const CallLimit& limit) {
  return faults_.Make(ForLookup(Call::kFindHostByAddress, {}, &address, limit),
                      [&](const Allowance& allowance) {
                        return LookUp<HostEntry>(
                            limit, allowance, [&](const CallLimit& left) {
                              return next().FindHostByAddress(address, left);
                            });
                      });
}

SysResult<std::string> FaultyNameCalls::GetHostName() {
  return faults_.Make({Call::kGetHostName},
                      [&] { return next().GetHostName(); });
}

SysResult<void> FaultyNameCalls::SetHostName(absl::string_view name) {
  CallArguments arguments = {Call::kSetHostName};
  arguments.name = name;
  return faults_.Make(arguments, [&] { return next().SetHostName(name); });
}

}  // namespace fault
}  // namespace mortise
