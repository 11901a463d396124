#include "mortise/platform/sim/host/resolver.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sim/net/name_server.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {
namespace {

// Source: resolv.conf(5), "attempts" and "timeout".
constexpr int kTries = 2;
constexpr Time kTimeOfTry = 5 * kSecond;

ErrorCode ErrorOf(const DnsMessage& answer) {
  switch (answer.code) {
    case DnsCode::kNoError:
      break;
    case DnsCode::kServerFailure:
      return ErrorCode::kEaiAgain;
    case DnsCode::kNoSuchName:
      return ErrorCode::kEaiNoname;
    // Also for a code that no name server gives: the answer was damaged.
    case DnsCode::kRefused:
    default:
      return ErrorCode::kEaiFail;
  }
  const bool is_empty = answer.type == DnsType::kPtr ? answer.target.empty()
                                                     : answer.addresses.empty();
  return is_empty ? ErrorCode::kEaiNodata : kDone;
}

}  // namespace

Resolver::Resolver(Call& call, NameServer* server, const CallLimit& limit)
    : call_(call),
      server_(server),
      limit_(limit),
      deadline_(Later(call.kernel().now(), TimeOf(limit.timeout))) {}

Result<DnsMessage> Resolver::FindAddresses(absl::string_view name,
                                           DnsType type) {
  DnsMessage query;
  query.name = std::string(name);
  query.type = type;
  return Ask(query);
}

Result<DnsMessage> Resolver::FindName(const IpAddress& ip) {
  DnsMessage query;
  query.name = ReverseName(ip);
  query.type = DnsType::kPtr;
  return Ask(query);
}

Result<DnsMessage> Resolver::Ask(const DnsMessage& query) {
  if (server_ == nullptr || !IsDomainName(query.name)) {
    return {{}, ErrorCode::kEaiNoname};
  }
  for (int i = 0; i < kTries; ++i) {
    // The wait that is under way.
    Waiter* waiter = nullptr;
    const NameServer::Question question(*server_, call_.kernel(), query,
                                        [this, &waiter] {
                                          if (waiter != nullptr)
                                            call_.waiting().Wake(*waiter);
                                        });
    if (!question.is_sent()) return {{}, ErrorCode::kEaiAgain};
    const ErrorCode error =
        Await(question, &waiter, Later(call_.kernel().now(), kTimeOfTry));
    if (error == kDone)
      return {*question.answer(), ErrorOf(*question.answer())};
    if (error != ErrorCode::kEagain) return {{}, error};
  }
  return {{}, ErrorCode::kEaiAgain};
}

ErrorCode Resolver::Await(const NameServer::Question& question,
                          Waiter** waiting, Time end) {
  WaitInterrupt* given_up = limit_.given_up;
  const auto interrupts =
      absl::MakeConstSpan(&given_up, given_up == nullptr ? 0 : 1);
  for (;;) {
    if (question.answer().has_value()) return kDone;
    const Time now = call_.kernel().now();
    is_given_up_ = AnyIsSet(interrupts);
    if (is_given_up_) return ErrorCode::kEcanceled;
    has_timed_out_ = now >= deadline_;
    if (has_timed_out_) return ErrorCode::kEtimedout;
    if (now >= end) return ErrorCode::kEagain;
    Waiter waiter(interrupts);
    waiter.IgnoreSignals();
    *waiting = &waiter;
    const bool goes_on = call_.Wait(waiter, std::min(end, deadline_));
    *waiting = nullptr;
    if (!goes_on) return ErrorCode::kEcanceled;
  }
}

}  // namespace sim
}  // namespace mortise
