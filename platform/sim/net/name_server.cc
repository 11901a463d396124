#include "mortise/platform/sim/net/name_server.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/numeric_host.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/query_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {
namespace {

// Ports that Linux gives no socket by itself: net.ipv4.ip_local_port_range ends
// before them.
constexpr std::uint16_t kFirstPort = 61000;
constexpr std::uint16_t kPorts = 65535 - kFirstPort + 1;

DnsCode CodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kEaiAgain:
      return DnsCode::kServerFailure;
    case ErrorCode::kEaiNoname:
      return DnsCode::kNoSuchName;
    case ErrorCode::kEaiNodata:
      return DnsCode::kNoError;
    default:
      return DnsCode::kRefused;
  }
}

NameQuery QueryOf(HostId from, const DnsMessage& message) {
  NameQuery query;
  query.from = from;
  query.name = ComparableName(message.name);
  const bool wants_all = message.type == DnsType::kAny;
  query.wants_v4 = wants_all || message.type == DnsType::kA;
  query.wants_v6 = wants_all || message.type == DnsType::kAaaa;
  return query;
}

// Leaves the addresses that are asked for.
void KeepWanted(const NameQuery& query, std::vector<IpAddress>* addresses) {
  const auto is_unwanted = [&query](const IpAddress& ip) {
    return ip.is_v4() ? !query.wants_v4 : !query.wants_v6;
  };
  addresses->erase(
      std::remove_if(addresses->begin(), addresses->end(), is_unwanted),
      addresses->end());
}

// Changes the answer as a rule says that has acted `hits` times.
void Apply(const QueryFault& fault, std::int64_t hits, NameQuery query,
           DnsMessage* answer) {
  std::vector<IpAddress>& addresses = answer->addresses;
  switch (fault.kind()) {
    case QueryFault::Kind::kFail:
      answer->code = CodeOf(fault.code());
      answer->target.clear();
      addresses.clear();
      return;
    case QueryFault::Kind::kSilence:
    case QueryFault::Kind::kTake:
      return;
    case QueryFault::Kind::kAnswer:
      answer->code = DnsCode::kNoError;
      answer->target.clear();
      addresses = fault.addresses();
      KeepWanted(query, &addresses);
      return;
    case QueryFault::Kind::kOnly:
      query.wants_v4 &= fault.version() == IpVersion::kV4;
      query.wants_v6 &= fault.version() == IpVersion::kV6;
      KeepWanted(query, &addresses);
      return;
    case QueryFault::Kind::kRotate:
      if (addresses.empty()) return;
      std::rotate(addresses.begin(),
                  addresses.begin() +
                      (hits - 1) % static_cast<std::int64_t>(addresses.size()),
                  addresses.end());
      return;
    case QueryFault::Kind::kTruncate:
      addresses.resize(std::min(addresses.size(), fault.count()));
      return;
  }
}

std::string TextOf(const DnsMessage& answer) {
  switch (answer.code) {
    case DnsCode::kNoError:
      break;
    case DnsCode::kServerFailure:
      return " SERVFAIL";
    case DnsCode::kNoSuchName:
      return " NXDOMAIN";
    case DnsCode::kRefused:
      return " REFUSED";
  }
  std::string text;
  if (!answer.target.empty()) absl::StrAppend(&text, " ", answer.target);
  for (const IpAddress& ip : answer.addresses) {
    absl::StrAppend(&text, " ", NumericIp(ip));
  }
  return text.empty() ? " NODATA" : text;
}

const char* TextOf(DnsType type) {
  switch (type) {
    case DnsType::kA:
      return " A";
    case DnsType::kAaaa:
      return " AAAA";
    case DnsType::kPtr:
      return " PTR";
    default:
      return "";
  }
}

}  // namespace

NameServer::NameServer(std::uint64_t seed, Fabric& fabric, Entrance& entrance,
                       std::function<void(absl::string_view)> trace)
    : fabric_(fabric),
      entrance_(entrance),
      trace_(std::move(trace)),
      table_(fabric),
      rules_(seed, entrance) {
  const EntranceLock inside(entrance_);
  fabric_.set_name_service(this);
}

NameServer::~NameServer() {
  const EntranceLock inside(entrance_);
  fabric_.set_name_service(nullptr);
}

Rule NameServer::AddRule(QueryMatch which, QueryFault fault, When when,
                         Time now) {
  if (which.host.has_value()) fabric_.NameOf(*which.host);
  return rules_.Add(std::move(which), std::move(fault), when, now);
}

std::optional<NameService::Reply> NameServer::OnQuery(HostId from,
                                                      const Packet& query,
                                                      Time now) {
  const std::optional<DnsMessage> message = DecodeDns(query.data);
  if (!message.has_value() || message->is_answer) return std::nullopt;
  const NameQuery asked = QueryOf(from, *message);
  DnsMessage answer = table_.Answer(*message);
  const QueryRules::Decision decision = rules_.Decide(asked, now);
  const QueryFault* const fault = decision.fault;
  if (fault != nullptr) Apply(*fault, decision.hits, asked, &answer);
  const bool is_silent =
      fault != nullptr && fault->kind() == QueryFault::Kind::kSilence;
  trace_(absl::StrCat(fabric_.NameOf(from), " asked ", asked.name,
                      TextOf(message->type), " =",
                      is_silent ? " silence" : TextOf(answer),
                      fault == nullptr ? "" : ": ", decision.rule));
  if (is_silent) return std::nullopt;
  Reply reply;
  reply.data = EncodeDns(answer);
  if (fault != nullptr) reply.delay = TimeOf(fault->time());
  return reply;
}

bool NameServer::OnAnswer(HostId to, const Packet& answer) {
  const auto found = questions_.find({to, answer.to.port});
  if (found == questions_.end()) return false;
  Question& question = *found->second;
  std::optional<DnsMessage> message = DecodeDns(answer.data);
  if (message.has_value() && message->is_answer &&
      message->id == question.id_ && !question.answer_.has_value()) {
    question.answer_ = std::move(message);
    question.wake_();
  }
  return true;
}

std::uint16_t NameServer::FreePort(HostId host) {
  for (std::uint64_t i = 0; i < kPorts; ++i) {
    const auto port =
        static_cast<std::uint16_t>(kFirstPort + (asked_ + i) % kPorts);
    if (questions_.count({host, port}) == 0) return port;
  }
  return 0;
}

NameServer::Question::Question(NameServer& server, Kernel& asker,
                               DnsMessage query, std::function<void()> wake)
    : server_(server), wake_(std::move(wake)) {
  const HostId host = server_.fabric_.IdOf(asker);
  key_ = {host, server_.FreePort(host)};
  if (key_.second == 0) return;
  id_ = static_cast<std::uint16_t>(++server_.asked_);
  query.id = id_;
  server_.questions_[key_] = this;
  is_sent_ = server_.fabric_.SendQuery(asker, key_.second, EncodeDns(query));
}

NameServer::Question::~Question() {
  if (key_.second != 0) server_.questions_.erase(key_);
}

}  // namespace sim
}  // namespace mortise
