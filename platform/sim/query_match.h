// Which look-ups of names a rule is about, and what becomes of them.

#ifndef MORTISE_PLATFORM_SIM_QUERY_MATCH_H_
#define MORTISE_PLATFORM_SIM_QUERY_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {

enum class IpVersion : std::uint8_t { kV4, kV6 };

// What a host has asked the name server.
struct NameQuery {
  HostId from;
  // In lower case, without a period at the end. A look-up of the name of an
  // address asks for a name such as "2.0.0.10.in-addr.arpa".
  std::string name;
  // Which addresses are asked for: those of one version, or of both. A look-up
  // of the name of an address asks for none.
  bool wants_v4 = false;
  bool wants_v6 = false;
};

// Matches the queries that have everything that is set here. By default, all.
struct QueryMatch {
  std::optional<HostId> host;
  // In any case, with or without a period at the end. "" means any name.
  std::string name;
  // Matches the queries that ask for addresses of this version, also if they
  // ask for those of the other one as well.
  std::optional<IpVersion> version;
  // Called once for each query that has all of the above, in the order in which
  // they reach the name server. It must neither call the simulation nor wait.
  std::function<bool(const NameQuery&)> only;
};

// What the name server does with a query. A value type.
class QueryFault {
 public:
  enum class Kind : std::uint8_t {
    kFail,
    kSilence,
    kTake,
    kAnswer,
    kOnly,
    kRotate,
    kTruncate,
  };

  // It answers with an error. `code` is what the look-up then fails with:
  //   kEaiAgain   the name server has failed
  //   kEaiFail    it refuses to answer
  //   kEaiNoname  there is no such name
  //   kEaiNodata  the name has no addresses of this kind
  static QueryFault Fail(ErrorCode code);
  // It does not answer. Hosts ask again after 5 seconds.
  static QueryFault Silence() { return QueryFault(Kind::kSilence); }
  // It answers later by `time`, with what it knew when it was asked. `time` is
  // not negative. An answer that takes longer than 5 seconds is too late.
  static QueryFault Take(absl::Duration time);

  // The following are about answers with addresses. They match no query for
  // the name of an address.

  // It answers with other addresses than those it knows, so that hosts can see
  // different ones. `addresses` are as those of Names::Set.
  static QueryFault Answer(const std::vector<std::string>& addresses);
  // It leaves out the addresses of the other version. If none is left, it
  // answers that there are none.
  static QueryFault Only(IpVersion version);
  // It turns the addresses round by one place more with each answer: the first
  // answer is in their order, the second one begins with the second address.
  static QueryFault Rotate() { return QueryFault(Kind::kRotate); }
  // It answers with the first `count` addresses only. `count` is positive.
  static QueryFault Truncate(int count);

  Kind kind() const { return kind_; }
  // Of Fail.
  ErrorCode code() const { return code_; }
  // Of Take.
  absl::Duration time() const { return time_; }
  // Of Answer.
  const std::vector<IpAddress>& addresses() const { return addresses_; }
  // Of Only.
  IpVersion version() const { return version_; }
  // Of Truncate.
  std::size_t count() const { return count_; }

 private:
  explicit QueryFault(Kind kind) : kind_(kind) {}

  Kind kind_;
  ErrorCode code_ = ErrorCode::kUnmapped;
  absl::Duration time_;
  std::vector<IpAddress> addresses_;
  IpVersion version_ = IpVersion::kV4;
  std::size_t count_ = 0;
};

// Reads the addresses of a name. Ends the process with a message that begins
// with `argument` if there is none, or if one of them is no number.
std::vector<IpAddress> ReadAddresses(const char* argument,
                                     const std::vector<std::string>& texts);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_QUERY_MATCH_H_
