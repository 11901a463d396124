// `mortise resolve`: what GetAddrInfo knows of a host.

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/getnameinfo.h"
#include "mortise/core/socket_types.h"
#include "mortise/tools/mortise/args.h"
#include "mortise/tools/mortise/command.h"
#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/fail.h"
#include "mortise/tools/mortise/options.h"

namespace mortise::program {
namespace {

constexpr absl::string_view kDescription =
    R"(Looks HOST up and prints its addresses, one per line, in the order in which to
try them: the family, the type of socket, the protocol, and the address with its
port. HOST is a name or an address, with or without brackets. An empty HOST is
this machine. PORT is a number or the name of a service; the default is 0.

A family, type or protocol without a name is printed as a number.)";

struct ResolveFlags {
  bool tcp = false;
  bool numeric = false;
  bool passive = false;
  bool canonical = false;
  bool reverse = false;
};

GetAddrInfoOptions Query(const Options& options, const ResolveFlags& flags) {
  GetAddrInfoOptions query;
  query.family = options.family();
  if (options.udp) query.type = kSockDgram;
  if (flags.tcp) query.type = kSockStream;
  if (flags.numeric) query.flags |= kAiNumerichost;
  if (flags.passive) query.flags |= kAiPassive;
  if (flags.canonical) query.flags |= kAiCanonname;
  query.timeout = options.timeout;
  return query;
}

// Returns one answer as a line. The name is chosen by the owner of the address,
// so it is escaped for the terminal.
absl::StatusOr<std::string> Line(const AddrInfo& info, const Options& options,
                                 bool reverse) {
  std::string line =
      absl::StrCat(info.family.ToString(), " ",
                   info.type == SocketType() ? "any" : info.type.ToString(),
                   " ", info.protocol.ToString(), " ", info.address.ToString());
  if (!reverse) return line;
  const int datagram = info.type == kSockDgram ? kNiDgram : 0;
  absl::StatusOr<NameInfo> name =
      GetNameInfo(info.address, kNiNamereqd | datagram, {options.timeout});
  if (IsNameNotFound(name.status())) return line;
  if (!name.ok()) return name.status();
  return absl::StrCat(line, " ", absl::CHexEscape(name->host), ":",
                      absl::CHexEscape(name->service));
}

}  // namespace

int ResolveMain(absl::Span<const absl::string_view> words, std::ostream& out,
                std::ostream& err) {
  Options options;
  ResolveFlags flags;
  Args args("resolve", "[flags] HOST [PORT]", kDescription);
  args.Flag("--tcp", "streams only", &flags.tcp);
  args.Flag("--udp", "datagrams only", &options.udp);
  AddFamilyFlags(&options, &args);
  args.Flag("--numeric", "HOST must be an address; no server is asked",
            &flags.numeric);
  args.Flag("--passive",
            "for a server: an empty HOST is every address of\nthis machine",
            &flags.passive);
  args.Flag("--canonical", "print a line with the host's own name first",
            &flags.canonical);
  args.Flag("--reverse", "print the name that each address has, behind it",
            &flags.reverse);
  AddTimeoutFlag(
      "how long each look-up may take; fractions are\n"
      "allowed",
      &options, &args);
  if (const std::optional<int> exit = args.Parse(words, out, err)) return *exit;
  const absl::Status agree = CheckOptions(options);
  if (!agree.ok()) return args.UsageError(agree.message(), err);
  if (flags.tcp && options.udp) {
    return args.UsageError("--tcp and --udp cannot be used together", err);
  }
  const std::vector<absl::string_view>& given = args.positional();
  if (given.empty() || given.size() > 2) {
    return args.UsageError("needs HOST, or HOST and PORT", err);
  }

  const absl::string_view host = WithoutBrackets(given[0]);
  const absl::Status is_host = CheckHost(host);
  if (!is_host.ok()) return args.UsageError(is_host.message(), err);
  const absl::string_view port = given.size() > 1 ? given[1] : "0";
  const GetAddrInfoOptions query = Query(options, flags);
  // The system would take "-1" for port 65535.
  if (absl::c_none_of(port, absl::ascii_isalpha)) {
    const absl::Status valid = ParsePort(port).status();
    if (!valid.ok()) return args.UsageError(valid.message(), err);
  }
  const absl::StatusOr<std::vector<AddrInfo>> found =
      GetAddrInfo(host, port, query);
  if (!found.ok()) return Fail(found.status(), err);

  if (flags.canonical && !found->empty()) {
    out << absl::CHexEscape(found->front().canonical_name) << "\n";
  }
  for (const AddrInfo& info : *found) {
    const absl::StatusOr<std::string> line = Line(info, options, flags.reverse);
    if (!line.ok()) return Fail(line.status(), err);
    out << *line << "\n";
  }
  return kExitOk;
}

}  // namespace mortise::program
