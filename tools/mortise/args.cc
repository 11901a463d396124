#include "mortise/tools/mortise/args.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/tools/mortise/exit_codes.h"

namespace mortise::program {
namespace {

// The width of the column of flags, without its margins.
constexpr int kColumn = 20;

}  // namespace

Args::Args(absl::string_view command, absl::string_view synopses,
           absl::string_view description)
    : command_(command), synopses_(synopses), description_(description) {}

void Args::Flag(absl::string_view name, absl::string_view help, bool* set) {
  Value(name, "", help, [set](absl::string_view) {
    *set = true;
    return absl::OkStatus();
  });
}

void Args::Value(absl::string_view name, absl::string_view value_name,
                 absl::string_view help,
                 std::function<absl::Status(absl::string_view)> parse) {
  options_.push_back({std::string(name), std::string(value_name),
                      std::string(help), std::move(parse)});
}

std::optional<int> Args::Parse(absl::Span<const absl::string_view> words,
                               std::ostream& out, std::ostream& err) {
  bool flags_may_follow = true;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const absl::string_view word = words[i];
    if (!flags_may_follow || word.size() < 2 || word[0] != '-') {
      positional_.push_back(word);
      continue;
    }
    if (word == "--") {
      flags_may_follow = false;
      continue;
    }
    if (word == "--help" || word == "-h") {
      out << Help();
      return kExitOk;
    }

    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(word, absl::MaxSplits('=', 1));
    const bool has_value = parts.first.size() < word.size();
    const Option* option = Find(parts.first);
    if (option == nullptr) {
      return UsageError(
          absl::StrCat("unknown flag ", absl::CHexEscape(parts.first)), err);
    }
    absl::string_view value = parts.second;
    if (option->value_name.empty()) {
      if (has_value) {
        return UsageError(absl::StrCat(option->name, " takes no value"), err);
      }
    } else if (!has_value) {
      if (++i == words.size()) {
        return UsageError(
            absl::StrCat(option->name, " needs ", option->value_name), err);
      }
      value = words[i];
    }
    const absl::Status parsed = option->parse(value);
    if (!parsed.ok()) {
      return UsageError(absl::StrCat(option->name, ": ", parsed.message()),
                        err);
    }
  }
  return std::nullopt;
}

int Args::UsageError(absl::string_view message, std::ostream& err) const {
  err << absl::StrCat("mortise ", command_, ": ", message, " (see mortise ",
                      command_, " --help)\n")
      << std::flush;
  return kExitUsage;
}

std::string Args::Help() const {
  std::string help;
  absl::string_view lead = "usage: ";
  for (const absl::string_view synopsis : absl::StrSplit(synopses_, '\n')) {
    absl::StrAppend(&help, lead, "mortise ", command_,
                    synopsis.empty() ? "" : " ", synopsis, "\n");
    lead = "       ";
  }
  absl::StrAppend(&help, "\n", description_, "\n\nflags:\n");

  const auto append = [&help](absl::string_view left, absl::string_view right) {
    absl::StrAppendFormat(
        &help, "  %-*s  %s\n", kColumn, left,
        absl::StrReplaceAll(right,
                            {{"\n", "\n" + std::string(kColumn + 4, ' ')}}));
  };
  for (const Option& option : options_) {
    append(option.value_name.empty()
               ? option.name
               : absl::StrCat(option.name, " ", option.value_name),
           option.help);
  }
  append("--help", "print this text (also -h)");
  return help;
}

const Args::Option* Args::Find(absl::string_view name) const {
  const auto found =
      std::find_if(options_.begin(), options_.end(),
                   [name](const Option& o) { return o.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

}  // namespace mortise::program
