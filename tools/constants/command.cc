#include "mortise/tools/constants/command.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/constants.h"

namespace mortise {
namespace {

constexpr absl::string_view kHelp =
    R"(usage: mortise constants [--os linux|macos|windows] [--json] [PREFIX...]

Prints the constants of the socket interface, one `NAME VALUE` per line. Values
are decimal. With PREFIX, prints only the constants whose names begin with one
of the prefixes.

flags:
  --os OS   print the constants of this system, not of the one that runs
  --json    print all that is known about each constant, as a JSON array
  --help    print this text (also -h)
)";

struct Options {
  Os os = NativeOs();
  bool json = false;
  bool help = false;
  std::vector<absl::string_view> prefixes;
};

// Returns the options. If they make no sense, writes a line to `err` and
// returns nullopt.
std::optional<Options> Parse(absl::Span<const absl::string_view> args,
                             std::ostream& err) {
  Options options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const absl::string_view arg = args[i];
    if (arg == "--help" || arg == "-h") {
      options.help = true;
    } else if (arg == "--json") {
      options.json = true;
    } else if (arg == "--os" || absl::StartsWith(arg, "--os=")) {
      if (arg == "--os" && i + 1 == args.size()) {
        err << "mortise constants: --os needs linux, macos or windows (see "
               "mortise constants --help)\n";
        return std::nullopt;
      }
      const absl::string_view name = arg == "--os" ? args[++i] : arg.substr(5);
      const std::optional<Os> os = FindOs(name);
      if (!os.has_value()) {
        err << absl::StrCat(
            "mortise constants: --os is linux, macos or windows, not '",
            absl::CHexEscape(name), "' (see mortise constants --help)\n");
        return std::nullopt;
      }
      options.os = *os;
    } else if (absl::StartsWith(arg, "-")) {
      err << absl::StrCat("mortise constants: unknown flag ",
                          absl::CHexEscape(arg),
                          " (see mortise constants --help)\n");
      return std::nullopt;
    } else {
      options.prefixes.push_back(arg);
    }
  }
  return options;
}

bool IsWanted(const Constant& constant, const Options& options) {
  if (options.prefixes.empty()) return true;
  for (absl::string_view prefix : options.prefixes) {
    if (absl::StartsWith(constant.name, prefix)) return true;
  }
  return false;
}

std::string Decimal(const Constant& constant) {
  if (constant.type == Constant::Type::kUint64) {
    return absl::StrCat(static_cast<std::uint64_t>(constant.value));
  }
  return absl::StrCat(constant.value);
}

absl::string_view TypeName(Constant::Type type) {
  switch (type) {
    case Constant::Type::kInt:
      return "int";
    case Constant::Type::kUnsigned:
      return "unsigned";
    case Constant::Type::kInt64:
      return "int64";
    case Constant::Type::kUint64:
      return "uint64";
  }
  return "";
}

// The texts in the tables are names and paths, so none of them needs escaping.
std::string Json(const Constant& constant) {
  return absl::StrCat(
      "{\"name\": \"", constant.name, "\", \"value\": ", Decimal(constant),
      ", \"type\": \"", TypeName(constant.type), "\", \"family\": \"",
      constant.family, "\", \"header\": ",
      constant.header.empty() ? "null"
                              : absl::StrCat("\"", constant.header, "\""),
      "}");
}

}  // namespace

int ConstantsMain(absl::Span<const absl::string_view> args, std::ostream& out,
                  std::ostream& err) {
  const std::optional<Options> options = Parse(args, err);
  if (!options.has_value()) return 2;
  if (options->help) {
    out << kHelp;
    return 0;
  }
  std::vector<const Constant*> wanted;
  for (const Constant& constant : Constants(options->os)) {
    if (IsWanted(constant, *options)) wanted.push_back(&constant);
  }
  if (wanted.empty()) {
    err << "mortise constants: no constant of " << OsName(options->os)
        << " has one of these prefixes (without a prefix, all are printed)\n";
    return 1;
  }
  if (!options->json) {
    for (const Constant* constant : wanted) {
      out << constant->name << " " << Decimal(*constant) << "\n";
    }
    return 0;
  }
  const char* separator = "[\n";
  for (const Constant* constant : wanted) {
    out << separator << Json(*constant);
    separator = ",\n";
  }
  out << "\n]\n";
  return 0;
}

}  // namespace mortise
