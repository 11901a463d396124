#include "mortise/core/internal/error_payload.h"

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace internal {
namespace {

constexpr absl::string_view kPayloadName = "mortise.error";
constexpr absl::string_view kNoName = "-";

struct DomainName {
  ErrorDomain domain;
  absl::string_view name;
};

// Python's names where Python has the class.
constexpr DomainName kDomainNames[] = {
    {ErrorDomain::kOs, "error"},
    {ErrorDomain::kGetAddrInfo, "gaierror"},
    {ErrorDomain::kHostLookup, "herror"},
    {ErrorDomain::kTimeout, "timeout"},
    {ErrorDomain::kTls, "tls"},
    {ErrorDomain::kUsage, "usage"},
    {ErrorDomain::kCancelled, "cancelled"},
};

absl::string_view NameOf(ErrorDomain domain) {
  for (const DomainName& entry : kDomainNames) {
    if (entry.domain == domain) return entry.name;
  }
  return kNoName;
}

bool DomainOf(absl::string_view name, ErrorDomain* domain) {
  for (const DomainName& entry : kDomainNames) {
    if (entry.name != name) continue;
    *domain = entry.domain;
    return true;
  }
  return false;
}

// Cuts the first word off `text`.
absl::string_view TakeWord(absl::string_view* text) {
  const std::size_t end = text->find(' ');
  const absl::string_view word = text->substr(0, end);
  text->remove_prefix(end == absl::string_view::npos ? text->size() : end + 1);
  return word;
}

}  // namespace

void AttachError(const ErrorHead& head, absl::string_view address,
                 absl::Status* status) {
  const absl::string_view code = ErrorCodeName(head.code);
  status->SetPayload(kPayloadName, absl::Cord(absl::StrCat(
                                       NameOf(head.domain), " ", head.native,
                                       " ", code.empty() ? kNoName : code, " ",
                                       OperationName(head.operation),
                                       address.empty() ? "" : " ", address)));
}

ErrorPayload::ErrorPayload(const absl::Status& status) {
  if (status.ok()) return;
  auto payload = status.GetPayload(kPayloadName);
  if (!payload.has_value()) return;
  cord_ = *payload;
  absl::string_view text = cord_->Flatten();
  if (!DomainOf(TakeWord(&text), &domain_)) return;
  if (!absl::SimpleAtoi(TakeWord(&text), &native_)) return;
  code_name_ = TakeWord(&text);
  operation_ = TakeWord(&text);
  address_ = text;
  present_ = !operation_.empty();
}

}  // namespace internal
}  // namespace mortise
